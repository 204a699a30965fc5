"""The Users page: who may open what, and that its buttons do what they say."""

from __future__ import annotations

from uuid import uuid4

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from tenure.testing.cast import CAST, user_of
from tenure.users.models import RoleAssignment, UserInvitation

pytestmark = pytest.mark.django_db
NIA = "nia@halden.example"


def addresses() -> list[tuple[str, str]]:
    hugo = user_of("hugo")
    role = RoleAssignment.objects.filter(user=hugo).earliest("id")
    return [
        ("get", reverse("users:users")),
        ("get", reverse("users:user", args=[hugo.ref])),
        ("post", reverse("users:invite")),
        ("post", reverse("users:resend", args=[hugo.ref])),
        ("post", reverse("users:withdraw", args=[hugo.ref])),
        ("post", reverse("users:assign", args=[hugo.ref])),
        ("post", reverse("users:end_role", args=[role.ref])),
        ("post", reverse("users:remove_factors", args=[hugo.ref])),
        ("post", reverse("users:shut_out", args=[hugo.ref])),
        ("post", reverse("users:let_in_again", args=[hugo.ref])),
    ]


def test_only_admins_get_in(client_of):
    for name in CAST:
        client = client_of(name)
        for method, address in addresses():
            status = getattr(client, method)(address).status_code
            assert (status != 403) == (name == "ada"), (name, address, status)


def test_nobody_who_is_not_signed_in_gets_in(client):
    for method, address in addresses():
        answer = getattr(client, method)(address)
        assert answer.headers["Location"].startswith("/auth/login"), address


def test_an_admin_of_one_connection_sees_no_users(client_of):
    client = client_of("ada", connection=str(uuid4()))
    user_of("mara")
    page = client.get(reverse("users:users")).content.decode()
    assert "Mara" not in page
    assert client.get(reverse("users:user", args=[user_of("mara").ref])).status_code == 404
    answer = client.post(reverse("users:invite"), {"email": NIA, "permission_set": "admin"})
    assert answer.status_code == 403


def test_what_changes_asks_who_it_is(client_of):
    client = client_of("ada", recently=False)
    for method, address in addresses():
        if method == "post" and "withdraw" not in address:
            answer = client.post(address)
            assert answer.headers["Location"].startswith("/auth/confirm"), address


def test_it_shows_everyone_in_few_questions(client_of, django_assert_max_num_queries):
    client = client_of("ada")
    for name in CAST:
        user_of(name)
    with django_assert_max_num_queries(10):
        page = client.get(reverse("users:users")).content.decode()
    for full_name, _ in CAST.values():
        assert full_name in page
    assert "Access manager" in page


def test_inviting_from_the_page(client_of):
    client = client_of("ada")
    form = {"email": NIA, "permission_set": "auditor", "window_from": "2026-01-01"}
    refused = client.post(reverse("users:invite"), form)
    assert refused.status_code == 422
    assert "first and last day" in refused.content.decode()
    form["window_until"] = "2026-06-30"
    assert client.post(reverse("users:invite"), form).status_code == 302
    assert NIA in client.get(reverse("users:users")).content.decode()
    invitation = UserInvitation.objects.get()
    client.post(reverse("users:withdraw", args=[invitation.ref]))
    page = client.get(reverse("users:users")).content.decode()
    assert reverse("users:withdraw", args=[invitation.ref]) not in page


def test_giving_and_ending_a_permission_set_from_the_page(client_of):
    client, oscar = client_of("ada"), user_of("oscar")
    page = reverse("users:user", args=[oscar.ref])
    client.post(reverse("users:assign", args=[oscar.ref]), {"permission_set": "reviewer"})
    assert "Reviewer" in client.get(page).content.decode()
    role = oscar.role_assignments.get()
    assert client.post(reverse("users:end_role", args=[role.ref])).headers["Location"] == page
    assert "see their own access" in client.get(page).content.decode()


def test_shutting_out_and_letting_in_from_the_page(client_of):
    client, mara = client_of("ada"), user_of("mara")
    client.post(reverse("users:shut_out", args=[mara.ref]))
    assert "Shut out" in client.get(reverse("users:user", args=[mara.ref])).content.decode()
    client.post(reverse("users:let_in_again", args=[mara.ref]))
    mara.refresh_from_db()
    assert mara.is_active


def test_a_form_from_elsewhere_changes_nothing(client_of):
    client = client_of("ada")
    hostile = Client(enforce_csrf_checks=True)
    hostile.cookies = client.cookies
    answer = hostile.post(reverse("users:shut_out", args=[user_of("mara").ref]))
    assert answer.status_code == 403


def test_an_admin_with_a_password_alone_is_asked_for_a_second_factor(client_of):
    notices = reverse("compliance:trends")
    told = "admin with a password alone"
    assert told in client_of("ada").get(notices).content.decode()
    assert told not in client_of("mara").get(notices).content.decode()
    TOTP.activate(user_of("ada"), generate_totp_secret())
    assert told not in client_of("ada").get(notices).content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "users:sessions",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "account_change_password",
        "account_logout",
    ],
)
def test_everyone_looks_after_their_own_sign_in(client_of, name):
    assert client_of("oscar").get(reverse(name)).status_code == 200
