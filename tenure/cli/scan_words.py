"""A scan as a person reads it: what fails, what each test says, and what to make of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tenure.cli.output import table

if TYPE_CHECKING:
    from tenure.scan.answer import Answer, Failing

# More than anybody reads; --format json has all of them.
_MOST_ROWS = 50
_HEADS = ("What", "Role", "Person", "State", "Last day", "Due")


def words(found: Answer) -> list[object]:
    """The answer first, then what it is made of."""
    name = found.connection.organization_name or found.connection.organization_id
    parts: list[object] = [f"{name}: {found.headline}"]
    if found.unread:
        parts.append(f"Not everything could be read: {found.unread}")
    for test in found.tests:
        if test.failing:
            parts += ["", f"{test.title}: {test.says}", *_listed(test.failing)]
    rows = ((one.slug, one.state.replace("_", " "), one.says, one.reason) for one in found.tests)
    parts += ["", table(["Test", "State", "Findings", "Why"], rows)]
    if found.people.rejected:
        lines = [(bad["line"], bad["reason"]) for bad in found.people.rejected]
        parts += ["", table(["Line", "Left out because"], lines)]
    return [*parts, *found.people.notes]


def _listed(failing: Sequence[Failing]) -> list[object]:
    rows = [
        (
            one.label if one.kind == "account" else f"{one.kind} {one.label}",
            one.role,
            str(one.person) if one.person else "",
            one.state.replace("_", " "),
            one.last_day or "",
            "overdue" if one.is_overdue else f"{one.due_at:%Y-%m-%d}",
        )
        for one in failing[:_MOST_ROWS]
    ]
    told = [at for at in range(len(_HEADS)) if any(row[at] for row in rows)]
    shown = table(
        [_HEADS[at] for at in told], ([row[at] for at in told] for row in rows), whole="What"
    )
    more = len(failing) - _MOST_ROWS
    return [shown, f"and {more:,} more; --format json has all of them."] if more > 0 else [shown]
