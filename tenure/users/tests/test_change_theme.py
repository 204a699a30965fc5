from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.errors import Invalid
from tenure.testing.cast import PASSWORD, actor_of, email_of, user_of
from tenure.users.operations.change_theme import change_theme

pytestmark = pytest.mark.django_db


def test_it_comes_along_to_the_next_browser(client):
    user_of("hugo")
    change_theme(theme="dark", actor=actor_of("hugo"))
    assert AuditEvent.objects.get().detail == {"before": "auto", "after": "dark"}
    client.post("/auth/login", {"login": email_of("hugo"), "password": PASSWORD})
    assert client.cookies["theme"].value == "dark"


def test_who_chose_none_keeps_the_colours_of_the_browser(client):
    user_of("hugo")
    client.cookies["theme"] = "dark"
    client.post("/auth/login", {"login": email_of("hugo"), "password": PASSWORD})
    assert client.cookies["theme"].value == "dark"


def test_there_are_three():
    user_of("hugo")
    with pytest.raises(Invalid):
        change_theme(theme="pink", actor=actor_of("hugo"))
