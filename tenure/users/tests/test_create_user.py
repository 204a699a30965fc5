from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tenure.audit.models import AuditEvent
from tenure.lib.errors import Conflict, Invalid, NotAllowed
from tenure.testing.cast import actor_of, user_of
from tenure.users.models import User
from tenure.users.operations.create_user import create_user

pytestmark = pytest.mark.django_db


def test_it_lets_somebody_in_without_a_password_that_works():
    user = create_user(email=" Nia@Halden.example", name="Nia", actor=actor_of("ada"))
    assert (user.email, user.email_key) == ("Nia@Halden.example", "nia@halden.example")
    assert not user.has_usable_password()
    event = AuditEvent.objects.get()
    assert (event.verb, event.subject_ref) == ("user.created", str(user.ref))
    assert "nia" not in str(event.detail).lower()


def test_two_spellings_of_one_address_are_one_user():
    user_of("mara")
    with pytest.raises(Conflict):
        create_user(email="MARA@halden.example", name="", actor=actor_of("ada"))


def test_the_database_agrees_that_an_address_is_one_user():
    user_of("mara")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="x@halden.example", email_key="mara@halden.example")


def test_it_refuses_what_is_no_address():
    with pytest.raises(Invalid):
        create_user(email="nia", name="", actor=actor_of("ada"))


def test_an_access_manager_may_not():
    with pytest.raises(NotAllowed):
        create_user(email="nia@halden.example", name="", actor=actor_of("mara"))
