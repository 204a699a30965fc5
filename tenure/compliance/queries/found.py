"""Findings, as far as the actor may see them.

An auditor sees them as they stood at the end of their window, or as they stand while it lasts:
what was resolved or exempted later was still open then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from tenure.compliance.models import Exemption, Finding, FindingNote
from tenure.compliance.queries.then import as_of, as_they_were, due_then, seen_until
from tenure.inventory import queries as inventory
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import NotFound
from tenure.lib.text import fold_email

_RELATED = ("test", "connection", "account", "credential", "person", "owner")
MOST_AT_ONCE = 500


def findings(*, actor: Actor) -> QuerySet[Finding]:
    """Findings of this actor's connections; to an auditor, those alive in their window.

    They say what they say now: `as_they_were` puts back what an auditor's window knew.
    """
    in_force = _in_force(seen_until(actor)).order_by("-id")
    seen = (
        Finding.objects.select_related(*_RELATED)
        .filter(seen_findings(actor))
        .annotate(exempted_until=Subquery(in_force.values("until")[:1]))
        .annotate(exempted_because=Subquery(in_force.values("reason")[:1]))
        .annotate(due_then=due_then(actor))
    )
    if actor.window is not None:
        seen = seen.annotate(was_exempted=Exists(in_force))
    return seen


def seen_findings(actor: Actor, of: str = "") -> Q:
    """Which findings the actor may see; `of` leads to them from another row."""
    mine, scope = Q(), actor.connections_where("findings.view")
    if scope is not None:
        mine &= Q(**{f"{of}connection__ref__in": scope})
    if actor.window is not None:
        begins, ends = actor.window
        if as_of(actor):
            mine &= Q(**{f"{of}opened_at__lt": ends})
        live = Q(**{f"{of}resolved_at__gte": begins})
        # What is open now is not yet known to be so in days to come. Asked of the state, which
        # stands in every index: of the time each finding would have to be looked up.
        not_over = ~Q(**{f"{of}state": Finding.State.RESOLVED})
        mine &= not_over | live if begins <= now() else live
    return mine


def _in_force(at: datetime, finding: str = "pk") -> QuerySet[Exemption]:
    """The exemption of an outer finding that held at an instant."""
    return Exemption.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=at), finding=OuterRef(finding), exempted_at__lte=at
    )


def open_then(actor: Actor, of: str = "") -> Q:
    """Findings that are open, as this reader sees them."""
    if (at := as_of(actor)) is None:
        return Q(**{f"{of}state": Finding.State.OPEN})
    return ~resolved_then(actor, of) & ~Q(Exists(_in_force(at, f"{of}pk")))


def exempted_then(actor: Actor, of: str = "") -> Q:
    """Findings that are exempted, as this reader sees them."""
    if (at := as_of(actor)) is None:
        return Q(**{f"{of}state": Finding.State.EXEMPTED})
    return ~resolved_then(actor, of) & Q(Exists(_in_force(at, f"{of}pk")))


def resolved_then(actor: Actor, of: str = "") -> Q:
    """Findings that are resolved, as this reader sees them."""
    if (at := as_of(actor)) is None:
        return Q(**{f"{of}state": Finding.State.RESOLVED})
    return Q(**{f"{of}resolved_at__isnull": False, f"{of}resolved_at__lte": at})


def resolved_late(actor: Actor) -> Q:
    """Of `findings` those that took longer than was allowed."""
    return resolved_then(actor) & Q(resolved_at__gt=F("due_then"))


def open_findings(*, actor: Actor) -> QuerySet[Finding]:
    return findings(actor=actor).filter(open_then(actor))


def live_findings(*, actor: Actor) -> QuerySet[Finding]:
    """Open and exempted findings, the most urgent first."""
    return findings(actor=actor).exclude(resolved_then(actor)).order_by(due_then(actor), "id")


def finding_by_ref(ref: UUID | str, *, actor: Actor) -> Finding:
    try:
        found = findings(actor=actor).filter(ref=UUID(str(ref))).first()
    except ValueError:  # no ref at all
        found = None
    if found:
        return as_they_were([found], actor=actor)[0]
    raise NotFound("There is no such finding, or it is not yours to see.")


def findings_to_change(
    refs: Sequence[UUID | str], *, permission: str, actor: Actor
) -> list[Finding]:
    """The named findings, locked; all of them are the actor's to change, or none is found."""
    try:
        wanted = {UUID(str(ref)) for ref in refs}
    except ValueError as error:
        raise NotFound("There is no such finding, or it is not yours to see.") from error
    scope = actor.connections_where(permission)
    mine = Finding.objects.select_related(*_RELATED).filter(seen_findings(actor), ref__in=wanted)
    if scope is not None:
        mine = mine.filter(connection__ref__in=scope)
    found = list(mine.select_for_update(of=("self",)).order_by("id")[: MOST_AT_ONCE + 1])
    if len(found) != len(wanted) or len(found) > MOST_AT_ONCE:
        raise NotFound("Some of these findings are gone, or not yours; choose them again.")
    return found


def own_of(found: Sequence[Finding], *, actor: Actor) -> int:
    """How many of these are about the actor's own access: by person, or by address.

    An invitation has neither account nor, to somebody unknown, a person: it prints its address.
    """
    me = inventory.own(actor=actor)
    held = inventory.own_accounts([one.account for one in found if one.account], actor=actor)
    return sum(
        one.person_id in me.people
        or one.account_id in held
        or me.has_address(_printed_address(one))
        for one in found
    )


def _printed_address(finding: Finding) -> str:
    inputs = finding.why.get("inputs", [])
    return next((fold_email(one["value"]) for one in inputs if one["name"] == "Address"), "")


def notes_of(finding: Finding, *, actor: Actor) -> QuerySet[FindingNote]:
    """What colleagues told each other, oldest first; to an auditor, nothing."""
    notes = finding.notes.order_by("id")
    connection = str(finding.connection.ref) if finding.connection else None
    if actor.window is not None or not actor.may("findings.note", connection=connection):
        return notes.none()
    return notes


def rows_of_counts(*, actor: Actor) -> dict[str, QuerySet[Any]]:
    """What the navigation counts: open and overdue findings."""
    found: QuerySet[Any] = open_findings(actor=actor)
    return {"open": found, "overdue": found.filter(due_then__lte=seen_until(actor))}


@dataclass(frozen=True, slots=True)
class Resolution:
    """How long one finding took, and whether that was too long."""

    at: datetime
    hours: float
    is_late: bool


def resolutions(slug: str, *, within: timedelta, actor: Actor) -> list[Resolution]:
    """The findings of a test that were resolved in the last so many days this reader sees."""
    found = findings(actor=actor).filter(
        resolved_then(actor), test__slug=slug, resolved_at__gte=seen_until(actor) - within
    )
    return [
        Resolution(at, hours=(at - since).total_seconds() / 3600, is_late=at > due_at)
        for since, at, due_at in found.values_list("since", "resolved_at", due_then(actor))
        if at is not None
    ]
