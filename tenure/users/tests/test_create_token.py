from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError

from tenure.audit.models import AuditEvent, AuditText
from tenure.lib.clock import now
from tenure.lib.errors import Conflict, Invalid, NotAllowed
from tenure.testing.cast import HERE, actor_of, email_of, user_of
from tenure.users.actors import actor_of_token, actor_of_user, local_operator
from tenure.users.models import ApiToken
from tenure.users.operations.create_token import create_token
from tenure.users.queries import acting_user
from tenure.users.tokens import PREFIX, live_token

pytestmark = pytest.mark.django_db


def make(who: str = "mara", **given):
    user_of(who)
    given = {"name": "export", "scopes": ["inventory:read"], "actor": actor_of(who), **given}
    return create_token(**given)


def test_the_secret_is_told_once_and_kept_nowhere():
    token, secret = make()
    assert secret.startswith(PREFIX)
    assert live_token(secret) == token
    kept = ApiToken.objects.values().get()
    assert secret not in str(kept)
    assert secret.removeprefix(PREFIX) not in str([*AuditText.objects.values(), kept])
    event = AuditEvent.objects.get(verb="api_token.created")
    assert event.detail["scopes"] == ["inventory:read"]


def test_no_two_secrets_are_alike():
    assert make()[1] != make()[1]


def test_a_token_may_what_its_user_may_within_its_scopes():
    token, _ = make(scopes=["inventory:read", "people:write"])
    actor = actor_of_token(token)
    assert actor.permissions == {"accounts.view", "people.view", "people.manage"}
    assert (actor.kind, actor.id) == ("token", str(token.ref))


def test_a_token_of_somebody_who_may_less_now_may_less_now():
    token, _ = make(scopes=["inventory:read", "inventory:write"])
    user_of("mara").role_assignments.update(ends_at=now())
    assert actor_of_token(token).permissions == frozenset()


def test_a_token_reaches_no_further_than_its_users_connection():
    user_of("sid", connection=HERE)
    token, _ = create_token(
        name="export",
        scopes=["inventory:read"],
        actor=actor_of("sid", connection=HERE),
    )
    actor = actor_of_token(token)
    assert actor.connections_where("accounts.view") == {HERE}


def test_who_acts_by_a_token_is_its_user():
    token, _ = make()
    assert acting_user(actor=actor_of_token(token)) == user_of("mara")
    assert acting_user(actor=actor_of("mara")) == user_of("mara")
    assert acting_user(actor=local_operator()) is None


def test_an_auditors_token_keeps_the_window():
    token, _ = make("aud", scopes=["findings:read"])
    assert actor_of_token(token).window == actor_of_user(user_of("aud")).window is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"scopes": ["users:write"]},
        {"scopes": []},
        {"expires_at": now() - timedelta(days=1)},
    ],
)
def test_what_makes_no_sense_is_refused(wrong):
    with pytest.raises(Invalid):
        make(**wrong)


def test_a_scope_of_no_use_to_the_user_is_refused():
    with pytest.raises(Invalid, match="audit:read"):
        make("sid", scopes=["inventory:read", "audit:read"])


def test_nobody_makes_a_token_for_somebody_else():
    user_of("mara")
    with pytest.raises(NotAllowed):
        make("ada", user_email=email_of("mara"))


def test_a_token_makes_no_token():
    token, _ = make("ada")
    with pytest.raises(NotAllowed):
        create_token(name="child", scopes=["inventory:read"], actor=actor_of_token(token))


def test_the_local_operator_makes_anybodys_and_names_them_where_it_is_not_clear():
    user_of("ada")
    assert make("mara", actor=local_operator())[0].user == user_of("ada")
    assert make("mara", actor=local_operator(), user_email=email_of("mara"))[0].user == user_of(
        "mara"
    )
    user_of("mara").role_assignments.update(permission_set="admin")
    with pytest.raises(Invalid, match="--user EMAIL"):
        make("mara", actor=local_operator())


def test_nobody_shut_out_gets_one():
    user_of("mara")
    type(user_of("mara")).objects.filter(pk=user_of("mara").pk).update(is_active=False)
    with pytest.raises(Conflict):
        make("ada", actor=local_operator(), user_email=email_of("mara"))


def test_the_database_keeps_the_promise_too():
    token, _ = make()
    with pytest.raises(IntegrityError):
        ApiToken.objects.filter(pk=token.pk).update(expires_at=token.created_at)
