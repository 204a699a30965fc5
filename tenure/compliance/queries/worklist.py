"""The work list across tests: a filter of findings, by page, and how many each filter has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from tenure.compliance.models import Finding
from tenure.compliance.queries.found import (
    exempted_then,
    findings,
    open_then,
    resolved_late,
    resolved_then,
    seen_findings,
)
from tenure.compliance.queries.then import as_they_were, seen_until
from tenure.compliance.rules import SOON
from tenure.connections.models import Connection
from tenure.lib.actor import Actor
from tenure.lib.counting import bounded_counts
from tenure.lib.errors import NotAllowed
from tenure.lib.paging import Page, Sort, page
from tenure.users.models import User

WORK_FILTERS = {
    "open": "All open",
    "mine": "Mine",
    "unassigned": "Unassigned",
    "due_soon": "Due within a day",
    "overdue": "Overdue",
    "exempted": "Exempted",
    "late": "Resolved late",
}
# What an auditor comes for; who works on what is no business of theirs.
AUDIT_FILTERS = {
    "open": "All open",
    "overdue": "Open past due",
    "late": "Resolved late",
    "exempted": "Exempted",
}
# Of one test.
TEST_FILTERS = {
    "current": "All current",
    "overdue": "Overdue",
    "due": "Due",
    "exempted": "Exempted",
    "resolved": "Resolved",
}
_OF_OWNERS = ("mine", "unassigned")
FILTERS = tuple(dict.fromkeys((*WORK_FILTERS, *TEST_FILTERS)))
NOBODY = "nobody"
LATE_WITHIN = timedelta(days=90)

_BY_URGENCY = Sort("due", ("due_then",))
_LATEST_FIRST = Sort("resolved", ("-resolved_at",))


@dataclass(frozen=True, slots=True)
class WorkAsked:
    """What is asked of findings: a filter, or a state that says how they stand, whenever that was.

    `owner` is a user's ref, or "nobody".
    """

    show: str = "open"
    state: str = ""
    test: str = ""
    connection: str = ""
    owner: str = ""
    cursor: str = ""
    limit: int = 50


def work_filters(*, actor: Actor) -> dict[str, str]:
    """The filters that make sense to this reader, with their words."""
    return WORK_FILTERS if actor.window is None else AUDIT_FILTERS


def work_page(asked: WorkAsked, *, actor: Actor) -> Page[Finding]:
    """One page of the list."""
    wanted = _in_state(asked.state, actor) if asked.state else _shown(asked.show, actor)
    found = _narrowed(asked, actor).filter(wanted)
    narrowed = {
        "show": asked.state or asked.show,
        "test": asked.test,
        "connection": asked.connection,
        "owner": asked.owner,
    }
    is_over = not asked.state and asked.show in ("late", "resolved")
    sort = _LATEST_FIRST if is_over else _BY_URGENCY
    some = page(
        found,
        among=found,
        sort=sort,
        cursor=asked.cursor,
        filters=narrowed,
        limit=asked.limit,
    )
    return replace(some, rows=as_they_were(some.rows, actor=actor))


def work_rows(show: str, *, actor: Actor) -> QuerySet[Finding]:
    """The whole of one filter, to be counted beside other things."""
    return findings(actor=actor).filter(_shown(show, actor)).order_by()


def work_counts(asked: WorkAsked, *, actor: Actor) -> dict[str, int]:
    """How many findings each filter has; counting stops beyond what anybody reads. One query."""
    found = _narrowed(asked, actor)
    return bounded_counts(
        **{show: found.filter(_shown(show, actor)) for show in work_filters(actor=actor)}
    )


def _narrowed(asked: WorkAsked, actor: Actor) -> QuerySet[Finding]:
    found = findings(actor=actor)
    if actor.window is not None and (asked.owner or asked.show in _OF_OWNERS):
        raise NotAllowed("Auditors are not told who works on what; choose another filter.")
    if asked.test:
        found = found.filter(test__slug=asked.test)
    if asked.connection:
        found = found.filter(connection__ref=asked.connection)
    if asked.owner == NOBODY:
        found = found.filter(owner=None)
    elif asked.owner:
        found = found.filter(owner__ref=asked.owner)
    return found


def _shown(show: str, actor: Actor) -> Q:
    at, is_open = seen_until(actor), open_then(actor)
    late_since = at - LATE_WITHIN if actor.window is None else actor.window[0]
    meant = {
        "mine": is_open & (Q(owner__ref=actor.user_id) if actor.user_id else Q(pk__in=())),
        "unassigned": is_open & Q(owner=None),
        "due": is_open & Q(due_then__gt=at),
        "due_soon": is_open & Q(due_then__gt=at, due_then__lte=at + SOON),
        "overdue": is_open & Q(due_then__lte=at),
        "exempted": exempted_then(actor),
        "late": resolved_late(actor) & Q(resolved_at__gte=late_since),
        "current": ~resolved_then(actor),
        "resolved": resolved_then(actor) & Q(resolved_at__gte=at - LATE_WITHIN),
    }
    return meant.get(show, is_open)


def _in_state(state: str, actor: Actor) -> Q:
    """As this reader sees them: an auditor sees how they stood in their window."""
    meant: dict[str, Q] = {
        Finding.State.OPEN: open_then(actor),
        Finding.State.EXEMPTED: exempted_then(actor),
        Finding.State.RESOLVED: resolved_then(actor),
    }
    return meant.get(state, ~resolved_then(actor))


def finding_owners(*, actor: Actor) -> QuerySet[User]:
    """Users who own a finding that is still alive."""
    if actor.window is not None:
        return User.objects.none()
    owned = Finding.objects.filter(seen_findings(actor), owner=OuterRef("pk"))
    alive = owned.exclude(state=Finding.State.RESOLVED)
    return User.objects.filter(Exists(alive)).order_by("name", "email_key")


def finding_connections(*, actor: Actor) -> QuerySet[Connection]:
    """The connections whose findings the actor may see."""
    scope = actor.connections_where("findings.view")
    seen = Connection.objects.exclude(state=Connection.State.DRAFT).order_by("name")
    return seen if scope is None else seen.filter(ref__in=scope)
