"""Whoever is asked to do something gets a way in, once, and as an employee."""

from __future__ import annotations

import pytest

from tenure.lib.errors import NotAllowed
from tenure.testing.cast import actor_of, email_of, user_of
from tenure.testing.jobs import run_jobs
from tenure.users.asking import invite_for_work, let_in
from tenure.users.models import User, UserInvitation

pytestmark = pytest.mark.django_db
NIA = "nia@halden.example"


def test_somebody_new_is_invited_once_by_whoever_asks_them(mailbox):
    user_of("hugo")
    let_in([NIA, "NIA@halden.example", email_of("hugo"), ""])
    run_jobs()
    let_in([NIA])
    run_jobs()
    invitation = UserInvitation.objects.get()
    assert (invitation.email.casefold(), invitation.permission_set) == (NIA, "employee")
    (mail,) = mailbox()
    assert "Tenure invites you" in str(mail)


def test_whom_an_admin_shut_out_stays_out():
    user = user_of("hugo")
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert invite_for_work(email_of("hugo"), actor=actor_of("ada")) is None
    assert not UserInvitation.objects.exists()


def test_it_is_not_for_everybody_to_do():
    with pytest.raises(NotAllowed):
        invite_for_work(NIA, actor=actor_of("rita"))
