"""What offboarding can prove: what became of everybody who left, and of one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from tenure.evidence.canonical import Row, day, instant
from tenure.evidence.kinds import Asked, EvidenceKind, Part, Proof, Takes
from tenure.inventory.models import Account, Credential
from tenure.inventory.proving import scope_statements, sources_until
from tenure.lib.actor import Actor
from tenure.lib.clock import rfc3339
from tenure.offboarding import proving, sla
from tenure.offboarding.leavers import Leaver, Thing, leavers_between

Allowed = Callable[[datetime], datetime]
_PEOPLE = (
    "Everybody whose tenure ended in these days by the people source, those without any account "
    "too. An account that nobody was linked to is in the population, as belonging to nobody."
)


class Left(Row, frozen=True):
    """Somebody whose tenure ended."""

    person: str
    external_id: str
    name: str
    department: str
    last_day: str | None
    ended_at: str
    said_by: str
    came_back_at: str | None
    things: int
    had_nothing: bool
    removed: int
    late: int
    left_over: int
    due_at: str
    last_removed_at: str | None
    hours: int | None
    within_sla: bool
    offboarding: str
    exception: str


class Removal(Row, frozen=True):
    """One thing that a leaver could act with, and what became of it."""

    organization: str
    connection: str
    provider_id: str
    kind: str
    label: str
    person: str
    tenure_ended_at: str
    due_at: str
    removed_at: str | None
    not_before_at: str | None
    known_by: str
    hours: int | None
    outcome: str
    operation: str
    approved_by: str
    verified_at: str | None
    kept_because: str
    exception: str


def _leavers(asked: Asked, *, actor: Actor) -> Proof:
    assert asked.begins_at is not None  # noqa: S101 - a kind that takes a window
    window = asked.begins_at, asked.ends_at
    allowed = sla.deadline()

    def people() -> Iterator[Leaver]:
        return leavers_between(*window, actor=actor)

    return Proof(
        title=f"Leavers, {asked.first} to {asked.last}",
        parts=(
            Part(
                name="leavers",
                label="Leavers",
                says=_PEOPLE,
                row=Left,
                rows=lambda: (_left(one, allowed, until=window[1]) for one in people()),
                shown={
                    "name": 4,
                    "last_day": 2,
                    "things": 2,
                    "removed": 2,
                    "left_over": 2,
                    "hours": 2,
                    "within_sla": 2,
                },
                counts={
                    "people whose tenure ended": lambda _: True,
                    "had nothing": lambda row: row.had_nothing,
                    "had something, all gone in time": lambda row: (
                        row.within_sla and not row.had_nothing
                    ),
                    "had something, late or not gone": lambda row: not row.within_sla,
                },
            ),
            Part(
                name="removals",
                label="Removals",
                says="Each account, key and invitation that a leaver had then or since.",
                row=Removal,
                rows=lambda: (
                    row for one in people() for row in _removals(one, allowed, until=window[1])
                ),
                shown={
                    "person": 4,
                    "kind": 2,
                    "label": 4,
                    "removed_at": 3,
                    "hours": 2,
                    "outcome": 2,
                },
                counts={
                    "things of leavers": lambda _: True,
                    "removed in time": lambda row: row.outcome in ("in time", "before the end"),
                },
            ),
        ),
        scope=scope_statements(actor=actor),
        sources=sources_until(asked.ends_at, actor=actor),
    )


def _left(leaver: Leaver, allowed: Allowed, *, until: datetime) -> Left:
    rows = list(_removals(leaver, allowed, until=until))
    person, ended = leaver.person, leaver.ended
    removed = [row for row in rows if row.removed_at]
    late = sum(row.outcome in ("late", "in doubt") for row in rows)
    left_over = sum(row.outcome in ("still there", "not due yet") for row in rows)
    last = max((row.removed_at for row in removed if row.removed_at), default=None)
    hours = [row.hours for row in removed if row.hours is not None]
    exception = " ".join(
        filter(
            None,
            (
                f"{left_over} of {len(rows)} still there." if left_over else "",
                f"{late} of {len(rows)} removed late, or perhaps late." if late else "",
            ),
        )
    )
    return Left(
        person=person.email,
        external_id=person.external_id,
        name=person.name,
        department=person.department,
        last_day=day(person.left_on or person.ends_on),
        ended_at=rfc3339(ended.at),
        said_by=leaver.said_by,
        came_back_at=instant(ended.back_at),
        things=len(rows),
        had_nothing=not rows,
        removed=len(removed),
        late=late,
        left_over=left_over,
        due_at=rfc3339(_due_at(leaver, allowed)),
        last_removed_at=last,
        hours=max(hours) if hours and not left_over else None,
        within_sla=not (late or left_over),
        offboarding=str(leaver.case) if leaver.case else "",
        exception=exception,
    )


def _removals(leaver: Leaver, allowed: Allowed, *, until: datetime) -> Iterator[Removal]:
    due_at = _due_at(leaver, allowed)
    for thing in leaver.things:
        operation = leaver.operations.get(thing.external_id)
        kept = _kept_because(leaver, thing)
        outcome = proving.outcome_of(
            ended_at=thing.ended_at,
            not_before=thing.ended_not_before,
            known_by=thing.ended_known_by,
            tenure_ended_at=leaver.ended.at,
            due_at=due_at,
            until=until,
        )
        yield Removal(
            organization=thing.connection.organization_id,
            connection=thing.connection.name,
            provider_id=thing.external_id,
            kind=_kind(thing),
            label=_label(thing),
            person=leaver.person.email or leaver.person.external_id,
            tenure_ended_at=rfc3339(leaver.ended.at),
            due_at=rfc3339(due_at),
            removed_at=instant(thing.ended_at),
            not_before_at=instant(thing.ended_not_before),
            known_by=thing.ended_known_by,
            hours=proving.hours_between(leaver.ended.at, thing.ended_at),
            outcome=outcome,
            operation=str(operation.ref) if operation else "",
            approved_by=operation.approved_by if operation else "",
            verified_at=instant(operation.verified_at) if operation else None,
            kept_because=kept,
            exception=proving.exception_of(outcome, kept_because=kept),
        )


def _due_at(leaver: Leaver, allowed: Allowed) -> datetime:
    """What the test of leavers allowed from their end; of whom it found nothing, what it allows."""
    return leaver.found_due_at or allowed(leaver.ended.at)


def _kept_because(leaver: Leaver, thing: Thing) -> str:
    accepted = leaver.accepted.get(thing.pk, "") if isinstance(thing, Account) else ""
    return leaver.kept.get(str(thing.ref), "") or accepted


def _kind(thing: Thing) -> str:
    if isinstance(thing, Credential):
        return str(thing.kind)
    return "account" if isinstance(thing, Account) else "invitation"


def _label(thing: Thing) -> str:
    if isinstance(thing, Credential):
        return thing.name or thing.hint or thing.external_id
    return thing.email or str(thing)


KINDS = (
    EvidenceKind(
        name="leavers",
        label="Leavers in a window",
        says="Everybody who left, what they could act with, and whether it was removed in time.",
        takes=Takes.WINDOW,
        prove=_leavers,
        position=30,
    ),
    EvidenceKind(
        name="offboarding",
        label="Offboarding of one person",
        says="The plan, what was done at the provider, the reads before and after, and the proofs.",
        takes=Takes.REF,
        of="the offboarding",
        prove=proving.case_proof,
        position=50,
    ),
)
