"""Inviting somebody, and being invited: what the sign-in pages' tests leave out."""

from __future__ import annotations

import pytest

from tenure.testing.cast import actor_of, email_of, user_of
from tenure.testing.fixtures import link_in
from tenure.users.models import User
from tenure.users.operations.invite_user import invite_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_somebody_is_invited_and_who_may_sign_in_already_is_refused(visit, look):
    user_of("mara")
    page = visit("/settings/users", who="ada", **look)
    visit.expect_error("status of 4")
    page.get_by_label("E-mail").fill(email_of("mara"))
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_text("may sign in already").wait_for()
    visit.inspect(page, "invite-refused")
    page.get_by_label("E-mail").fill("nia@halden.example")
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_role("heading", name="Invitations").wait_for()


def test_an_invitation_is_accepted_in_one_form(visit, look, mailbox):
    invite_user(email="nia@halden.example", permission_set="reviewer", actor=actor_of("ada"))
    page = visit(link_in(mailbox()[0]), **look)
    visit.expect_error("status of 422")
    page.get_by_label("Name").fill("Nia Okoro")
    page.get_by_label("Password").fill("short")
    page.get_by_role("button", name="Accept and sign in").click()
    page.wait_for_load_state("networkidle")
    visit.inspect(page, "invitation-refused")
    page.get_by_label("Password").fill("three quiet herons at dusk")
    page.get_by_role("button", name="Accept and sign in").click()
    page.get_by_role("heading", name="Overview").wait_for()
    assert User.objects.get(email="nia@halden.example").name == "Nia Okoro"
