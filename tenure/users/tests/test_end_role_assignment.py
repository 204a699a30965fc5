from __future__ import annotations

import threading

import pytest
from django.db import connection

from tenure.audit.models import AuditEvent
from tenure.lib.errors import Conflict, NotAllowed, NotFound
from tenure.testing.cast import HERE, actor_of, user_of
from tenure.users.actors import actor_of_user
from tenure.users.models import RoleAssignment
from tenure.users.operations.assign_role import assign_role
from tenure.users.operations.end_role_assignment import end_role_assignment

ADA = actor_of("ada")


def role_of(name: str, permission_set: str) -> RoleAssignment:
    return RoleAssignment.objects.get(user=user_of(name), permission_set=permission_set)


@pytest.mark.django_db
def test_it_takes_the_permissions_back_at_once():
    role = role_of("mara", "access_manager")
    end_role_assignment(assignment_ref=role.ref, actor=ADA)
    assert not actor_of_user(role.user).may("accounts.view")
    assert AuditEvent.objects.get().verb == "role.ended"


@pytest.mark.django_db
def test_it_ends_once():
    role = role_of("mara", "access_manager")
    end_role_assignment(assignment_ref=role.ref, actor=ADA)
    with pytest.raises(NotFound):
        end_role_assignment(assignment_ref=role.ref, actor=ADA)


@pytest.mark.django_db
def test_the_last_admin_keeps_it():
    with pytest.raises(Conflict):
        end_role_assignment(assignment_ref=role_of("ada", "admin").ref, actor=ADA)


@pytest.mark.django_db
def test_an_admin_who_is_shut_out_or_scoped_does_not_count_as_another():
    role = role_of("ada", "admin")
    assign_role(user_ref=user_of("sid").ref, permission_set="admin", connection_ref=HERE, actor=ADA)
    mara = user_of("mara")
    assign_role(user_ref=mara.ref, permission_set="admin", actor=ADA)
    mara.is_active = False
    mara.save()
    with pytest.raises(Conflict):
        end_role_assignment(assignment_ref=role.ref, actor=ADA)


@pytest.mark.django_db
def test_with_another_admin_it_may_end():
    assign_role(user_ref=user_of("mara").ref, permission_set="admin", actor=ADA)
    end_role_assignment(assignment_ref=role_of("ada", "admin").ref, actor=ADA)
    assert not actor_of_user(user_of("mara")).permissions - ADA.permissions


@pytest.mark.django_db
def test_an_access_manager_may_not():
    with pytest.raises(NotAllowed):
        end_role_assignment(assignment_ref=role_of("ada", "admin").ref, actor=actor_of("mara"))


@pytest.mark.django_db(transaction=True)
def test_two_admins_cannot_end_each_other():
    roles = [role_of("ada", "admin")]
    roles.append(assign_role(user_ref=user_of("mara").ref, permission_set="admin", actor=ADA))
    start, outcomes = threading.Barrier(2), []

    def end(role: RoleAssignment) -> None:
        start.wait()
        try:
            end_role_assignment(assignment_ref=role.ref, actor=ADA)
            outcomes.append("ended")
        except Conflict:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=end, args=[role]) for role in roles]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["ended", "refused"]
