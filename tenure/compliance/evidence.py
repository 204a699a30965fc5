"""What the tests can prove: how they stood over a window, and every finding that lived in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import CharField, F, Value
from django.db.models.functions import Coalesce

from tenure.compliance import queries
from tenure.compliance.catalog import catalogue
from tenure.compliance.models import Finding, TestState
from tenure.compliance.queries.then import as_they_were
from tenure.evidence.canonical import Row, day, instant
from tenure.evidence.kinds import Asked, EvidenceKind, Part, Proof, Takes
from tenure.inventory.proving import scope_statements, sources_until
from tenure.lib.actor import Actor
from tenure.lib.clock import rfc3339
from tenure.lib.errors import NotFound
from tenure.lib.sorting import ByBytes

_AT_A_TIME = 500


class Answer(Row, frozen=True):
    """What a test answered when it was asked."""

    test: str
    at: str
    state: str
    reason: str
    open: int
    overdue: int
    exception: str


class Failing(Row, frozen=True):
    """A finding as it stood at the end of the window."""

    test: str
    title: str
    organization: str
    connection: str
    provider_id: str
    about: str
    person: str
    since_at: str
    opened_at: str
    allowed: str
    due_at: str
    state: str
    resolved_at: str | None
    accepted_until: str | None
    accepted_because: str
    ref: str
    exception: str


def _tests(asked: Asked, *, actor: Actor) -> Proof:
    assert asked.begins_at is not None  # noqa: S101 - a kind that takes a window
    if asked.test and asked.test not in catalogue():
        raise NotFound(f"There is no test {asked.test}; see the list of tests.")
    # As an auditor of that window sees it: what came later had not happened yet.
    then = replace(actor, window=(asked.begins_at, asked.ends_at))
    named = catalogue()[asked.test].title if asked.test else "Tests"
    return Proof(
        title=f"{named}, {asked.first} to {asked.last}",
        parts=(
            Part(
                name="findings",
                label="Findings",
                says="Everything that failed a test in these days, as it stood at their end.",
                row=Failing,
                rows=lambda: _findings(asked, then),
                shown={"title": 4, "about": 4, "state": 2, "opened_at": 3, "due_at": 3},
                counts={
                    "findings alive in the window": lambda _: True,
                    "open at its end": lambda row: row.state == "open",
                    "accepted": lambda row: row.state == "exempted",
                    "resolved in time": lambda row: row.state == "resolved" and not row.exception,
                },
            ),
            Part(
                name="answers",
                label="Answers",
                says="Each answer that a test gave. Where data was missing, the answer is invalid.",
                row=Answer,
                rows=lambda: _answers(asked, then),
                shown={"test": 4, "at": 3, "state": 2, "open": 1, "overdue": 2},
                counts={"answers": lambda _: True},
            ),
        ),
        scope=scope_statements(actor=actor),
        sources=sources_until(asked.ends_at, actor=actor),
    )


def _answers(asked: Asked, actor: Actor) -> Iterator[Answer]:
    given = queries.results(actor=actor).annotate(slug=F("test__slug"))
    if asked.test:
        given = given.filter(test__slug=asked.test)
    for one in given.order_by(ByBytes("slug"), "at", "id").iterator(_AT_A_TIME):
        yield _answer(one)


def _answer(result: Any) -> Answer:  # noqa: ANN401 - an answer with its annotation
    is_none = result.state == TestState.INVALID
    return Answer(
        test=result.slug,
        at=rfc3339(result.at),
        state=result.state,
        reason=result.state_reason,
        open=result.open,
        overdue=result.overdue,
        exception=f"No answer: {result.state_reason}" if is_none else "",
    )


def _findings(asked: Asked, actor: Actor) -> Iterator[Failing]:
    found: Any = queries.findings(actor=actor).annotate(
        slug=F("test__slug"),
        provider_id=Coalesce(
            F("account__external_id"),
            F("credential__external_id"),
            Value(""),
            output_field=CharField(),
        ),
    )
    if asked.test:
        found = found.filter(test__slug=asked.test)
    rows = found.order_by(ByBytes("slug"), ByBytes("provider_id"), "opened_at", "id")
    coming = rows.iterator(_AT_A_TIME)
    while some := list(islice(coming, _AT_A_TIME)):
        for finding in as_they_were(some, actor=actor):
            yield _failing(finding, until=asked.ends_at)


def _failing(finding: Any, *, until: datetime) -> Failing:  # noqa: ANN401 - with its annotations
    connection, account, key = finding.connection, finding.account, finding.credential
    is_over = finding.resolved_at is not None and finding.resolved_at < until
    state = "resolved" if is_over else ("exempted" if finding.was_exempted else "open")
    definition = catalogue().get(finding.slug)
    return Failing(
        test=finding.slug,
        title=definition.title if definition else finding.slug,
        organization=connection.organization_id if connection else "",
        connection=connection.name if connection else "",
        provider_id=finding.provider_id,
        about=str(key or account or finding.person or _address(finding) or finding.subject),
        person=finding.person.email if finding.person else "",
        since_at=rfc3339(finding.since),
        opened_at=rfc3339(finding.opened_at),
        allowed=f"{finding.sla_days} {finding.get_sla_unit_display()}",
        due_at=rfc3339(finding.due_then),
        state=state,
        resolved_at=instant(finding.resolved_at) if is_over else None,
        accepted_until=day(finding.exempted_until) if state == "exempted" else None,
        accepted_because=(finding.exempted_because or "") if state == "exempted" else "",
        ref=str(finding.ref),
        exception=_exception(finding, state, until=until),
    )


def _address(finding: Finding) -> str:
    inputs = finding.why.get("inputs", [])
    return next((str(one["value"]) for one in inputs if one["name"] == "Address"), "")


def _exception(finding: Any, state: str, *, until: datetime) -> str:  # noqa: ANN401 - as above
    if state == "exempted":
        return f"Accepted: {finding.exempted_because}"
    if state == "resolved":
        return "Resolved after it was due." if finding.resolved_at > finding.due_then else ""
    return "Open, and overdue." if finding.due_then <= until else ""


KINDS = (
    EvidenceKind(
        name="tests",
        label="Tests over a window",
        says="How the tests stood, every finding, how late it was, and what somebody accepted.",
        takes=Takes.WINDOW,
        prove=_tests,
        takes_test=True,
        position=20,
    ),
)
