from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from tenure.audit.models import AuditEvent
from tenure.lib.clock import now
from tenure.lib.errors import NotAllowed
from tenure.testing.cast import ref_of, user_of
from tenure.users.actors import LINK_HOLDER
from tenure.users.first_admin import sign_in_link
from tenure.users.models import User
from tenure.users.operations.sign_in_by_link import sign_in_by_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def link() -> str:
    return "/" + sign_in_link(user_of("mara")).split("/", 3)[3]


def test_the_page_names_whom_and_the_button_signs_in(client, link):
    assert "Sign in as Mara Okafor" in client.get(link).content.decode()
    assert client.post(link).status_code == 302
    assert client.get("/auth/sessions").status_code == 200
    assert AuditEvent.objects.filter(verb="sign_in_link.used").count() == 1


def test_looking_ten_times_changes_nothing(client, link):
    for _ in range(5):
        client.get(link)
        client.head(link)
    assert client.post(link).status_code == 302


def test_it_works_once(client, link):
    client.post(link)
    assert Client().post(link).status_code == 404


def test_it_dies_after_its_minutes(client, link, time_machine):
    time_machine.move_to(now() + dt.timedelta(minutes=60, seconds=1))
    assert client.post(link).status_code == 404


def test_it_needs_the_token_of_a_form_of_ours(link):
    assert Client(enforce_csrf_checks=True).post(link).status_code == 403


def test_it_proves_nobody(client, link):
    client.post(link)
    answer = client.get(reverse("mfa_activate_totp"))
    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))


def test_it_ends_whoever_was_signed_in_here(client_of, link):
    client = client_of("hugo")
    before = client.session.session_key
    client.post(link)
    assert client.session.session_key != before
    assert "Mara Okafor" in client.get("/auth/sessions").content.decode()


def test_shut_out_meanwhile_it_refuses(link):
    User.objects.filter(ref=ref_of("mara")).update(is_active=False)
    with pytest.raises(NotAllowed):
        sign_in_by_link(token=link.rpartition("/")[2], actor=LINK_HOLDER)
