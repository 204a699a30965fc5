from __future__ import annotations

from datetime import date
from typing import Any, Self

from ninja import Schema
from pydantic import Field

from tenure.compliance import queries, setting_rules, wording
from tenure.compliance.controls import CONTROLS
from tenure.compliance.deadlines import sla_of
from tenure.compliance.queries import TestLine
from tenure.lib.actor import Actor
from tenure.lib.endpoints import Given, Instant, NextPage, PageOf, one_of


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

    @property
    def coverage_in_words(self) -> str:
        """How much was looked at."""
        return wording.coverage(self.coverage)

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


class ThresholdOut(Schema):
    """A number that a test is asked with, and between which it may be chosen."""

    name: str
    label: str
    value: int
    usual: int
    least: int
    most: int


class TestDetail(TestOut):
    """A test in words: what it asks, why that matters, how to mend what fails it, and how this
    organization asks it. `subscribers` is null to whoever may not say who is told.
    """

    __test__ = False

    question: str
    why_it_matters: str
    how_to_fix: list[str]
    rule: str
    controls: list[str]
    sla_days: int
    sla_unit: str
    thresholds: list[ThresholdOut]
    is_deactivated: bool
    deactivated_reason: str
    deactivated_by: str
    deactivated_until: date | None
    subscribers: list[str] | None

    @classmethod
    def about(cls, slug: str, *, actor: Actor) -> Self:
        line = queries.test_by_slug(slug, actor=actor)
        said, sla = line.definition, sla_of(line.row, line.definition)
        return cls(
            **cls.columns(line),
            **{name: getattr(line.row, name) for name in _OF_ITS_ROW},
            question=said.question,
            why_it_matters=said.why_it_matters,
            how_to_fix=list(said.how_to_fix),
            rule=said.rule,
            controls=list(said.controls),
            sla_days=sla.days,
            sla_unit=sla.unit,
            thresholds=_thresholds(line),
            subscribers=_subscribers(line, actor),
        )


_OF_ITS_ROW = ("is_deactivated", "deactivated_reason", "deactivated_by", "deactivated_until")


def _thresholds(line: TestLine) -> list[ThresholdOut]:
    limits = line.definition.limits(line.row.thresholds)
    return [
        ThresholdOut(
            name=one.name,
            label=one.label,
            value=limits[one.name],
            usual=one.usual,
            least=one.least,
            most=one.most,
        )
        for one in line.definition.thresholds
    ]


def _subscribers(line: TestLine, actor: Actor) -> list[str] | None:
    if not actor.may_somewhere("tests.subscribe"):
        return None
    told = queries.subscribers_of(line.row, actor=actor) if line.row.pk else []
    return [one.user.email for one in told]


class TestIn(Given):
    """The time a test allows, and its thresholds; those left out are as usual."""

    __test__ = False

    sla_days: int = Field(description="From 1 to 365.")
    sla_unit: str = one_of(setting_rules.UNITS, ...)
    thresholds: dict[str, int] = Field(default_factory=dict)


class DeactivateIn(Given):
    """Why a test is not asked, and until which day."""

    reason: str = Field(max_length=500, description="The auditor reads it.")
    until: date | None = Field(None, description="The last day; until reactivated without one.")


class SubscriberIn(Given):
    """Who is told."""

    email: str = Field(max_length=320, description="E-mail of a user.")


class ControlOut(Schema):
    """What a framework demands, and the tests that speak to it."""

    key: str
    name: str
    demand: str
    tests: list[TestOut]


class ControlPage(PageOf[ControlOut]):
    @classmethod
    def whole(cls, lines: list[TestLine]) -> Self:
        """All of them."""
        rows = [
            ControlOut(
                key=key,
                name=name,
                demand=demand,
                tests=[TestOut.of(line) for line in lines if key in line.definition.controls],
            )
            for key, (name, demand) in CONTROLS.items()
        ]
        return cls(data=rows, page=NextPage(next=None))
