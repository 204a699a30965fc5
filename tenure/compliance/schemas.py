from __future__ import annotations

from typing import Any, Self

from ninja import Schema
from pydantic import Field

from tenure.compliance import wording
from tenure.compliance.catalog import catalogue
from tenure.compliance.models import Finding
from tenure.compliance.queries import TestLine
from tenure.lib.endpoints import Given, Instant, Named, NextPage, PageOf, PageQuery, one_of


class FindingsQuery(PageQuery):
    test: str = Field("", max_length=60, description="Only of the test with this slug.")
    state: str = one_of(
        ("current", *Finding.State.values),
        "current",
        "current: open and exempted ones.",
    )


class RunIn(Given):
    """Which tests to run; all of them when none is named."""

    tests: list[str] = Field(default_factory=list, max_length=200)


class TestOut(Schema):
    """A test with its latest answer. `coverage` says how much was looked at."""

    __test__ = False

    slug: str
    title: str
    state: str
    reason: str
    coverage: dict[str, Any]
    open: int
    overdue: int
    exempted: int
    ran_at: Instant | None

    @classmethod
    def columns(cls, line: TestLine) -> dict[str, Any]:
        """What every shape of a test says of it."""
        return {
            "slug": line.slug,
            "title": line.definition.title,
            "state": line.row.state,
            "reason": line.row.state_reason,
            "coverage": line.row.coverage,
            "open": line.open,
            "overdue": line.overdue,
            "exempted": line.exempted,
            "ran_at": line.row.ran_at,
        }

    @classmethod
    def of(cls, line: TestLine) -> TestOut:
        return TestOut(**cls.columns(line))


class TestPage(PageOf[TestOut]):
    __test__ = False

    @classmethod
    def whole(cls, lines: list[TestLine]) -> Self:
        """All of them: the catalogue is short."""
        return cls(data=[TestOut.of(line) for line in lines], page=NextPage(next=None))


class TestDetail(TestOut):
    """A test in words: what it asks, why that matters, and how to mend what fails it."""

    __test__ = False

    question: str
    why_it_matters: str
    how_to_fix: list[str]
    rule: str
    controls: list[str]

    @classmethod
    def whole(cls, line: TestLine) -> Self:
        said = line.definition
        return cls(
            **cls.columns(line),
            question=said.question,
            why_it_matters=said.why_it_matters,
            how_to_fix=list(said.how_to_fix),
            rule=said.rule,
            controls=list(said.controls),
        )


class FindingOut(Schema):
    """One thing that fails one test. `urgency` is due, due_soon or overdue, or empty when over."""

    ref: str
    test: str
    title: str
    about: str
    subject: str
    connection: Named | None
    account: Named | None
    person: Named | None
    state: str
    urgency: str
    since: Instant
    opened_at: Instant
    due_at: Instant
    resolved_at: Instant | None

    @classmethod
    def columns(cls, finding: Finding) -> dict[str, Any]:
        """What every shape of a finding says of it."""
        return {
            "ref": str(finding.ref),
            "test": finding.test.slug,
            "title": catalogue()[finding.test.slug].title,
            "about": str(finding.person or finding.account or finding.subject),
            "subject": finding.subject,
            "connection": Named.of(finding.connection) if finding.connection else None,
            "account": Named.of(finding.account) if finding.account else None,
            "person": Named.of(finding.person) if finding.person else None,
            "state": finding.state,
            "urgency": wording.urgency(finding),
            "since": finding.since,
            "opened_at": finding.opened_at,
            "due_at": finding.due_at,
            "resolved_at": finding.resolved_at,
        }

    @classmethod
    def of(cls, finding: Finding) -> FindingOut:
        return FindingOut(**cls.columns(finding))


class FindingPage(PageOf[FindingOut]):
    pass


class FindingDetail(FindingOut):
    """A finding with every input its verdict rests on."""

    why: dict[str, Any]

    @classmethod
    def whole(cls, finding: Finding) -> Self:
        return cls(**cls.columns(finding), why=finding.why)
