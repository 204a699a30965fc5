from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from tenure.audit.models import AuditEvent
from tenure.lib.errors import Conflict, NotAllowed
from tenure.testing.cast import PASSWORD, actor_of, email_of, user_of
from tenure.users.operations.reset_mfa import reset_mfa

pytestmark = pytest.mark.django_db


def test_the_factors_go_the_sessions_end_and_they_are_told(client, mailbox):
    mara = user_of("mara")
    client.post("/auth/login", {"login": email_of("mara"), "password": PASSWORD})
    TOTP.activate(mara, generate_totp_secret())
    RecoveryCodes.activate(mara)
    reset_mfa(user_ref=mara.ref, actor=actor_of("ada"))
    assert not Authenticator.objects.exists()
    assert client.get("/auth/sessions").status_code == 302
    event = AuditEvent.objects.get(verb="user.mfa_reset")
    assert event.detail == {"factors": 2, "sessions": 1}
    (mail,) = mailbox()
    assert mail["To"] == email_of("mara")
    assert "Ada Lindqvist removed your second factors" in mail.as_string()


def test_without_a_factor_there_is_nothing_to_reset():
    with pytest.raises(Conflict):
        reset_mfa(user_ref=user_of("mara").ref, actor=actor_of("ada"))


def test_an_access_manager_may_not():
    with pytest.raises(NotAllowed):
        reset_mfa(user_ref=user_of("oscar").ref, actor=actor_of("mara"))
