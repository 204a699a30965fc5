"""Before something dangerous: bound to the session, ten minutes, refused without a proof."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.test import Client

from tenure.lib.clock import now
from tenure.testing.cast import PASSWORD, email_of, user_of

pytestmark = pytest.mark.django_db
GUARDED = "/auth/security/app/add"
CONFIRM = "/auth/confirm"


def asks(client: Client, **headers: str) -> bool:
    answer = client.get(GUARDED, headers=headers)
    return answer.status_code == 302 and answer.headers["Location"].startswith(CONFIRM)


def test_the_password_opens_it_and_leads_back(client_of):
    client = client_of("mara", recently=False)
    where = client.get(GUARDED).headers["Location"]
    assert where == "/auth/confirm?next=%2Fauth%2Fsecurity%2Fapp%2Fadd"
    assert client.get(where).status_code == 200
    assert client.post(where, {"password": "wrong"}).status_code == 422
    assert asks(client)
    assert client.post(where, {"password": PASSWORD}).headers["Location"] == GUARDED
    assert not asks(client)


def test_signing_in_counts(client):
    user_of("mara")
    client.post("/auth/login", {"login": email_of("mara"), "password": PASSWORD})
    assert not asks(client)


def test_it_lasts_ten_minutes(client_of, time_machine):
    client = client_of("mara")
    time_machine.move_to(now() + dt.timedelta(minutes=9, seconds=50))
    assert not asks(client)
    time_machine.move_to(now() + dt.timedelta(seconds=20))
    assert asks(client)


def test_it_is_worth_nothing_in_another_session(client_of):
    confirmed, other = client_of("mara"), client_of("mara", recently=False)
    session = other.session
    session["confirmed"] = confirmed.session["confirmed"]
    session.save()
    assert asks(other)


def test_it_is_worth_nothing_to_another_user(client_of):
    client = client_of("mara")
    session = client.session
    session["_auth_user_id"] = str(user_of("ada").pk)
    session["_auth_user_hash"] = user_of("ada").get_session_auth_hash()
    session.save()
    assert asks(client)


def test_it_cannot_be_made_up(client_of):
    client = client_of("mara", recently=False)
    session = client.session
    session["confirmed"] = "e30:made:up"
    session.save()
    assert asks(client)


def test_an_app_confirms_and_its_code_works_once(client_of):
    secret, user = generate_totp_secret(), user_of("mara")
    TOTP.activate(user, secret)
    client, other = client_of("mara", recently=False), client_of("mara", recently=False)
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    assert "authenticator app" in client.get(CONFIRM).content.decode()
    assert client.post(CONFIRM, {"code": code}).status_code == 302
    assert other.post(CONFIRM, {"code": code}).status_code == 422


def test_it_is_throttled(client_of):
    client = client_of("mara", recently=False)
    for _ in range(5):
        client.post(CONFIRM, {"password": "wrong"})
    assert client.post(CONFIRM, {"password": PASSWORD}).status_code == 429
    assert asks(client)


def test_who_has_nothing_to_prove_themselves_with_is_refused(client_of):
    client = client_of("mara", recently=False)
    user = user_of("mara")
    user.set_unusable_password()
    user.save()
    client.force_login(user)
    page = client.get(CONFIRM)
    assert page.status_code == 403
    assert "nothing to confirm with" in page.content.decode()
    for form in ({"password": PASSWORD}, {"code": "000000"}, {"credential": "{}"}, {}):
        assert client.post(CONFIRM, form).status_code in (403, 422)
    assert asks(client)


def test_a_passkey_that_is_none_confirms_nothing(client_of):
    client = client_of("mara", recently=False)
    assert client.post(CONFIRM, {"credential": '{"id": "x"}'}).status_code == 422


def test_a_fragment_sends_the_whole_page(client_of):
    client = client_of("ada", recently=False)
    answer = client.post(
        f"/settings/users/{user_of('mara').ref}/shut-out",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/settings/users?q=1"},
    )
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/auth/confirm?next=%2Fsettings%2Fusers%3Fq%3D1"


def test_a_form_returns_to_its_page_and_not_to_its_answer(client_of):
    client = client_of("ada", recently=False)
    answer = client.post(
        f"/settings/users/{user_of('mara').ref}/shut-out",
        headers={"Referer": "http://testserver/settings/users"},
    )
    assert answer.headers["Location"] == "/auth/confirm?next=%2Fsettings%2Fusers"
    user = user_of("mara")
    user.refresh_from_db()
    assert user.is_active


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/x",
        "/\\evil.example",
        "http://testserver//evil.example/x",
        "javascript:alert(1)",
        "",
    ],
)
def test_it_leads_nowhere_else(client_of, elsewhere):
    client = client_of("mara", recently=False)
    answer = client.post(f"{CONFIRM}?next={elsewhere}", {"password": PASSWORD})
    assert answer.headers["Location"] == "/"
    answer = client_of("ada", recently=False).post(
        f"/settings/users/{user_of('mara').ref}/shut-out", headers={"Referer": elsewhere}
    )
    assert answer.headers["Location"] == "/auth/confirm?next=%2F"
