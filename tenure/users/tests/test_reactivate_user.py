from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.errors import Conflict, NotAllowed
from tenure.testing.cast import actor_of, user_of
from tenure.users.operations.deactivate_user import deactivate_user
from tenure.users.operations.reactivate_user import reactivate_user

pytestmark = pytest.mark.django_db


def test_they_may_sign_in_again():
    deactivate_user(user_ref=user_of("mara").ref, actor=actor_of("ada"))
    assert reactivate_user(user_ref=user_of("mara").ref, actor=actor_of("ada")).is_active
    assert user_of("mara").is_active
    assert AuditEvent.objects.filter(verb="user.reactivated").exists()


def test_somebody_who_may_is_a_conflict():
    with pytest.raises(Conflict):
        reactivate_user(user_ref=user_of("mara").ref, actor=actor_of("ada"))


def test_an_access_manager_may_not():
    with pytest.raises(NotAllowed):
        reactivate_user(user_ref=user_of("oscar").ref, actor=actor_of("mara"))
