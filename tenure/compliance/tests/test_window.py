"""An auditor's window: what was alive in it, and what tests said in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from tenure.compliance import pages, queries, trends, wording
from tenure.compliance.models import ComplianceTest, Exemption, Finding, TestResult
from tenure.compliance.operations.deactivate_test import deactivate_test
from tenure.compliance.operations.run_tests import run_tests
from tenure.compliance.operations.set_test import set_test
from tenure.compliance.queries import WorkAsked
from tenure.compliance.schemas.tests import TestDetail, TestOut
from tenure.lib.actor import Actor
from tenure.lib.errors import NotFound
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_account, make_connection, make_person

pytestmark = pytest.mark.django_db
SLUG = "leavers-deprovisioned"
FROM, UNTIL = date(2026, 9, 1), date(2026, 9, 30)
BEGINS, ENDS = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
TICK, DAY = timedelta(milliseconds=1), timedelta(days=1)
LATER = datetime(2026, 11, 23, 12, tzinfo=UTC)
PAGES = ("/", "/tests", f"/tests/{SLUG}", "/tests/controls", "/overview/trends")
AUD = actor_of("aud", window=(FROM, UNTIL))


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(LATER, tick=False) as clock:
        yield clock


@pytest.fixture
def row() -> ComplianceTest:
    return ComplianceTest.objects.create(slug=SLUG)


def make_finding(row: ComplianceTest, opened_at: datetime, resolved_at: datetime | None) -> Finding:
    return Finding.objects.create(
        test=row,
        subject="account:1",
        connection=make_connection(),
        state="resolved" if resolved_at else "open",
        since=opened_at,
        opened_at=opened_at,
        due_at=opened_at + DAY,
        resolved_at=resolved_at,
        sla_days=1,
    )


@pytest.mark.parametrize(
    ("opened_at", "resolved_at", "is_seen"),
    [
        (BEGINS - DAY, BEGINS - TICK, False),
        (BEGINS - DAY, BEGINS, True),
        (BEGINS - DAY, None, True),
        (BEGINS, ENDS - TICK, True),
        (BEGINS - DAY, ENDS + DAY, True),
        (ENDS - TICK, None, True),
        (ENDS, None, False),
        (ENDS, ENDS + DAY, False),
    ],
)
def test_a_finding_is_an_auditors_when_it_was_alive_in_the_window(
    row, opened_at, resolved_at, is_seen
):
    finding = make_finding(row, opened_at, resolved_at)
    assert queries.findings(actor=AUD).exists() == is_seen
    assert queries.findings(actor=actor_of("mara")).exists()
    # What was resolved after the window was still open at its end.
    is_counted = is_seen and (resolved_at is None or resolved_at >= ENDS)
    assert queries.test_by_slug(SLUG, actor=AUD).open == is_counted
    assert queries.rows_of_counts(actor=AUD)["open"].count() == is_counted
    if not is_seen:
        with pytest.raises(NotFound):
            queries.finding_by_ref(finding.ref, actor=AUD)


def test_a_window_in_days_to_come_holds_nothing_yet(row, today):
    make_finding(row, BEGINS - 30 * DAY, None)
    today.move_to(BEGINS - DAY)
    assert not queries.findings(actor=AUD).exists()
    today.move_to(BEGINS)
    assert queries.findings(actor=AUD).exists()


def test_the_history_is_that_of_the_window_however_long_ago(row, today):
    for at in (BEGINS - TICK, BEGINS, ENDS - TICK, ENDS):
        TestResult.objects.create(test=row, at=at, state="needs_attention", open=1)
    today.move_to(ENDS + 200 * DAY)
    days = queries.histories(actor=AUD)[row.pk]
    assert (days[-1].on, len(days)) == (UNTIL, queries.HISTORY_DAYS)
    assert [day.on for day in days if day.kind == "at"] == [FROM, UNTIL]


def test_the_trend_of_findings_ends_with_the_window(row):
    TestResult.objects.create(test=row, at=ENDS - DAY, state="needs_attention", open=3)
    TestResult.objects.create(test=row, at=ENDS + DAY, state="needs_attention", open=8)

    def drawn(actor: Actor) -> set[int]:
        return {row[1] for row in trends.finding_trend(trends.weeks(actor), actor=actor)["rows"]}

    assert drawn(AUD) == {3}
    assert 8 in drawn(actor_of("mara"))


def make_exemption(finding: Finding, exempted_at: datetime, ended_at: datetime | None, **given):
    return Exemption.objects.create(
        finding=finding,
        kind="accepted",
        reason="A handover",
        until=(ended_at or LATER).date(),
        ends_at=ended_at or LATER + DAY,
        state="expired" if ended_at else "active",
        exempted_at=exempted_at,
        exempted_by="Mara",
        ended_at=ended_at,
        **given,
    )


@pytest.mark.parametrize(
    ("exempted_at", "ended_at", "is_listed", "is_exempted_at_its_end"),
    [
        (BEGINS - DAY, BEGINS - TICK, False, False),
        (BEGINS - DAY, BEGINS, True, False),
        (BEGINS, ENDS - TICK, True, False),
        (BEGINS, ENDS + DAY, True, True),
        (ENDS - TICK, None, True, True),
        (ENDS, None, False, False),
    ],
)
def test_an_exemption_is_an_auditors_when_it_was_in_force_in_the_window(
    row, exempted_at, ended_at, is_listed, is_exempted_at_its_end
):
    finding = make_finding(row, BEGINS - 3 * DAY, None)
    if ended_at is None:
        Finding.objects.update(state="exempted")
    make_exemption(finding, exempted_at, ended_at)
    assert queries.exemptions(actor=AUD).exists() == is_listed
    line = queries.test_by_slug(SLUG, actor=AUD)
    assert (line.exempted, line.open) == (
        int(is_exempted_at_its_end),
        int(not is_exempted_at_its_end),
    )
    (seen,) = wording.lines(queries.findings(actor=AUD), at=queries.seen_until(AUD))
    assert seen.state == ("exempted" if is_exempted_at_its_end else "open")


def test_what_happened_after_the_window_is_not_told(row):
    """Resolved late in October: at the end of September it was open and past due."""
    make_finding(row, BEGINS + DAY, ENDS + 20 * DAY)
    (seen,) = wording.lines(queries.findings(actor=AUD), at=queries.seen_until(AUD))
    assert (seen.state, seen.urgency) == ("open", "Overdue 27 days")
    late, overdue = WorkAsked(show="late"), WorkAsked(show="overdue")
    assert not queries.work_page(late, actor=AUD).rows
    assert len(queries.work_page(overdue, actor=AUD).rows) == 1
    counts = queries.work_counts(overdue, actor=AUD)
    assert (counts["late"], counts["overdue"], counts["exempted"]) == (0, 1, 0)


def test_what_was_resolved_late_in_the_window_is_told_however_long_ago(row, today):
    make_finding(row, BEGINS + DAY, BEGINS + 5 * DAY)
    today.move_to(ENDS + 300 * DAY)
    (finding,) = queries.work_page(WorkAsked(show="late"), actor=AUD).rows
    (seen,) = wording.lines([finding], at=queries.seen_until(AUD))
    assert seen.urgency == "Resolved late"


def test_an_end_after_the_window_is_not_told_of_an_exemption(row):
    finding = make_finding(row, BEGINS, None)
    make_exemption(finding, BEGINS + DAY, ENDS + DAY)
    (line,) = pages.exemption_lines(queries.exemptions(actor=AUD), actor=AUD)
    assert (line["is_over"], line["state"]) == (False, "Active")


def remember(row: ComplianceTest, at: datetime, state: str, **said) -> None:
    TestResult.objects.create(test=row, at=at, state=state, **said)


def test_a_test_says_what_it_said_last_in_the_window(row):
    remember(row, BEGINS - TICK, "ok")
    remember(row, ENDS - DAY, "ok", coverage={"what": "accounts", "of": 7, "judged": 7})
    remember(
        row, ENDS - TICK, "invalid", state_reason="Read then", terms={"sla_days": 9, "sla_unit": ""}
    )
    remember(row, ENDS, "needs_attention")
    ComplianceTest.objects.update(
        state="needs_attention", state_reason="Read today", ran_at=LATER, coverage={"of": 99}
    )
    seen = queries.test_by_slug(SLUG, actor=AUD).row
    assert (seen.ran_at, seen.sla_days) == (ENDS - TICK, 9)
    said = TestOut.of(queries.test_by_slug(SLUG, actor=AUD))
    assert (said.state, said.reason, said.coverage) == ("invalid", "Read then", {})
    assert queries.test_by_slug(SLUG, actor=actor_of("mara")).row.state == "needs_attention"


def test_a_test_that_gave_no_answer_in_the_window_has_none(row):
    remember(row, BEGINS - TICK, "ok")
    remember(row, ENDS, "ok")
    ComplianceTest.objects.update(state="ok", ran_at=LATER, coverage={"of": 99})
    for line in queries.tests(actor=AUD):
        assert (line.row.state, line.row.ran_at, line.row.coverage) == ("invalid", None, {})
        assert line.row.state_reason == "This test gave no answer in your window."


def test_while_the_window_lasts_a_test_says_what_it_says_now(row, today):
    today.move_to(ENDS - DAY)
    ComplianceTest.objects.update(state="ok", ran_at=ENDS - 2 * DAY, coverage={"of": 99})
    assert queries.test_by_slug(SLUG, actor=AUD).row.coverage == {"of": 99}
    ComplianceTest.objects.update(ran_at=BEGINS - TICK)
    assert queries.test_by_slug(SLUG, actor=AUD).row.state == "invalid"


def test_a_test_deactivated_after_the_window_was_asked_in_it(row):
    remember(row, ENDS - DAY, "ok")
    ComplianceTest.objects.update(
        state="deactivated", is_deactivated=True, deactivated_reason="Since today", ran_at=LATER
    )
    said = TestDetail.about(SLUG, actor=AUD)
    assert (said.state, said.is_deactivated, said.deactivated_reason) == ("ok", False, "")
    remember(row, ENDS - TICK, "deactivated", state_reason="Moving house")
    said = TestDetail.about(SLUG, actor=AUD)
    assert (said.is_deactivated, said.deactivated_reason) == (True, "Moving house")


def test_a_run_remembers_why_nothing_was_asked_and_how_it_is_asked(organization, today):
    run_tests(slugs=[SLUG], actor=actor_of("mara"))
    set_test(slug=SLUG, sla_days=3, sla_unit="business", actor=actor_of("ada"))
    run_tests(slugs=[SLUG], actor=actor_of("mara"))
    deactivate_test(slug=SLUG, reason="Moving house", actor=actor_of("mara"))
    run_tests(slugs=[SLUG], actor=actor_of("mara"))
    kept = TestResult.objects.order_by("id").values_list("terms__sla_days", "state_reason")
    assert [days for days, _ in kept] == [None, 3, 3]
    assert kept[2][1] == "Moving house"


def test_the_pages_tell_an_auditor_of_the_window_alone(client_of, row):
    """Nothing failed in September; today somebody who left has access, and the test is invalid."""
    remember(row, ENDS - DAY, "ok", coverage={"what": "accounts", "of": 7, "judged": 7})
    connection = make_connection(name="Of today")
    make_account(connection, person=make_person("Gone Today", ends_on=date(2026, 11, 1)))
    make_finding(row, ENDS + DAY, None)
    ComplianceTest.objects.update(
        state="invalid",
        state_reason="Broken today",
        ran_at=LATER,
        coverage={"what": "accounts", "of": 99},
    )
    auditor = client_of("aud", window=(FROM, UNTIL))
    shown = {path: auditor.get(path).content.decode() for path in PAGES}
    for path, html in shown.items():
        assert "Broken today" not in html, path
        assert "Gone Today" not in html, path
        assert "Of today" not in html, path
    assert "No access of former people was open on 30 Sep 2026" in shown["/"]
    assert "Of 7 accounts 7 judged" in shown["/tests"]
    assert "Open on 30 Sep 2026" in shown[f"/tests/{SLUG}"]
    assert "Broken today" in client_of("mara").get("/tests").content.decode()


def test_overview_tells_an_auditor_whose_access_stood_open(client_of, row):
    remember(row, ENDS - DAY, "needs_attention", open=1)
    make_finding(row, BEGINS, ENDS + DAY)
    html = client_of("aud", window=(FROM, UNTIL)).get("/").content.decode()
    assert "Former people still had access on 30 Sep 2026" in html
    assert "1 of them past the due date" in html


def test_the_pictures_end_with_the_window(row):
    remember(row, ENDS - 10 * DAY, "needs_attention", open=3)
    remember(row, ENDS - DAY, "needs_attention", open=4)
    drawn = trends.finding_trend(trends.weeks(AUD), actor=AUD)
    assert drawn["rows"][-1][:2] == ("30 Sep", 4)
    assert drawn["caption"] == "4 on 30 Sep, 0 overdue."
    make_finding(row, BEGINS, BEGINS + DAY)
    assert trends.removal_trend(trends.weeks(AUD), actor=AUD)["is_drawn"]
