from __future__ import annotations

import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from tenure.audit.models import AuditEvent
from tenure.cli import main
from tenure.cli.output import state
from tenure.testing.cast import email_of, user_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenure(capsys, monkeypatch):
    """`tenure("users", "list")`: exit code, what was printed, what was complained of."""
    monkeypatch.setattr(state, "json", False)

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main([*arguments])
        printed = capsys.readouterr()
        return int(left.value.code or 0), printed.out, printed.err

    return run


def test_inviting_sends_the_mail(tenure, mailbox):
    code, out, _ = tenure(
        "users", "invite", "nia@halden.example", "--permission-set", "reviewer", "--json"
    )
    assert code == 0
    assert json.loads(out)["permission_set"] == "reviewer"
    assert mailbox()[0]["To"] == "nia@halden.example"
    assert AuditEvent.objects.get(verb="user_invitation.sent").actor_id.startswith("cli:")


def test_an_auditor_without_a_window_is_refused_in_a_sentence(tenure):
    code, out, err = tenure("users", "invite", "a@b.example", "--permission-set", "auditor")
    assert (code, out) == (2, "")
    assert err == "Give the first and last day the auditor may look at.\n"


def test_an_auditor_with_one_is_invited(tenure):
    window = ("--from", "2026-01-01", "--to", "2026-06-30")
    code, *_ = tenure("users", "invite", "a@b.example", "--permission-set", "auditor", *window)
    assert code == 0


def test_the_list_shows_roles_factors_and_who_is_invited(tenure):
    user_of("mara")
    tenure("users", "invite", "nia@halden.example", "--permission-set", "reviewer")
    code, out, _ = tenure("users", "list", "--json")
    document = json.loads(out)
    assert code == 0
    assert document["users"][0]["roles"][0]["permission_set"] == "access_manager"
    assert document["users"][0]["mfa"] is False
    assert document["invitations"][0]["email"] == "nia@halden.example"


def test_a_lost_factor_is_reset(tenure):
    TOTP.activate(user_of("mara"), generate_totp_secret())
    assert tenure("users", "reset-mfa", email_of("mara"))[0] == 0
    assert not Authenticator.objects.exists()


def test_a_sign_in_link_is_printed_and_signs_in(tenure, client):
    user_of("mara")
    code, out, _ = tenure("users", "sign-in-link", email_of("mara"))
    assert code == 0
    assert client.post("/" + out.strip().split("/", 3)[3]).status_code == 302
    assert client.get("/auth/sessions").status_code == 200


def test_nobody_by_that_address_is_said_in_a_sentence(tenure):
    code, _, err = tenure("users", "sign-in-link", "nobody@halden.example")
    assert code == 2
    assert err == "No user has the address nobody@halden.example; see: tenure users list.\n"
