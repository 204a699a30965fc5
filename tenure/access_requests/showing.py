"""What requests are said to be on pages: their state, how long, who is asked, what happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from tenure.access_requests.models import (
    AccessRequest,
    ApprovalStep,
    AskedApprover,
    RequestEvent,
)
from tenure.inventory.access_wording import Said
from tenure.inventory.models import Resource
from tenure.lib.actor import Actor
from tenure.lib.text import quantity

State = AccessRequest.State
_SOON = timedelta(hours=8)
ENDS_SOON = timedelta(days=7)

STATES: Mapping[str, Said] = {
    State.PENDING_APPROVAL: Said("", "clock", "Needs approval"),
    State.PENDING_PROVISIONING: Said("live", "loader-2", "Being given"),
    State.AWAITING_ACCEPTANCE: Said("", "mail", "Invited"),
    State.PROVISIONED: Said("live", "loader-2", "Given, to be verified"),
    State.VERIFIED: Said("green", "circle-check", "Has it"),
    State.ENDING: Said("live", "loader-2", "Being taken back"),
    State.EXPIRED: Said("", "calendar-off", "Ended"),
    State.REVOKED: Said("", "arrow-back-up", "Taken back"),
    State.DENIED: Said("", "ban", "Denied"),
    State.CANCELLED: Said("", "x", "Cancelled"),
    State.FAILED: Said("red", "alert-circle", "Failed"),
}
_ICONS: Mapping[str, str] = {Resource.Kind.PROJECT: "folder", Resource.Kind.GROUP: "users-group"}


def state_of(request: AccessRequest, *, at: datetime) -> Said:
    """A state as it matters now: of what is given, also that it ends soon."""
    said = STATES[request.state]
    if request.differs:
        return Said("red", "alert-triangle", "Not as approved")
    ends = request.ends_at
    if request.state == State.VERIFIED and ends is not None and ends - at < ENDS_SOON:
        return Said("amber", "calendar-time", f"Ends {in_days(ends, at)}")
    return said


def icon_of(resource: Resource) -> str:
    return _ICONS.get(resource.kind, "building")


def day(moment: datetime | date) -> str:
    """Wed 23 December, where the organization is."""
    if isinstance(moment, datetime):
        moment = moment.astimezone(ZoneInfo(settings.TENURE_TIME_ZONE)).date()
    return f"{moment:%a} {moment.day} {moment:%B}"


def short_day(moment: datetime | date) -> str:
    """23 Dec."""
    if isinstance(moment, datetime):
        moment = moment.astimezone(ZoneInfo(settings.TENURE_TIME_ZONE)).date()
    return f"{moment.day} {moment:%b}"


def in_days(moment: datetime, at: datetime) -> str:
    """In how many days something ends: "today", "tomorrow", "in 5 days"."""
    zone = ZoneInfo(settings.TENURE_TIME_ZONE)
    days = (moment.astimezone(zone).date() - at.astimezone(zone).date()).days
    if days <= 0:
        return "today"
    return "tomorrow" if days == 1 else f"in {days} days"


def how_long(request: AccessRequest, *, at: datetime) -> str:
    """For how long something is asked, is held, or was."""
    if request.ends_at is not None:
        verb = "ended" if request.state in AccessRequest.OVER else "ends"
        length = f"{quantity(request.days, 'day')}, " if request.days else ""
        said = f"{length}{verb} {day(request.ends_at)}"
        return f"{said[0].upper()}{said[1:]}"
    if request.until is not None:
        return f"Until {day(request.until)}"
    if request.days is None:
        return "No end was asked for"
    more = " more" if request.extends_id else ""
    about = day(at + timedelta(days=request.days))
    still = request.state == State.PENDING_APPROVAL
    return f"{quantity(request.days, 'day')}{more}" + (f", about until {about}" if still else "")


def approve_label(request: AccessRequest) -> str:
    """What the button does: it says the end that is approved."""
    if request.until is not None:
        return f"Approve until {short_day(request.until)}"
    if request.days is None:
        return "Approve without an end"
    more = " more" if request.extends_id else ""
    return f"Approve for {quantity(request.days, 'day')}{more}"


def due(step: ApprovalStep, *, at: datetime) -> Said | None:
    """Until when somebody shall answer."""
    if step.state != ApprovalStep.State.OPEN or step.due_at is None:
        return None
    local = step.due_at.astimezone(ZoneInfo(settings.TENURE_TIME_ZONE))
    if step.due_at < at:
        return Said("red", "clock", f"Answer was due {short_day(local)}, {local:%H:%M}")
    if local.date() == at.astimezone(local.tzinfo).date():
        tone = "amber" if step.due_at - at < _SOON else ""
        return Said(tone, "clock", f"Answer by {local:%H:%M}")
    left = in_days(step.due_at, at)
    return Said("", "clock", f"Answer by {left if left == 'tomorrow' else short_day(local)}")


def of_whom(person: Any) -> str:  # noqa: ANN401 - a person
    """Under a name: what they do, and that they are no employee."""
    said = [part for part in (person.title, person.department) if part]
    if person.kind == "contractor":
        said.append("contractor")
    return ", ".join(said) or person.email


def who_answers(asked: AskedApprover, *, you: str = "You", actor: Actor) -> str:
    """You, or a name."""
    return you if str(asked.person.ref) == actor.person_id else str(asked.person)


def who_answered(asked: AskedApprover, *, actor: Actor) -> str:
    """Who it was in the end: a delegate answers for another."""
    by = asked.answered_by_person
    if by is None or by.pk == asked.person_id:
        return who_answers(asked, actor=actor)
    name = "You" if str(by.ref) == actor.person_id else str(by)
    return f"{name} for {asked.person}"


def approval(steps: Sequence[Any], *, actor: Actor) -> list[str]:
    """The way a request takes, as short as it can be: who approved, then who is asked now."""
    said = []
    for step in steps:
        people = [one for one in step.asked.all() if one.replaced_at is None]
        place = f"step {step.position} of {len(steps)}"
        if step.state == ApprovalStep.State.APPROVED:
            names = [who_answered(one, actor=actor) for one in people if one.answer]
            said.append(f"{in_words(names)} approved")
        elif step.state == ApprovalStep.State.OPEN:
            said.append(f"{asked_now(people, step.needs, actor=actor)}, {place}")
        elif step.state == ApprovalStep.State.AHEAD:
            said.append(f"then {asked_now(people, step.needs, you='you', actor=actor)}")
        elif step.state == ApprovalStep.State.DENIED:
            names = [who_answered(one, actor=actor) for one in people if one.answer == "denied"]
            said.append(f"{in_words(names)} denied")
    return said


def asked_now(
    people: Sequence[AskedApprover], needs: str, *, you: str = "You", actor: Actor
) -> str:
    """Whoever has not answered yet; of very many, how many."""
    waiting = [who_answers(one, you=you, actor=actor) for one in people if not one.answer]
    waiting.sort(key=lambda name: name != you)
    if not waiting:
        return "nobody yet"
    if len(waiting) > _MOST_NAMED:
        return f"{waiting[0]} or {len(waiting) - 1} others"
    return in_words(waiting, last="and" if needs == "all" else "or")


_MOST_NAMED = 3


def in_words(names: Sequence[str], *, last: str = "and") -> str:
    """Rita, Ada or Sid."""
    if len(names) < 2:  # noqa: PLR2004 - one needs no word between
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


_EVENT_ICONS: Mapping[str, tuple[str, str]] = {
    "asked": ("send", ""),
    "approved": ("circle-check", ""),
    "denied": ("ban", ""),
    "replaced": ("user-share", ""),
    "reminded": ("bell", ""),
    "escalated": ("bell-ringing", ""),
    "cancelled": ("x", ""),
    "giving": ("loader-2", ""),
    "invited": ("mail", ""),
    "accepted": ("mail-opened", ""),
    "provisioned": ("circle-check", ""),
    "verified": ("circle-check", "done"),
    "differs": ("alert-triangle", "red"),
    "extended": ("calendar-plus", ""),
    "ending": ("arrow-back-up", ""),
    "over": ("circle-check", "done"),
    "failed": ("alert-circle", "red"),
}
_BY = ("asked", "approved", "denied", "cancelled")


def timeline_of(
    request: AccessRequest, events: Iterable[RequestEvent], *, waits_for: str
) -> list[dict[str, Any]]:
    """A request's life for {% timeline %}, from its beginning to what is still to come."""
    told = list(events)
    entries = [_step(event) for event in told]
    if told and _BEGAN.get(request.state) == told[-1].kind:
        # The last that happened is what goes on now.
        entries[-1] |= {"state": "now", "note": told[-1].text or _WAITS_FOR.get(request.state, "")}
    elif request.state in _WAITS_FOR:
        now = STATES[request.state]
        note = f"Waits {waits_for}" if waits_for else _WAITS_FOR[request.state]
        entries.append({"icon": now.icon, "text": now.word, "state": "now", "note": note})
    return [*entries, *_ahead(request)]


def _step(event: RequestEvent) -> dict[str, Any]:
    icon, state = _EVENT_ICONS.get(event.kind, ("point", ""))
    word = event.get_kind_display()
    said = f"{event.by} {word.lower()}" if event.kind in _BY and event.by else word
    return {"text": said, "at": event.at, "note": event.text, "icon": icon, "state": state}


def _ahead(request: AccessRequest) -> list[dict[str, Any]]:
    """What is to come, as far as it is known."""
    if request.state in AccessRequest.OVER:
        return []
    entries: list[dict[str, Any]] = []
    if request.state == State.PENDING_APPROVAL:
        entries.append({"icon": "circle-dashed", "text": "Given", "state": "next"})
    if request.state in (*_BEFORE_VERIFIED, State.PENDING_APPROVAL):
        entries.append(
            {"icon": "circle-dashed", "text": "Verified by the next read", "state": "next"}
        )
    if request.state != State.ENDING and (request.ends_at or request.until or request.days):
        ends = request.ends_at or request.until
        after = f" after {quantity(request.days, 'day')}" if request.days and not ends else ""
        entries.append({**_NEXT, "text": f"Ends by itself{after}", "at": ends})
    return entries


_NEXT: Mapping[str, Any] = {"icon": "circle-dashed", "state": "next"}
_BEFORE_VERIFIED = (State.PENDING_PROVISIONING, State.AWAITING_ACCEPTANCE, State.PROVISIONED)
_BEGAN: Mapping[str, str] = {
    State.PENDING_PROVISIONING: "giving",
    State.AWAITING_ACCEPTANCE: "invited",
    State.PROVISIONED: "provisioned",
    State.ENDING: "ending",
}
_WAITS_FOR: Mapping[str, str] = {
    State.PENDING_APPROVAL: "",
    State.AWAITING_ACCEPTANCE: "It begins when the invitation in their mail is accepted",
    State.ENDING: "Ended once a read shows that it is gone",
}
