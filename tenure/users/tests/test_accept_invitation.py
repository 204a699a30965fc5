from __future__ import annotations

import datetime as dt

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.clock import now
from tenure.lib.errors import Invalid, NotFound
from tenure.testing.cast import HERE, PASSWORD, actor_of
from tenure.testing.fixtures import link_in
from tenure.users.actors import LINK_HOLDER, actor_of_user
from tenure.users.models import User
from tenure.users.operations.accept_invitation import accept_invitation
from tenure.users.operations.invite_user import invite_user

pytestmark = pytest.mark.django_db
NIA = "nia@halden.example"
FORM = {"name": "Nia Berg", "password": PASSWORD}


@pytest.fixture
def link(mailbox) -> str:
    invite_user(
        email=NIA,
        permission_set="auditor",
        connection_ref=HERE,
        window_from=dt.date(2026, 1, 1),
        window_until=dt.date(2026, 6, 30),
        actor=actor_of("ada"),
    )
    return link_in(mailbox()[0])


def accept(link: str, **form: str) -> User:
    token = link.rpartition("/")[2]
    return accept_invitation(token=token, actor=LINK_HOLDER, **{**FORM, **form})


def test_they_get_what_was_promised_and_no_more(link):
    user = accept(link)
    actor = actor_of_user(user)
    assert (user.email, user.name, user.check_password(PASSWORD)) == (NIA, "Nia Berg", True)
    assert actor.may("audit.view", connection=HERE)
    assert not actor.may("audit.view")
    role = user.role_assignments.get()
    assert (role.window_from, role.granted_by) == (dt.date(2026, 1, 1), actor_of("ada").id)
    assert AuditEvent.objects.get(verb="user_invitation.accepted").connection_ref == HERE


def test_the_page_signs_them_in(client, link):
    assert client.post(link, FORM).status_code == 302
    assert client.get("/auth/sessions").status_code == 200


def test_looking_ten_times_changes_nothing(client, link):
    for _ in range(5):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200
    assert client.post(link, FORM).status_code == 302


def test_it_works_once(client, link):
    accept(link)
    assert client.get(link).status_code == 404
    with pytest.raises(NotFound):
        accept(link)


def test_a_weak_password_is_told_beside_the_field_and_spends_nothing(client, link):
    answer = client.post(link, {"name": "Nia", "password": "nia@halden.example"})
    assert answer.status_code == 422
    assert "too similar" in answer.content.decode()
    with pytest.raises(Invalid):
        accept(link, password="short")
    assert client.post(link, FORM).status_code == 302


def test_it_expires_after_seven_days(client, link, time_machine):
    time_machine.move_to(now() + dt.timedelta(days=7, seconds=1))
    assert client.get(link).status_code == 404
    with pytest.raises(NotFound):
        accept(link)


def test_a_made_up_token_is_not_found(client):
    answer = client.get("/auth/invitation/made-up")
    assert answer.status_code == 404
    assert "ask for a new one" in answer.content.decode()
