"""The sign-in pages over HTTP: no enumeration, throttled, second factor, no redirect elsewhere."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.test import Client
from django.urls import reverse

from tenure.notifications.models import OutboxMessage
from tenure.testing.cast import PASSWORD, email_of, user_of
from tenure.testing.fixtures import link_in

pytestmark = pytest.mark.django_db
LOGIN = "/auth/login"
NEW = "another horse, another battery"


def try_to(client: Client, name: str, password: str = PASSWORD, **more: str):
    return client.post(LOGIN, {"login": email_of(name), "password": password, **more})


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.mark.parametrize("written", ["mara@halden.example", "  MARA@Halden.example "])
def test_an_address_signs_in_however_it_is_written(client, written):
    user_of("mara")
    assert client.post(LOGIN, {"login": written, "password": PASSWORD}).status_code == 302
    assert client.get("/auth/sessions").status_code == 200


def test_a_wrong_password_and_an_unknown_address_look_the_same(client):
    user_of("mara")
    wrong = try_to(client, "mara", "wrong").content.decode()
    unknown = try_to(client, "nobody", "wrong").content.decode()
    told = 'role="alert"'
    assert told in wrong
    assert wrong.count(told) == unknown.count(told)
    assert "not correct" in wrong
    assert "not correct" in unknown


def test_after_five_wrong_tries_the_right_password_waits_too(client):
    user_of("mara")
    for _ in range(5):
        try_to(client, "mara", "wrong")
    assert "Too many" in try_to(client, "mara").content.decode()
    assert client.get("/auth/sessions").status_code == 302


def test_the_count_is_kept_across_processes(client):
    from tenure.users.models import CacheEntry

    user_of("mara")
    try_to(client, "mara", "wrong")
    assert CacheEntry.objects.filter(cache_key__contains="login_failed").exists()


def test_the_key_of_the_session_changes_when_signing_in(client):
    user_of("mara")
    client.get("/auth/login")
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["tenure_session"] = session.session_key
    try_to(client, "mara")
    assert client.session.session_key != session.session_key


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"],
)
def test_it_redirects_nowhere_else(client, elsewhere):
    user_of("mara")
    assert try_to(client, "mara", next=elsewhere).headers["Location"] == "/"


def test_it_returns_to_the_page_one_came_for(client):
    user_of("mara")
    asked = client.get("/auth/sessions").headers["Location"]
    assert asked == "/auth/login?next=/auth/sessions"
    assert try_to(client, "mara", next="/auth/sessions").headers["Location"] == "/auth/sessions"


def test_a_fragment_sends_the_whole_page_to_sign_in(client):
    answer = client.get(
        "/auth/sessions",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/accounts?x=1"},
    )
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (
        204,
        "/auth/login?next=%2Faccounts",
    )


def test_the_second_factor_is_asked_and_its_code_works_once(client):
    secret = generate_totp_secret()
    TOTP.activate(user_of("mara"), secret)
    assert try_to(client, "mara").headers["Location"].startswith("/auth/second-factor")
    assert client.get("/auth/sessions").status_code == 302
    assert client.get("/auth/second-factor").status_code == 200
    code = code_of(secret)
    assert client.post("/auth/second-factor", {"code": "000000"}).status_code == 200
    assert client.post("/auth/second-factor", {"code": code}).status_code == 302
    assert client.get("/auth/sessions").status_code == 200
    other = Client()
    try_to(other, "mara")
    other.post("/auth/second-factor", {"code": code})
    assert other.get("/auth/sessions").status_code == 302


def test_the_second_factor_is_throttled(client):
    secret = generate_totp_secret()
    TOTP.activate(user_of("mara"), secret)
    try_to(client, "mara")
    for _ in range(5):
        client.post("/auth/second-factor", {"code": "000000"})
    client.post("/auth/second-factor", {"code": code_of(secret)})
    assert client.get("/auth/sessions").status_code == 302


def test_nobody_signs_up(client):
    assert client.get("/auth/signup").status_code in (302, 404)
    assert client.get("/auth/signup/").status_code in (302, 404)


@pytest.mark.parametrize("name", ["mara", "nobody"])
def test_asking_for_a_new_password_tells_nobody_who_has_an_account(client, mailbox, name):
    user_of("mara")
    answer = client.post(reverse("account_reset_password"), {"email": email_of(name)})
    assert answer.headers["Location"] == reverse("account_reset_password_done")
    assert len(mailbox()) == (1 if name == "mara" else 0)


def test_a_new_password_by_mail_works_once_and_ends_every_session(client_of, client, mailbox):
    elsewhere = client_of("mara")
    client.post(reverse("account_reset_password"), {"email": email_of("mara").upper()})
    link = link_in(mailbox()[0])
    assert OutboxMessage.objects.get().ciphertext is None
    form = client.get(link, follow=True)
    where = form.redirect_chain[-1][0]
    assert client.post(where, {"password1": NEW, "password2": NEW}).status_code == 302
    assert elsewhere.get("/auth/sessions").status_code == 302
    assert try_to(client, "mara", NEW).status_code == 302
    assert "does not work any more" in Client().get(link, follow=True).content.decode()


def test_a_hostile_host_never_gets_into_a_link(client, mailbox, settings):
    user_of("mara")
    form = {"email": email_of("mara")}
    settings.ALLOWED_HOSTS = ["*"]
    client.post(reverse("account_reset_password"), form, headers={"Host": "evil.example"})
    (mail,) = mailbox()
    assert "evil" not in mail.as_string()
    assert f"{settings.TENURE_PUBLIC_URL}/auth/password/reset/" in mail.as_string()


def test_signing_out_takes_a_button(client_of):
    client = client_of("mara")
    client.get("/auth/logout")
    assert client.get("/auth/sessions").status_code == 200
    client.post("/auth/logout")
    assert client.get("/auth/sessions").status_code == 302


def test_whoever_stopped_at_the_second_factor_can_cancel(client):
    TOTP.activate(user_of("mara"), generate_totp_secret())
    try_to(client, "mara")
    client.post("/auth/logout", {"next": LOGIN})
    assert client.get(LOGIN).status_code == 200


@pytest.mark.parametrize("answer", ["{}", "[]", '{"id": "x"}', '{"response": 1}', "none", '"x"'])
def test_a_passkey_answer_without_shape_is_refused(client, answer):
    assert client.get("/auth/passkey", headers={"Accept": "application/json"}).status_code == 200
    assert client.post("/auth/passkey", {"credential": answer}).headers["Location"] == LOGIN
    assert client.get("/auth/sessions").status_code == 302
