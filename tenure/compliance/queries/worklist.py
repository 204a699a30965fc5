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
    seen_findings,
)
from tenure.compliance.queries.then import as_they_were, seen_until
from tenure.compliance.rules import SOON
from tenure.connections.models import Connection
from tenure.lib.actor import Actor
from tenure.lib.counting import bounded_counts
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
NOBODY = "nobody"
LATE_WITHIN = timedelta(days=90)

_BY_URGENCY = Sort("due", ("due_at",))
_LATEST_FIRST = Sort("resolved", ("-resolved_at",))


@dataclass(frozen=True, slots=True)
class WorkAsked:
    """What is asked of the work list. `owner` is a user's ref, or "nobody"."""

    show: str = "open"
    test: str = ""
    connection: str = ""
    owner: str = ""
    cursor: str = ""


def work_filters(*, actor: Actor) -> dict[str, str]:
    """The filters that make sense to this reader, with their words."""
    return WORK_FILTERS if actor.window is None else AUDIT_FILTERS


def work_page(asked: WorkAsked, *, actor: Actor) -> Page[Finding]:
    """One page of the list."""
    found = _narrowed(asked, actor).filter(_shown(asked.show, actor))
    narrowed = {
        "show": asked.show,
        "test": asked.test,
        "connection": asked.connection,
        "owner": asked.owner,
    }
    sort = _LATEST_FIRST if asked.show == "late" else _BY_URGENCY
    some = page(found, sort=sort, cursor=asked.cursor, filters=narrowed)
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
        "mine": is_open & Q(owner__ref=actor.id if actor.kind == "user" else None),
        "unassigned": is_open & Q(owner=None),
        "due_soon": is_open & Q(due_then__gt=at, due_then__lte=at + SOON),
        "overdue": is_open & Q(due_then__lte=at),
        "exempted": exempted_then(actor),
        "late": resolved_late(actor) & Q(resolved_at__gte=late_since),
    }
    return meant.get(show, is_open)


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
