"""A leaving as the command line prints it: what it touches, its plan, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tenure.cli.output import table
from tenure.lib.clock import rfc3339
from tenure.lib.text import quantity

if TYPE_CHECKING:
    from tenure.offboarding.impact import Impact
    from tenure.offboarding.models import OffboardingCase, OffboardingItem

_MILLIONTHS = 1_000_000
_HEADS = ["What", "Then", "State"]


def document(case: OffboardingCase, items: Sequence[OffboardingItem]) -> dict[str, Any]:
    """The contract's keys first, then the rest."""
    from tenure.offboarding.impact import impact_of
    from tenure.offboarding.schemas import ItemOut

    impact = impact_of(items)
    return {
        "case": str(case.ref),
        "name": str(case),
        "person": case.person.email,
        "state": case.state,
        "reason": case.reason or None,
        "begins_at": rfc3339(case.begins_at),
        "due_at": rfc3339(case.due_at),
        "completed_at": rfc3339(case.completed_at) if case.completed_at else None,
        "late": case.is_late,
        "impact": {
            **vars(impact),
            "spend": dict(impact.spend),
            "read_at": rfc3339(impact.read_at) if impact.read_at else None,
        },
        "items": [ItemOut.of(item).model_dump(mode="json") for item in items],
    }


def words(case: OffboardingCase, items: Sequence[OffboardingItem]) -> list[object]:
    """The same for a person: what it touches before the plan."""
    from tenure.offboarding.impact import impact_of

    shown = document(case, items)
    said = f": {case.reason}" if case.reason else "."
    state = case.get_state_display().lower()
    parts: list[object] = [f"{case}, the offboarding of {case.person}: {state}{said}"]
    if case.state in case.AHEAD:
        parts += _touches(impact_of(items))
    rows = map(_row, shown["items"])
    parts.append(table(_HEADS, rows, whole="What") if items else "They hold nothing.")
    return parts


def _row(item: dict[str, Any]) -> tuple[str, str, str]:
    """The thing with its ref below it; what happens to it; how far that is, and why."""
    where = item["place"] or (item["connection"] or {}).get("name")
    heir = (item["new_owner"] or {}).get("name")
    what = f"{item['kind'].replace('_', ' ').capitalize()} {item['target']}"
    return (
        "\n".join(filter(None, (what, where and f"  in {where}", f"  {item['thing']}"))),
        ": ".join(filter(None, (item["action"].replace("_", " "), heir))),
        ": ".join(filter(None, (item["state"].replace("_", " "), item["reason"]))),
    )


def _touches(impact: Impact) -> list[object]:
    spend = ", ".join(f"{amount / _MILLIONTHS:.2f} {name}" for name, amount in impact.spend)
    lines = {
        "Keys used in the last hour": ", ".join(impact.used_last_hour),
        "Keys used in the last day": ", ".join(impact.used_last_day),
        "Projects that nobody else owns": ", ".join(impact.sole_owner_of),
        "Service accounts they answer for": ", ".join(impact.service_accounts),
        "Pending invitations": ", ".join(impact.invitations),
        "Spent in 30 days": spend,
        "As of": rfc3339(impact.read_at) if impact.read_at else "never read completely",
    }
    return [table(["It touches", ""], lines.items())]


def deed(items: Sequence[OffboardingItem]) -> str:
    """What approving does, for the question: `Remove 1 account, revoke 3 keys`."""
    said = {
        "remove": ("remove", "account"),
        "revoke": ("revoke", "key"),
        "cancel": ("cancel", "invitation"),
        "reassign": ("give", "service account"),
        "add_owner": ("add an owner to", "project"),
        "by_hand": ("ask for", "thing done by hand"),
        "keep": ("keep", "item"),
    }
    counted = {name: sum(one.action == name for one in items) for name in said}
    parts = [
        f"{said[name][0]} {quantity(count, said[name][1])}"
        for name, count in counted.items()
        if count
    ]
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]
