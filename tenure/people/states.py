"""The states of people as a database finds them; the table itself stands in rules.py."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Case, CharField, Q, Value, When
from django.db.models.expressions import Combinable

from tenure.people import rules


def state_expression(*, at: datetime, person: str = "") -> Combinable:
    """The truth table of rules.state, in SQL. `person` is the path to the person's columns."""

    def when(condition: dict[str, object], state: str) -> When:
        return When(Q(**{person + name: value for name, value in condition.items()}), Value(state))

    return Case(
        when({"ends_at__lte": at}, "former"),
        when({"is_disabled": True}, "inactive"),
        when({"is_listed": False}, "inactive"),
        when({"begins_at__gt": at}, "upcoming"),
        when({"is_on_leave": True}, "on_leave"),
        default=Value("current"),
        output_field=CharField(),
    )


def in_state(state: str, *, at: datetime) -> Q:
    """People in a state at an instant: the same table, as indexes can answer it."""
    unended = Q(ends_at=None) | Q(ends_at__gt=at)
    inactive = Q(is_disabled=True) | Q(is_listed=False)
    there = unended & Q(is_disabled=False, is_listed=True)
    begun = Q(begins_at=None) | Q(begins_at__lte=at)
    return {
        "former": Q(ends_at__lte=at),
        "inactive": unended & inactive,
        "upcoming": there & Q(begins_at__gt=at),
        "on_leave": there & begun & Q(is_on_leave=True),
        "current": there & begun & Q(is_on_leave=False),
    }[state]


def may_not_hold_access(*, at: datetime, person: str = "") -> Q:
    """People who may not hold access: former, inactive, or too early for their start."""

    def q(**conditions: object) -> Q:
        return Q(**{person + name: value for name, value in conditions.items()})

    return (
        q(ends_at__lte=at)
        | q(is_disabled=True)
        | q(is_listed=False)
        | q(begins_at__gt=at + rules.EARLY_ACCESS)
    )
