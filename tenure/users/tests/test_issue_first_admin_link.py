from __future__ import annotations

import os

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.errors import Conflict, NotAllowed
from tenure.testing.cast import HERE, actor_of, user_of
from tenure.users.first_admin import first_admin_link
from tenure.users.operations.issue_first_admin_link import issue_first_admin_link

pytestmark = pytest.mark.django_db


def test_it_is_made_from_the_public_address(settings):
    settings.TENURE_PUBLIC_URL = "https://tenure.halden.example"
    link = issue_first_admin_link(actor=actor_of("ada"))
    assert link.startswith("https://tenure.halden.example/auth/first-admin/")
    assert AuditEvent.objects.get().verb == "first_admin_link.issued"


def test_there_is_none_once_somebody_is_admin():
    user_of("ada")
    with pytest.raises(Conflict):
        issue_first_admin_link(actor=actor_of("ada"))


def test_an_admin_of_one_connection_is_no_admin():
    user_of("ada", connection=HERE)
    assert issue_first_admin_link(actor=actor_of("ada"))


def test_an_access_manager_may_not():
    with pytest.raises(NotAllowed):
        issue_first_admin_link(actor=actor_of("mara"))


def test_the_local_operator_has_a_name_also_where_the_machine_knows_none(monkeypatch):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_001)
    assert first_admin_link()
    assert AuditEvent.objects.get().actor_id == "cli:4000000001"
