"""Signing in, and looking after how one signs in, as somebody sees it."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)

from tenure.testing.cast import CAST, PASSWORD, actor_of, email_of, user_of
from tenure.testing.fixtures import link_in
from tenure.users.first_admin import first_admin_link, sign_in_link
from tenure.users.operations.invite_user import invite_user

pytestmark = pytest.mark.django_db(transaction=True)


def path_of(address: str | None) -> str:
    assert address is not None
    return "/" + address.split("/", 3)[3]


def walk(visit, paths: list[str], look, who: str = "") -> None:
    """Every page in one browser: starting one costs more than looking at a page."""
    page = visit(paths[0], who=who, **look)
    for number, path in enumerate(paths):
        if number:
            visit.go(page, path)
        # A link's token is of no use in the name of a picture.
        has_token = path.startswith("/auth/") and len(path) > 50
        visit.inspect(page, path.split("/")[2] if has_token else "")


def test_pages_for_who_is_not_signed_in(visit, look, mailbox):
    invite_user(email="nia@halden.example", permission_set="reviewer", actor=actor_of("ada"))
    links = [first_admin_link(), sign_in_link(user_of("mara"))]
    pages = ["/auth/login", "/auth/password/reset", "/auth/password/reset/sent", "/auth/inactive"]
    walk(
        visit,
        [*pages, *(path_of(link) for link in links), link_in(mailbox()[0])],
        look,
    )


def test_pages_about_ones_own_sign_in(visit, look):
    pages = ["", "/app/add", "/passkeys", "/passkeys/add"]
    others = ["/auth/password", "/auth/sessions", "/auth/confirm", "/auth/logout"]
    walk(
        visit,
        [*(f"/auth/security{page}" for page in pages), *others],
        look,
        who="mara",
    )


def test_the_users_pages(visit, look):
    for name in CAST:
        user_of(name)
    invite_user(email="nia@halden.example", permission_set="reviewer", actor=actor_of("ada"))
    walk(
        visit,
        ["/settings/users", f"/settings/users/{user_of('aud').ref}"],
        look,
        who="ada",
    )


def test_signing_in_with_a_password_and_an_app(visit, live_server):
    secret = generate_totp_secret()
    TOTP.activate(user_of("mara"), secret)
    page = visit("/auth/login")
    page.get_by_label("Work e-mail").fill(email_of("mara"))
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("alert").filter(has_text="not correct").wait_for()
    visit.inspect(page, "sign-in-refused")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Your second factor").wait_for()
    visit.inspect(page, "second-factor")
    page.get_by_label("Code").fill(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("navigation", name="Main").wait_for()
    page.goto(live_server.url + "/auth/sessions")
    page.get_by_text("Chrome on Linux").wait_for()
    visit.inspect(page, "sessions-listed")


def test_a_passkey_is_added_and_signs_in_and_confirms(visit, live_server, settings):
    """With Chromium's own authenticator: the whole ceremony, under our policy."""
    at_name = live_server.url.replace("127.0.0.1", "localhost")
    settings.TENURE_PUBLIC_URL = at_name
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    user_of("mara")
    page = visit("/auth/login")
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    page.goto(f"{at_name}/auth/login?next=/auth/security/passkeys/add")
    page.get_by_label("Work e-mail").fill(email_of("mara"))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    visit.inspect(page, "recovery-codes")
    page.goto(f"{at_name}/auth/security")
    page.get_by_text("1 passkey").wait_for()
    visit.inspect(page, "security-with-passkey")
    page.context.clear_cookies()
    page.goto(f"{at_name}/auth/login")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("navigation", name="Main").wait_for()
    page.goto(f"{at_name}/auth/confirm?next=/auth/sessions")
    visit.inspect(page, "confirm-with-passkey")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(re.compile("/auth/sessions"))


@pytest.mark.in_full
def test_a_browser_without_a_passkey_is_told_so(visit, live_server, settings):
    at_name = live_server.url.replace("127.0.0.1", "localhost")
    settings.TENURE_PUBLIC_URL = at_name
    page = visit("/auth/login")
    page.goto(f"{at_name}/auth/login")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('no')) }")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("The passkey was not used").wait_for()
