from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.lib.errors import NotAllowed
from tenure.testing.cast import actor_of
from tenure.testing.fixtures import link_in
from tenure.users.operations.invite_user import invite_user
from tenure.users.operations.withdraw_invitation import withdraw_invitation

pytestmark = pytest.mark.django_db
ADA = actor_of("ada")


def test_its_link_stops_working_and_they_can_be_invited_anew(client, mailbox):
    invitation = invite_user(email="nia@halden.example", permission_set="reviewer", actor=ADA)
    withdraw_invitation(invitation_ref=invitation.ref, actor=ADA)
    assert client.get(link_in(mailbox()[0])).status_code == 404
    assert AuditEvent.objects.filter(verb="user_invitation.withdrawn").count() == 1
    invite_user(email="nia@halden.example", permission_set="reviewer", actor=ADA)


def test_an_access_manager_may_not():
    invitation = invite_user(email="nia@halden.example", permission_set="reviewer", actor=ADA)
    with pytest.raises(NotAllowed):
        withdraw_invitation(invitation_ref=invitation.ref, actor=actor_of("mara"))
