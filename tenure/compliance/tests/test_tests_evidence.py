"""Evidence of tests: how they stood, and every finding that lived in the window."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from zipfile import ZipFile

import pytest
import time_machine

from tenure.compliance.models import Finding
from tenure.compliance.operations.exempt_findings import exempt_findings
from tenure.compliance.operations.run_tests import run_tests
from tenure.evidence.asking import Given
from tenure.evidence.keeping import file_of
from tenure.evidence.operations.create_bundle import create_bundle
from tenure.evidence.tests.world import make
from tenure.lib.errors import NotFound
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_account, make_connection, make_people_source, make_person

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)


@pytest.fixture
def september(db, tmp_path, settings):
    """Two leavers with access: one finding is accepted, both accounts end after the window."""
    settings.TENURE_HOME = tmp_path / "home"
    with time_machine.travel(NOW, tick=False) as clock:
        make_people_source()
        connection = make_connection()
        for number in (1, 2):
            leaver = make_person(f"Leaver {number}", ends_on=date(2026, 8, 28))
            make_account(connection, person=leaver, external_id=f"user-{number}")
        run_tests(actor=actor_of("mara"))
        accepted = Finding.objects.get(
            test__slug="leavers-deprovisioned", account__external_id="user-2"
        )
        exempt_findings(
            finding_refs=[accepted.ref],
            kind="accepted",
            reason="Until the handover",
            until=date(2026, 12, 1),
            actor=actor_of("mara"),
        )
        clock.move_to(NOW + timedelta(days=20))
        Finding.objects.filter(pk=accepted.pk).update(
            state="resolved", resolved_at=datetime(2026, 9, 20, tzinfo=UTC)
        )
        yield clock


def rows_of(build, part: str) -> list[dict]:
    with ZipFile(file_of(build)) as archive:
        return [json.loads(line) for line in archive.read(f"{part}.jsonl").splitlines()]


@pytest.mark.usefixtures("september")
def test_findings_stand_as_they_stood_at_the_end_of_the_window():
    window = {"first": date(2026, 9, 1), "last": date(2026, 9, 10)}
    build = make(Given(kind="tests", test="leavers-deprovisioned", **window))
    rows = rows_of(build, "findings")
    assert [row["provider_id"] for row in rows] == ["user-1", "user-2"]
    assert [row["state"] for row in rows] == ["open", "exempted"]
    assert [row["exception"] for row in rows] == [
        "Open, and overdue.",
        "Accepted: Until the handover",
    ]
    assert rows[1]["resolved_at"] is None
    answers = rows_of(build, "answers")
    assert {row["test"] for row in answers} == {"leavers-deprovisioned"}
    assert answers[0]["open"] == 2


@pytest.mark.usefixtures("september")
def test_what_was_resolved_later_is_resolved_in_a_later_window():
    window = {"first": date(2026, 9, 11), "last": date(2026, 9, 20)}
    rows = rows_of(make(Given(kind="tests", **window)), "findings")
    states = {row["provider_id"]: row["state"] for row in rows if row["test"].startswith("leavers")}
    assert states == {"user-1": "open", "user-2": "resolved"}


@pytest.mark.usefixtures("september")
def test_a_test_that_there_is_not_is_refused():
    given = Given(kind="tests", test="nonsense", first=date(2026, 9, 1), last=date(2026, 9, 2))
    with pytest.raises(NotFound, match="nonsense"):
        create_bundle(given=given, actor=actor_of("ada"))
