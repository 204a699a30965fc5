from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent, AuditText
from tenure.lib.errors import Conflict, Invalid, NotAllowed
from tenure.notifications.models import OutboxMessage
from tenure.testing.cast import HERE, actor_of, email_of, user_of
from tenure.testing.fixtures import link_in
from tenure.users import queries
from tenure.users.models import OneTimeLink, UserInvitation
from tenure.users.operations.invite_user import invite_user

pytestmark = pytest.mark.django_db
NIA = "nia@halden.example"


def test_the_mail_brings_a_link_that_is_kept_nowhere(client, mailbox):
    invite_user(email=NIA, permission_set="reviewer", actor=actor_of("ada"))
    (mail,) = mailbox()
    assert mail["To"] == NIA
    assert "Ada Lindqvist invites you to Tenure as reviewer" in str(mail)
    assert client.get(link_in(mail)).status_code == 200
    token = link_in(mail).rpartition("/")[2]
    for model in (OutboxMessage, UserInvitation, OneTimeLink, AuditEvent, AuditText):
        assert token not in str(list(model.objects.values()))
    kept = OutboxMessage.objects.get()
    assert (kept.state, kept.ciphertext, kept.wrapped_key) == ("sent", None, None)


def test_the_address_in_the_link_is_the_public_one(mailbox, settings):
    settings.TENURE_PUBLIC_URL = "https://tenure.halden.example"
    invite_user(email=NIA, permission_set="reviewer", actor=actor_of("ada"))
    assert "\nhttps://tenure.halden.example/auth/invitation/" in mailbox()[0].as_string()


def test_it_is_audited_without_the_address():
    invite_user(
        email=NIA, permission_set="system_owner", connection_ref=HERE, actor=actor_of("ada")
    )
    event = AuditEvent.objects.get(verb="user_invitation.sent")
    assert event.detail["permission_set"] == "system_owner"
    assert NIA not in str(event.detail)


@pytest.mark.parametrize("email", [email_of("mara").upper(), NIA.upper()])
def test_a_user_or_somebody_invited_is_not_invited_again(email):
    user_of("mara")
    invite_user(email=NIA, permission_set="reviewer", actor=actor_of("ada"))
    with pytest.raises(Conflict):
        invite_user(email=email, permission_set="admin", actor=actor_of("ada"))


def test_an_auditor_needs_a_window():
    with pytest.raises(Invalid):
        invite_user(email=NIA, permission_set="auditor", actor=actor_of("ada"))
    assert not OutboxMessage.objects.exists()


def test_an_access_manager_may_not():
    with pytest.raises(NotAllowed):
        invite_user(email=NIA, permission_set="employee", actor=actor_of("mara"))


def test_of_two_at_once_one_is_told_so_in_a_sentence(monkeypatch):
    look = queries.check_may_be_invited

    def look_then_lose(email, *, actor):
        look(email, actor=actor)
        monkeypatch.undo()
        invite_user(email=email, permission_set="employee", actor=actor_of("ada"))

    monkeypatch.setattr(queries, "check_may_be_invited", look_then_lose)
    with pytest.raises(Conflict, match="was invited already"):
        invite_user(email=NIA, permission_set="reviewer", actor=actor_of("ada"))
