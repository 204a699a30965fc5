from __future__ import annotations

import datetime as dt

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.clock import now
from tenure.lib.errors import NotAllowed, NotFound
from tenure.testing.cast import actor_of
from tenure.testing.fixtures import link_in
from tenure.users.operations.invite_user import invite_user
from tenure.users.operations.resend_invitation import resend_invitation
from tenure.users.operations.withdraw_invitation import withdraw_invitation

pytestmark = pytest.mark.django_db
ADA = actor_of("ada")


def test_the_new_link_works_and_the_earlier_one_no_more(client, mailbox, time_machine):
    invitation = invite_user(email="nia@halden.example", permission_set="reviewer", actor=ADA)
    first = mailbox()[0]
    time_machine.move_to(now() + dt.timedelta(days=8))
    assert client.get(link_in(first)).status_code == 404
    resend_invitation(invitation_ref=invitation.ref, actor=ADA)
    second = mailbox()[1]
    assert client.get(link_in(first)).status_code == 404
    assert client.get(link_in(second)).status_code == 200
    assert AuditEvent.objects.filter(verb="user_invitation.resent").count() == 1


def test_a_withdrawn_one_is_not_sent_again():
    invitation = invite_user(email="nia@halden.example", permission_set="reviewer", actor=ADA)
    withdraw_invitation(invitation_ref=invitation.ref, actor=ADA)
    with pytest.raises(NotFound):
        resend_invitation(invitation_ref=invitation.ref, actor=ADA)


def test_an_access_manager_may_not():
    invitation = invite_user(email="nia@halden.example", permission_set="reviewer", actor=ADA)
    with pytest.raises(NotAllowed):
        resend_invitation(invitation_ref=invitation.ref, actor=actor_of("mara"))
