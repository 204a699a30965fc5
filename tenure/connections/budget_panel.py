"""What the page of a connection and the command line say about its request budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from tenure.connections import catalogue, queries, rules
from tenure.connections.budget import ORGANIZATION, pace, paused_until
from tenure.connections.models import Connection, RequestBudget
from tenure.lib.actor import Actor
from tenure.lib.clock import now, rfc3339
from tenure.lib.text import quantity
from tenure.lib.web import ActorRequest

HOURS = 6
_NAMES = {
    ORGANIZATION: "All requests",
    "project_users": "Project members",
    "project_groups": "Groups in projects",
    "project_group_roles": "Roles of groups in projects",
    "project_roles": "Project roles",
    "service_accounts": "Service accounts",
    "project_keys": "Project keys",
    "federation_rules": "Federation rules",
    "group_users": "Group members",
    "group_roles": "Group roles",
    "user_roles": "Roles of single users",
    "project_user_roles": "Roles of single members",
}


class Family(NamedTuple):
    """One family's budget in words; what is not the case is empty."""

    name: str
    allowed: str
    slowed: str = ""
    paused: str = ""


def waiting_panel(
    request: ActorRequest, connection: Connection
) -> tuple[str, Mapping[str, object]] | None:
    """The place of the panel, which comes after the page. What is sent today is no auditor's."""
    if request.actor.window is not None or connection.is_uploaded:
        return None
    return "connections/_budget_waiting.html", {"connection": connection}


def panel_context(connection: Connection, *, actor: Actor) -> dict[str, object]:
    """What was sent in the last hours against what is allowed, and what the provider has taught."""
    instant, title = now(), catalogue.description_of(connection.kind).title
    history = queries.budget_history(connection, hours=HOURS, actor=actor)
    rows = _budgets(connection, actor=actor)
    total = pace(rows[0], instant)
    allowed = None if total is None else round(total * 5)
    sent, refused = sum(one.requests for one in history), sum(one.refused for one in history)
    return {
        "is_drawn": sent > 0,
        "hours": HOURS,
        "caption": _caption(sent, refused, allowed),
        "series": _series(is_limited=allowed is not None),
        "rows": [
            (f"{one.since:%H:%M}", one.requests, one.refused, *([allowed] if allowed else []))
            for one in history
        ],
        "families": _worth_telling([family_words(row, title, instant) for row in rows]),
    }


def budget_document(connection: Connection, *, actor: Actor) -> dict[str, Any]:
    """The budget as JSON."""
    instant = now()
    return {
        "requests_per_minute": connection.requests_per_minute,
        "families": [
            {
                "family": row.family,
                "per_minute": pace(row, instant),
                "ceiling": rules.budget_ceiling(connection.requests_per_minute, row.family),
                "blocked_until": rfc3339(until) if (until := paused_until(row, instant)) else None,
            }
            for row in _budgets(connection, actor=actor)
        ],
    }


def budget_words(connection: Connection, *, actor: Actor) -> list[tuple[str, str]]:
    """Each family and its budget in words."""
    title, instant = catalogue.description_of(connection.kind).title, now()
    families = [family_words(row, title, instant) for row in _budgets(connection, actor=actor)]
    return [(one.name, "; ".join(filter(None, one[1:]))) for one in families]


def family_words(row: RequestBudget, title: str, instant: datetime) -> Family:
    """10 a minute; slowed to 7 after OpenAI refused at 14:02 UTC."""
    ceiling = rules.budget_ceiling(row.connection.requests_per_minute, row.family)
    rate, slowed, paused = pace(row, instant), "", ""
    allowed = "the provider's own limits" if ceiling is None else f"{ceiling:g} a minute"
    if rate is not None and ceiling is not None and rate < ceiling and row.limited_at:
        when = _moment(row.limited_at, instant)
        slowed = f"slowed to {round(rate, 1):g} after {title} refused {when}"
    if until := paused_until(row, instant):
        paused = f"nothing is sent before {until:%H:%M:%S} UTC"
    return Family(_name(row.family), allowed, slowed, paused)


def _worth_telling(families: Sequence[Family]) -> list[Family]:
    """That of all requests, and those families that have something of their own."""
    first, *others = families
    same = first.allowed, "", ""
    return [first, *(one for one in others if (one.allowed, one.slowed, one.paused) != same)]


def _budgets(connection: Connection, *, actor: Actor) -> list[RequestBudget]:
    """That of all requests first, also before anything was sent."""
    rows = list(queries.budgets(connection, actor=actor))
    if not rows or rows[0].family != ORGANIZATION:
        rows.insert(0, RequestBudget(connection=connection, family=ORGANIZATION))
    return rows


def _series(*, is_limited: bool) -> list[dict[str, str]]:
    series = [
        {"label": "Requests", "colour": "c1"},
        {"label": "Refused", "colour": "red", "points": "1"},
    ]
    if is_limited:
        series.append({"label": "Allowed", "colour": "c3", "type": "line", "dash": "1"})
    return series


def _caption(sent: int, refused: int, allowed: int | None) -> str:
    """Of the last hours: 312 requests, 3 refused. 250 are allowed in five minutes."""
    told = f"{quantity(sent, 'request')} in {HOURS} hours, {refused or 'none'} refused."
    return told if allowed is None else f"{told} {allowed:,} are allowed in 5 minutes."


def _name(family: str) -> str:
    return _NAMES.get(family) or family.replace("_", " ").capitalize()


def _moment(at: datetime, instant: datetime) -> str:
    day = "" if at.date() == instant.date() else f"on {at.day} {at:%b} "
    return f"{day}at {at:%H:%M} UTC"
