"""More ends than one transaction should carry: as if they had all ended in one."""

from __future__ import annotations

import pytest
from django.db import connection as database

from tenure.inventory import reading, syncing
from tenure.inventory.models import AccountChange, SyncRun
from tenure.inventory.operations.request_sync import request_sync
from tenure.inventory.tests.truth import check_promises, differences, inventory, truth
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db
LEAVERS = 9


class Killed(BaseException):
    """What is not a kill, and ends a process in the same place."""


@pytest.fixture
def an_exodus(openai, sync, monkeypatch):
    """Two rows a transaction; nine users, five invitations and two members are gone."""
    for number in range(5):
        openai.add_invite(f"offered{number}@halden.example")
    sync()
    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    project, *_ = openai.projects()
    members = {member["id"] for member in project["members"]}
    others = [user["id"] for user in openai.users() if user["id"] not in members]
    for user in [*sorted(members), *others[-(LEAVERS - len(members)) :]]:
        openai.remove_user(user)
    for number in range(5):
        openai.remove_invite(f"offered{number}@halden.example")


def test_lists_that_end_at_the_same_time_end_their_own_rows(an_exodus, openai, sync, connection):
    run = sync()
    assert (run.status, run.ended) == ("complete", LEAVERS + 5 + 2)
    assert differences(inventory(connection), truth(openai)) == {}
    check_promises(connection)


@pytest.mark.parametrize("nth", [1, 2, 4])
def test_who_dies_between_two_of_them_has_ended_nobody_twice(
    nth, an_exodus, openai, sync, connection
):
    asked = request_sync(connection_ref=connection.ref, actor=actor_of("ada"))
    seen = [0]

    def die(execute, sql, params, many, context):
        seen[0] += "UPDATE inventory_account AS a SET status = 'gone'" in sql
        if seen[0] > nth and not sql.startswith("ROLLBACK"):
            raise Killed
        return execute(sql, params, many, context)

    with database.execute_wrapper(die), pytest.raises(Killed):
        syncing.run_sync(run_ref=asked.ref, actor=actor_of("ada"))
    check_promises(connection)
    syncing.run_sync(run_ref=asked.ref, actor=actor_of("ada"))
    run = SyncRun.objects.get(pk=asked.pk)
    assert (run.status, run.ended) == ("complete", LEAVERS + 5 + 2)
    assert AccountChange.objects.filter(kind="ended").count() == LEAVERS
    assert differences(inventory(connection), truth(openai)) == {}
    check_promises(connection)
