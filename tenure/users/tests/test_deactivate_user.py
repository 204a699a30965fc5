from __future__ import annotations

import pytest
from django.urls import reverse

from tenure.audit.models import AuditEvent
from tenure.lib.errors import Conflict, NotAllowed
from tenure.testing.cast import PASSWORD, actor_of, email_of, user_of
from tenure.users.first_admin import sign_in_link
from tenure.users.operations.deactivate_user import deactivate_user
from tenure.users.operations.reactivate_user import reactivate_user

pytestmark = pytest.mark.django_db


def test_they_are_out_at_their_next_request(client):
    mara = user_of("mara")
    client.post(reverse("account_login"), {"login": email_of("mara"), "password": PASSWORD})
    assert client.get(reverse("users:sessions")).status_code == 200
    deactivate_user(user_ref=mara.ref, actor=actor_of("ada"))
    assert client.get(reverse("users:sessions")).status_code == 302
    event = AuditEvent.objects.get(verb="user.deactivated")
    assert event.detail == {"sessions": 1, "tokens": 0}


def test_also_from_a_session_nobody_listed(client_of):
    client = client_of("mara")
    user_of("ada")
    deactivate_user(user_ref=user_of("mara").ref, actor=actor_of("ada"))
    assert client.get(reverse("users:sessions")).status_code == 302


def test_they_cannot_sign_in_again(client):
    deactivate_user(user_ref=user_of("mara").ref, actor=actor_of("ada"))
    client.post(reverse("account_login"), {"login": email_of("mara"), "password": PASSWORD})
    assert client.get(reverse("users:sessions")).status_code == 302


def test_the_last_admin_stays():
    with pytest.raises(Conflict):
        deactivate_user(user_ref=user_of("ada").ref, actor=actor_of("ada"))


def test_twice_is_a_conflict():
    deactivate_user(user_ref=user_of("mara").ref, actor=actor_of("ada"))
    with pytest.raises(Conflict):
        deactivate_user(user_ref=user_of("mara").ref, actor=actor_of("ada"))


def test_an_access_manager_may_not():
    with pytest.raises(NotAllowed):
        deactivate_user(user_ref=user_of("oscar").ref, actor=actor_of("mara"))


def test_a_sign_in_link_made_before_stays_dead_when_they_are_let_in_again(client):
    link = "/" + sign_in_link(user_of("mara")).split("/", 3)[3]
    deactivate_user(user_ref=user_of("mara").ref, actor=actor_of("ada"))
    reactivate_user(user_ref=user_of("mara").ref, actor=actor_of("ada"))
    assert client.post(link).status_code == 404
    assert client.get(reverse("users:sessions")).status_code == 302
