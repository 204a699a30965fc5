"""`tenure offboard`: take away what a leaver has, from the plan to the proof."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from tenure.cli import start_django
from tenure.cli.offboarding_documents import deed, document, words
from tenure.cli.output import NOT_OK, OK, decider, emit, state, stop
from tenure.cli.settling import settled
from tenure.lib.clock import now, rfc3339
from tenure.lib.errors import Conflict, Invalid, NotFound

if TYPE_CHECKING:
    from tenure.lib.actor import Actor
    from tenure.offboarding.models import OffboardingCase, OffboardingItem
    from tenure.people.models import Person

Planned = tuple["OffboardingCase", "list[OffboardingItem]"]
Yes = Annotated[bool, typer.Option("--yes", help="do not ask")]
Wait = Annotated[
    int | None, typer.Option(metavar="SECONDS", min=0, help="follow it for so long at most")
]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody typed, understood."""

    person: Person
    begins_at: datetime | None
    is_emergency: bool
    new_owner: Person | None
    keep: Sequence[str]
    reason: str

    @property
    def is_for_later(self) -> bool:
        return self.begins_at is not None and self.begins_at > now()


def offboard(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="who leaves")],
    *,
    at: Annotated[
        str, typer.Option("--at", metavar="WHEN", help="the last day, an instant, or now")
    ] = "",
    at_once: Annotated[bool, typer.Option("--now", help="at once")] = False,
    emergency: Annotated[
        bool, typer.Option("--emergency", help="at once, and the account goes first")
    ] = False,
    new_owner: Annotated[
        str, typer.Option(metavar="EMAIL", help="who takes over what they answer for")
    ] = "",
    keep: Annotated[
        list[str] | None,
        typer.Option(metavar="REF", help="leave this as it is, with --reason; may be repeated"),
    ] = None,
    reason: Annotated[str, typer.Option(help="why it is kept; the auditor reads it")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="read everything, send and keep nothing")
    ] = False,
    yes: Yes = False,
    wait: Wait = None,
) -> None:
    """Show what a leaver has and what removing it touches; then, when you say so, take it away.

    Without --at or --now it begins at the end that is known of them, or at once when that is over
    or none is known.
    """
    start_django()
    from tenure.people.queries import person_by_email

    actor = decider()
    if sum([bool(at), at_once, emergency]) > 1 and at != "now":
        raise Invalid("Give --at, --now or --emergency, and only one of them.")
    person = person_by_email(email, actor=actor)
    asked = Asked(
        person=person,
        begins_at=None if at_once or emergency else _begins_at(at, person),
        is_emergency=emergency,
        new_owner=person_by_email(new_owner, actor=actor) if new_owner else None,
        keep=keep or (),
        reason=reason,
    )
    if dry_run:
        _rehearse(asked, actor)
        return
    case, items = _tried(asked, actor)
    if case.state in case.UNDER_WAY:
        finish(case, wait=wait, actor=actor)
        return
    if not asked.is_for_later:
        _check_decided(items)
    ask(case, items, yes=yes, doing="Schedule this" if asked.is_for_later else "")
    case = _carried_out(asked, items, actor)
    finish(case, wait=None if asked.is_for_later else wait, actor=actor)


def ask(case: OffboardingCase, items: list[OffboardingItem], *, yes: bool, doing: str = "") -> None:
    """Show what it touches, and go on only when somebody wants it."""
    if not state.json:
        emit(None, words=words(case, items))
    if yes:
        return
    if state.json or not sys.stdin.isatty():
        stop("Nothing was changed; read the plan with --dry-run, then add --yes to go on.")
    typer.confirm(f"{doing or deed(items)}?", abort=True)


def finish(case: OffboardingCase, *, wait: int | None, actor: Actor) -> None:
    """Follow it if that is wanted, print how it stands, and say so by the exit code."""
    from tenure.offboarding import queries

    if wait is not None:
        settled(case.ref, seconds=wait, actor=actor)
    case = queries.case_by_ref(case.ref, actor=actor)
    items = list(queries.items(case, actor=actor))
    if case.state == case.State.SCHEDULED:
        hint = f"It begins {rfc3339(case.begins_at)} and then waits for approval."
    elif case.state in case.UNDER_WAY:
        hint = f"The worker goes on; look at it with: tenure offboardings show {case.ref}"
    else:
        hint = None
    emit(document(case, items), words=[*words(case, items), hint])
    if wait is not None:
        raise typer.Exit(OK if case.state == case.State.COMPLETE else NOT_OK)


def _begins_at(written: str, person: Person) -> datetime | None:
    """A day is the last of work, so it begins when that is over where they are."""
    from django.conf import settings

    from tenure.lib.when import instant_of

    zone = ZoneInfo(person.time_zone or settings.TENURE_TIME_ZONE)
    if not written:
        return person.ends_at
    try:
        day = date.fromisoformat(written)
        return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return instant_of(written, zone=zone, now=now())


def _tried(asked: Asked, actor: Actor) -> Planned:
    """The plan as it would be; nothing of it stays."""
    from django.db import transaction

    with transaction.atomic():
        planned = _prepared(asked, actor)
        transaction.set_rollback(True)
    return planned


def _rehearse(asked: Asked, actor: Actor) -> None:
    from django.db import transaction

    from tenure.offboarding.rehearsing import rehearsed

    with transaction.atomic():
        case, items = _prepared(asked, actor)
        shown, said = document(case, items), words(case, items)
        drafts = rehearsed(case, items, actor=actor)
        transaction.set_rollback(True)
    told = [one.said(actor=actor) for one in drafts]
    for item, sentence in zip(shown["items"], told, strict=True):
        item["rehearsal"] = sentence
    lines = [f"{one.item.label}: {sentence}" for one, sentence in zip(drafts, told, strict=True)]
    hint = "This was a dry run: nothing was sent, and nothing is planned."
    emit({**shown, "case": None, "name": None, "dry_run": True}, words=[*said, *lines, hint])


def _carried_out(asked: Asked, shown: list[OffboardingItem], actor: Actor) -> OffboardingCase:
    """What was shown and nothing else: all of it, or nothing is left behind."""
    from django.db import transaction

    from tenure.offboarding.impact import preview_of
    from tenure.offboarding.operations.approve_case import approve_case

    with transaction.atomic():
        case, items = _prepared(asked, actor)
        if _told(items) != _told(shown):
            raise Conflict("The plan has changed since you looked at it; read it again.")
        if not asked.is_for_later:
            preview = preview_of(case, items, actor=actor)
            case = approve_case(ref=case.ref, preview=preview, actor=actor)
    return case


def _prepared(asked: Asked, actor: Actor) -> Planned:
    """The open case of theirs, or a new one, with what was chosen. In a transaction."""
    from tenure.offboarding import queries
    from tenure.offboarding.operations.choose_item import choose_item

    case = _opened(asked, actor)
    if case.state in case.UNDER_WAY:
        return case, list(queries.items(case, actor=actor))
    items = list(queries.items(case, actor=actor))
    for kept in asked.keep:
        item = _named(kept, items)
        choose_item(ref=item.ref, action="keep", reason=asked.reason, actor=actor)
    if asked.new_owner is not None:
        for item in queries.items(case, actor=actor).filter(state="needs_choice"):
            taker = asked.new_owner.ref
            choose_item(ref=item.ref, action=item.action, new_owner_ref=taker, actor=actor)
    return case, list(queries.items(case, actor=actor))


def _opened(asked: Asked, actor: Actor) -> OffboardingCase:
    from tenure.offboarding import queries
    from tenure.offboarding.models import OffboardingCase
    from tenure.offboarding.operations.cancel_case import cancel_case
    from tenure.offboarding.operations.open_case import open_case
    from tenure.offboarding.operations.plan_case import plan_case

    case = queries.open_case_of(asked.person, actor=actor)
    if case and case.state in case.AHEAD and asked.is_emergency and not case.is_emergency:
        cancel_case(ref=case.ref, reason="Opened again, as an emergency.", actor=actor)
        case = None
    if case and case.state in case.AHEAD:
        if asked.is_for_later and case.begins_at != asked.begins_at:
            raise Conflict(
                f"{case} is open already and begins {rfc3339(case.begins_at)}; cancel it first: "
                f"tenure offboardings cancel {case.ref} --reason R"
            )
        return plan_case(ref=case.ref, actor=actor)
    opened = OffboardingCase.Opened
    return case or open_case(
        person_ref=asked.person.ref,
        opened=opened.EMERGENCY if asked.is_emergency else opened.HAND,
        begins_at=asked.begins_at,
        new_owner_ref=asked.new_owner.ref if asked.new_owner else None,
        actor=actor,
    )


def _named(written: str, items: list[OffboardingItem]) -> OffboardingItem:
    """By the ref of the thing, which every look finds again, or of the item."""
    for item in items:
        if written in (item.key.partition(":")[2], str(item.ref)):
            return item
    raise NotFound(f"There is no {written} among what they have; --dry-run lists the refs.")


def _check_decided(items: list[OffboardingItem]) -> None:
    undecided = [item.label for item in items if item.state == item.State.NEEDS_CHOICE]
    if undecided:
        raise Conflict(
            f"Say who takes over {', '.join(undecided)} with --new-owner EMAIL, or leave it with "
            "--keep REF --reason R; --dry-run lists the refs."
        )


def _told(items: list[OffboardingItem]) -> list[tuple[str, str, int | None, str]]:
    return [(one.key, one.action, one.new_owner_id, one.label) for one in items]
