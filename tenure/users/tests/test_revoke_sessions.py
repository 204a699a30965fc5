from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.errors import NotAllowed
from tenure.testing.cast import actor_of, user_of
from tenure.users.operations.revoke_sessions import revoke_sessions
from tenure.users.tests.test_revoke_session import signed_in

pytestmark = pytest.mark.django_db


def test_everywhere_else_means_not_here():
    here, there = signed_in("mara"), signed_in("mara")
    assert here.post("/auth/sessions/end-others").status_code == 302
    assert there.get("/auth/sessions").status_code == 302
    assert here.get("/auth/sessions").status_code == 200
    assert AuditEvent.objects.get(verb="sessions.revoked").detail == {"sessions": 1}


def test_an_admin_signs_somebody_out_everywhere():
    hers = signed_in("mara")
    revoke_sessions(user_ref=user_of("mara").ref, actor=actor_of("ada"))
    assert hers.get("/auth/sessions").status_code == 302


def test_nobody_else_does():
    with pytest.raises(NotAllowed):
        revoke_sessions(user_ref=user_of("ada").ref, actor=actor_of("mara"))
