"""What is told of requests, and to whom: approvers, whoever it is for and who asked, and where
something has stopped whoever looks after the connection."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import uuid5

from django.conf import settings

from tenure.access_requests.models import (
    AccessRequest,
    ApprovalStep,
    AskedApprover,
    RequestComment,
)
from tenure.access_requests.situation import now_known_as
from tenure.notifications.topics import Event
from tenure.provisioning.notices import moment
from tenure.users.reading import Holder

LIST = f"{settings.TENURE_PUBLIC_URL}/requests"
State = AccessRequest.State
_NOTHING_TO_DO = "Nothing else is needed of you: you are told when it is there."


def asked(one: AskedApprover) -> Event:
    """Once for each step, and again for each reminder."""
    request, step = one.step.request, one.step
    who = now_known_as(one.person)
    reminder = f":{step.reminded_at:%Y%m%dT%H%M}" if step.reminded_at else ""
    return Event(
        to=[who.email],
        fields={
            "person": str(request.person),
            "title": request.title,
            "long": _how_long(request),
            "reason": f"The reason: {request.reason}" if request.reason else "No reason is given.",
            "why": one.why or "an approver",
            "due": moment(step.due_at) if step.due_at else "tomorrow",
        },
        url=page_of(request),
        list_url=LIST,
        about=uuid5(request.ref, str(who.ref)),
        occasion=f"{step.position}{reminder}",
    )


def commented(comment: RequestComment) -> Event:
    """To everybody whom it concerns but the writer."""
    request = comment.request
    asked = AskedApprover.objects.filter(step__request=request, replaced_at=None)
    asked = asked.exclude(step__state=ApprovalStep.State.AHEAD).select_related("person")
    people = [request.person, request.asked_by_person, *(one.person for one in asked)]
    others = [now_known_as(one) for one in people if one is not None]
    return Event(
        to=list(dict.fromkeys(one.email for one in others if str(one) != comment.by)),
        fields={
            "by": comment.by,
            "title": request.title,
            "person": str(request.person),
            "said": comment.text,
        },
        url=page_of(request),
        list_url=LIST,
        about=comment.ref,
    )


def decided(request: AccessRequest) -> Event:
    is_denied = request.state == State.DENIED
    why = request.state_reason
    return _for_them(
        request,
        occasion="decided",
        decision="denied" if is_denied else "approved",
        next=f"The reason: {why}" if is_denied else _NOTHING_TO_DO,
    )


def given(request: AccessRequest) -> Event:
    """That it is there; or first that they have to accept an invitation."""
    if request.state == State.AWAITING_ACCEPTANCE:
        return _for_them(
            request,
            occasion="invited",
            what="please accept the invitation",
            sentence=f"OpenAI has sent an invitation to {now_known_as(request.person).email}. "
            f"{request.person} has {request.title} as soon as it is accepted.",
            long="If there is no such mail, look into the folder for spam.",
        )
    return _for_them(
        request,
        occasion="given",
        what="it is there",
        sentence=f"{request.person} has {request.title}.",
        long=f"It ends on {moment(request.ends_at)}." if request.ends_at else "It has no end.",
    )


def ends(request: AccessRequest) -> Event:
    assert request.ends_at is not None  # noqa: S101 - asked for by it
    return _for_them(request, occasion="ends", until=moment(request.ends_at))


def ended(request: AccessRequest) -> Event:
    return _for_them(request, occasion="ended", why=request.get_ending_display().lower())


def failed(request: AccessRequest, *, managers: Sequence[str]) -> Event:
    event = _for_them(request, occasion="failed", reason=request.state_reason)
    return Event(
        to=[*event.to, *managers],
        fields=event.fields,
        url=event.url,
        list_url=LIST,
        about=event.about,
        occasion=event.occasion,
    )


def stuck(request: AccessRequest, *, managers: Sequence[str]) -> Event:
    """Again when it stops for another reason."""
    reason = hashlib.sha256(request.state_reason.encode()).hexdigest()[:12]
    is_ending = request.state == State.ENDING
    return Event(
        to=list(managers),
        fields={
            "title": request.title,
            "person": str(request.person),
            "what": "is being taken back" if is_ending else "was approved",
            "reason": request.state_reason,
        },
        url=page_of(request),
        list_url=LIST,
        about=request.ref,
        occasion=f"{request.state}:{reason}",
    )


def page_of(request: AccessRequest) -> str:
    """The one page for everybody whom a request concerns."""
    return f"{LIST}/{request.ref}"


def looking_after(request: AccessRequest, holders: Sequence[Holder]) -> list[str]:
    """The owner of the connection; without one, those who manage requests of it."""
    if request.connection.owner is not None:
        return [request.connection.owner.email]
    refs = ("", str(request.connection.ref))
    return list(dict.fromkeys(one.email for one in holders if one.connection_ref in refs))


def _for_them(request: AccessRequest, *, occasion: str, **fields: str) -> Event:
    people = (request.person, request.asked_by_person)
    to = [now_known_as(one).email for one in people if one is not None]
    return Event(
        to=list(dict.fromkeys(filter(None, to))),
        fields={"title": request.title, "person": str(request.person), **fields},
        url=page_of(request),
        list_url=LIST,
        about=request.ref,
        occasion=occasion,
    )


def _how_long(request: AccessRequest) -> str:
    if request.days:
        return f"for {request.days} day{'' if request.days == 1 else 's'}"
    return f"until {_day(request)}" if request.until else "without an end"


def _day(request: AccessRequest) -> str:
    until = request.until
    return datetime(until.year, until.month, until.day).strftime("%-d %B %Y") if until else ""  # noqa: DTZ001 - a day
