from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from tenure.audit.models import AuditEvent
from tenure.lib.clock import now
from tenure.lib.errors import Conflict, NotFound
from tenure.testing.cast import actor_of, user_of
from tenure.users.operations.create_token import create_token
from tenure.users.operations.deactivate_user import deactivate_user
from tenure.users.operations.reactivate_user import reactivate_user
from tenure.users.operations.revoke_token import revoke_token
from tenure.users.tokens import live_token

pytestmark = pytest.mark.django_db


def make(name: str, **given):
    user_of(name)
    return create_token(name="export", scopes=["inventory:read"], actor=actor_of(name), **given)


def test_it_opens_nothing_from_then_on():
    token, secret = make("mara")
    revoke_token(token_ref=token.ref, actor=actor_of("mara"))
    assert live_token(secret) is None
    assert AuditEvent.objects.get(verb="api_token.revoked").subject_ref == str(token.ref)


def test_it_is_revoked_once():
    token, _ = make("mara")
    revoke_token(token_ref=token.ref, actor=actor_of("mara"))
    with pytest.raises(Conflict):
        revoke_token(token_ref=token.ref, actor=actor_of("mara"))


def test_an_admin_revokes_anybodys_and_nobody_else_does():
    token, secret = make("mara")
    user_of("sid")
    with pytest.raises(NotFound):
        revoke_token(token_ref=token.ref, actor=actor_of("sid"))
    revoke_token(token_ref=token.ref, actor=actor_of("ada"))
    assert live_token(secret) is None


def test_a_token_expires_by_itself():
    _, secret = make("mara", expires_at=now() + timedelta(days=1))
    assert live_token(secret)
    with time_machine.travel(now() + timedelta(days=1, seconds=1)):
        assert live_token(secret) is None


def test_whoever_is_shut_out_has_no_tokens_and_none_when_let_in_again():
    _, secret = make("mara")
    user_of("ada")
    deactivate_user(user_ref=user_of("mara").ref, actor=actor_of("ada"))
    assert live_token(secret) is None
    reactivate_user(user_ref=user_of("mara").ref, actor=actor_of("ada"))
    assert live_token(secret) is None
