from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from tenure.audit.models import AuditEvent
from tenure.lib.errors import NotFound
from tenure.testing.cast import PASSWORD, actor_of, email_of, user_of
from tenure.users.operations.revoke_session import revoke_session
from tenure.users.sessions import ref_of

pytestmark = pytest.mark.django_db


def signed_in(name: str) -> Client:
    user_of(name)
    client = Client()
    client.post("/auth/login", {"login": email_of(name), "password": PASSWORD})
    return client


def test_that_session_ends_and_this_one_stays():
    here, there = signed_in("mara"), signed_in("mara")
    ref = ref_of(there.session.session_key)
    page = here.get("/auth/sessions").content.decode()
    assert ref in page
    assert there.session.session_key not in page
    assert here.post(f"/auth/sessions/{ref}/end").status_code == 302
    assert there.get("/auth/sessions").status_code == 302
    assert here.get("/auth/sessions").status_code == 200
    assert AuditEvent.objects.filter(verb="session.revoked").count() == 1


def test_nobody_ends_the_session_of_another():
    hers = ref_of(signed_in("ada").session.session_key)
    user_of("mara")
    with pytest.raises(NotFound):
        revoke_session(session_ref=hers, actor=actor_of("mara"))
    assert UserSession.objects.count() == 1
