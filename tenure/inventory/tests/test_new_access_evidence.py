"""Evidence of new access: who came to hold what in a window, and by whom."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from zipfile import ZipFile

import pytest
import time_machine

from tenure.evidence.asking import Given
from tenure.evidence.keeping import file_of
from tenure.evidence.tests.world import make
from tenure.inventory.models import AccountChange, Explanation, ProviderEvent, SyncRun
from tenure.testing.factories import make_account, make_connection, make_member, make_project

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
IN = datetime(2026, 8, 10, 9, tzinfo=UTC)
BEFORE = datetime(2026, 7, 31, 23, 59, 59, tzinfo=UTC)
AUGUST = Given(kind="new-access", first=date(2026, 8, 1), last=date(2026, 8, 31))


@pytest.fixture
def august(db, tmp_path, settings):
    settings.TENURE_HOME = tmp_path / "home"
    with time_machine.travel(NOW, tick=False):
        yield make_connection()


def rows_of(build) -> list[dict]:
    with ZipFile(file_of(build)) as archive:
        return [json.loads(line) for line in archive.read("new-access.jsonl").splitlines()]


def step(account, at: datetime, **given) -> AccountChange:
    run, _ = SyncRun.objects.get_or_create(
        connection=account.connection, status="complete", defaults={"queued_at": NOW}
    )
    columns = {"kind": "appeared", "known_by": "provider"}
    return AccountChange.objects.create(account=account, run=run, at=at, **{**columns, **given})


def test_what_began_in_the_window_and_nothing_else(august):
    account = make_account(august, external_id="user-b", role="owner")
    step(account, BEFORE)
    step(account, IN, kind="changed", field="role", before="reader", after="owner")
    new = make_account(august, external_id="user-a")
    step(new, IN)
    # There at the first reading: nobody can tell since when.
    step(make_account(august), IN, known_by="between_reads")
    project = make_project(august, "Assistant")
    make_member(project, new, began_at=IN)
    make_member(project, account, began_at=BEFORE)
    rows = rows_of(make(AUGUST))
    assert [(row["provider_id"], row["what"], row["role_before"], row["role"]) for row in rows] == [
        ("user-a", "account", "", "reader"),
        ("user-a", "role", "", "member"),
        ("user-b", "role", "reader", "owner"),
    ]
    assert {row["exception"] for row in rows} == {"The provider's log does not say who gave it."}


def test_who_gave_it_as_the_log_tells(august):
    account = make_account(august, external_id="user-a")
    appeared = step(account, IN, known_by="audit_event")
    event = ProviderEvent.objects.create(
        connection=august,
        external_id="audit_log-1",
        at=IN,
        type="user.added",
        actor_email="ada@halden.example",
        actor_id="user-ada",
        raw="{}",
        received_at=NOW,
    )
    Explanation.objects.create(
        moment="account_change",
        row_id=appeared.pk,
        event=event,
        read_at=IN,
        read_known_by="between_reads",
    )
    (row,) = rows_of(make(AUGUST))
    assert (row["given_by"], row["exception"]) == ("ada@halden.example", "")
