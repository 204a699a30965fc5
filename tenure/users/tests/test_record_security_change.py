from __future__ import annotations

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.urls import reverse

from tenure.audit.models import AuditEvent
from tenure.lib.errors import NotFound
from tenure.testing.cast import PASSWORD, actor_of, email_of, user_of
from tenure.users.operations.record_security_change import record_security_change

pytestmark = pytest.mark.django_db
NEW = "another horse, another battery"


def test_a_changed_password_is_audited_and_told(client_of, mailbox):
    client = client_of("mara")
    answer = client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
    )
    assert answer.status_code == 302
    event = AuditEvent.objects.get(verb="user.security_changed")
    assert event.detail == {"change": "password_changed"}
    (mail,) = mailbox()
    assert mail["To"] == email_of("mara")
    assert "Your password was changed" in mail.as_string()


def test_a_new_app_is_told_and_its_secret_is_sealed(
    client_of, mailbox, django_capture_on_commit_callbacks
):
    client = client_of("mara")
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("mfa_activate_totp"), {"code": code})
    assert answer.headers["Location"] == reverse("mfa_view_recovery_codes")
    assert secret not in str(list(Authenticator.objects.values()))
    codes = client.get(answer.headers["Location"])
    assert codes.context["can_view_codes"]
    assert not client.get(answer.headers["Location"]).context["can_view_codes"]
    assert "An authenticator app was added" in mailbox()[0].as_string()


def test_nobody_notes_it_for_another():
    with pytest.raises(NotFound):
        record_security_change(
            user_ref=user_of("ada").ref,
            change="totp_activated",
            address="",
            actor=actor_of("mara"),
        )
