from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.errors import Conflict, NotAllowed
from tenure.testing.cast import actor_of, user_of
from tenure.users import links
from tenure.users.first_admin import sign_in_link
from tenure.users.operations.deactivate_user import deactivate_user
from tenure.users.operations.issue_sign_in_link import issue_sign_in_link

pytestmark = pytest.mark.django_db


def test_only_the_local_operator_makes_one():
    with pytest.raises(NotAllowed):
        issue_sign_in_link(user_ref=user_of("mara").ref, minutes=60, actor=actor_of("ada"))
    assert "/auth/link/" in sign_in_link(user_of("mara"))
    event = AuditEvent.objects.get(verb="sign_in_link.issued")
    assert event.actor_id.startswith("cli:")


def test_not_for_somebody_shut_out():
    deactivate_user(user_ref=user_of("mara").ref, actor=actor_of("ada"))
    with pytest.raises(Conflict):
        sign_in_link(user_of("mara"))


def test_of_two_at_once_one_is_told_so_in_a_sentence(monkeypatch):
    mara, digest = user_of("mara"), links._digest

    def lose_first(token):
        monkeypatch.undo()
        sign_in_link(mara)
        return digest(token)

    monkeypatch.setattr(links, "_digest", lose_first)
    with pytest.raises(Conflict, match="same moment"):
        sign_in_link(mara)
