from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from tenure.audit.models import AuditEvent
from tenure.lib.clock import now
from tenure.lib.errors import Conflict, Invalid, NotAllowed
from tenure.testing.cast import HERE, THERE, actor_of, user_of
from tenure.users.actors import actor_of_user
from tenure.users.models import RoleAssignment
from tenure.users.operations.assign_role import assign_role

pytestmark = pytest.mark.django_db
ADA = actor_of("ada")
DAY = dt.date(2026, 1, 1)


def test_it_counts_from_the_next_request_on():
    oscar = user_of("oscar")
    assert not actor_of_user(oscar).may("tests.run")
    assign_role(user_ref=oscar.ref, permission_set="access_manager", actor=ADA)
    assert actor_of_user(oscar).may("tests.run")
    event = AuditEvent.objects.get()
    assert (event.verb, event.detail["permission_set"]) == ("role.assigned", "access_manager")


def test_scoped_it_holds_for_that_connection_only():
    oscar = user_of("oscar")
    assign_role(user_ref=oscar.ref, permission_set="system_owner", connection_ref=HERE, actor=ADA)
    actor = actor_of_user(oscar)
    assert actor.may("accounts.view", connection=HERE)
    assert not actor.may("accounts.view", connection=THERE)
    assert not actor.may("accounts.view")
    assert AuditEvent.objects.get().connection_ref == HERE


def test_it_begins_and_ends_when_told(time_machine):
    oscar, begins = user_of("oscar"), now() + dt.timedelta(days=1)
    ends = begins + dt.timedelta(days=1)
    assign_role(
        user_ref=oscar.ref, permission_set="admin", begins_at=begins, ends_at=ends, actor=ADA
    )
    assert not actor_of_user(oscar).may("users.manage")
    time_machine.move_to(begins)
    assert actor_of_user(oscar).may("users.manage")
    time_machine.move_to(ends)
    assert not actor_of_user(oscar).may("users.manage")


def test_an_auditor_needs_a_window():
    with pytest.raises(Invalid):
        assign_role(user_ref=user_of("oscar").ref, permission_set="auditor", actor=ADA)


def test_the_database_agrees_that_an_auditor_needs_a_window():
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleAssignment.objects.create(user=user_of("oscar"), permission_set="auditor")


def test_the_database_agrees_that_nobody_else_has_one():
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleAssignment.objects.create(
            user=user_of("oscar"), permission_set="admin", window_from=DAY, window_until=DAY
        )


def test_twice_the_same_is_a_conflict():
    with pytest.raises(Conflict):
        assign_role(user_ref=user_of("mara").ref, permission_set="access_manager", actor=ADA)
    assert not AuditEvent.objects.exists()


def test_nobody_gives_permissions_without_managing_users():
    with pytest.raises(NotAllowed):
        assign_role(user_ref=user_of("mara").ref, permission_set="admin", actor=actor_of("mara"))


def test_an_admin_of_one_connection_gives_nothing_away():
    with pytest.raises(NotAllowed):
        assign_role(
            user_ref=user_of("mara").ref,
            permission_set="admin",
            actor=actor_of("ada", connection=HERE),
        )
