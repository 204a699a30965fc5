"""What an approved request becomes, and what its end takes back. Pure: no database, no clock.

To give it; `there` is what they have of it now:
asked for              account   invited   there              -> what is done
anything               no        no        -                     invite them, to exactly this
anything               no        yes       -                     wait: they were invited already
role of organization   yes       any       as asked              nothing: they have it
                       yes       any       another               change their role
role of project        yes       any       as asked              nothing: they have it
                       yes       any       none                  add them with the role
                       yes       any       a lower one           change their role
                       yes       any       a higher one          refuse: they have more already
group                  yes       any       in it                 nothing: they have it
                       yes       any       not in it             add them

To take it back; `before` is the role they had before, "leaves" whether the account came by it and
holds nothing else. An invitation of it that is open is cancelled first, whatever else there is:
asked for              account   there     before   leaves   -> what is done
anything               no        -         -        any         nothing else
role of organization   yes       any       ""       yes         the member leaves
                       yes       asked     a role   any         change it back
                       yes       asked     ""       no          change it to reader
                       yes       another   any      no          nothing: they have it no more
role of project        yes       none      any      no          nothing
                       yes       before    a role   any         nothing
                       yes       another   a role   any         change it back
                       yes       any       ""       no          they leave the project
                       yes       any       ""       yes         the project, then the organization
group                  yes       in it     -        no          they leave the group
                       yes       in it     -        yes         the group, then the organization
                       yes       not       -        no          nothing

Where another request of theirs keeps the same thing, nothing is taken back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from tenure.lib.errors import Conflict

Step = Literal["invite", "wait", "add", "change", "given", "has_more"]
Removal = Literal["invitation", "place", "role", "member"]
READER, OWNER = "reader", "owner"
# Of a project, from the least to the most; of the organization it is reader and owner.
_RANKS = {"viewer": 0, "member": 1, "owner": 2}
NOTICE = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """What is asked for and how much of it is there. Of a group the role is "" and `there` is
    "member" for who is in it."""

    kind: str
    role: str
    there: str = ""
    has_account: bool = False
    is_invited: bool = False


def is_as_asked(thing: Thing) -> bool:
    """Whether they have exactly what was asked for."""
    wanted = "member" if thing.kind == "group" else thing.role
    return thing.has_account and thing.there == wanted


def what_gives(thing: Thing) -> Step:
    """The next step on the way to what was approved."""
    if not thing.has_account:
        return "wait" if thing.is_invited else "invite"
    if is_as_asked(thing):
        return "given"
    if thing.kind == "organization":
        return "change"
    if not thing.there:
        return "add"
    return "has_more" if is_higher(thing.there, thing.role) else "change"


def is_higher(one: str, other: str) -> bool:
    """Whether a role of a project may more than another; of roles of one's own nobody knows."""
    return one in _RANKS and other in _RANKS and _RANKS[one] > _RANKS[other]


def what_takes_back(
    thing: Thing, *, before: str, may_leave: bool, has_invitation: bool
) -> tuple[Removal, ...]:
    """Everything that the end of a request takes away, in order.

    `may_leave` is whether the account came by it and holds nothing else; `has_invitation` whether
    one that it sent may still be accepted.
    """
    invitation: tuple[Removal, ...] = ("invitation",) if has_invitation else ()
    return invitation + (_of_account(thing, before, may_leave) if thing.has_account else ())


def _of_account(thing: Thing, before: str, may_leave: bool) -> tuple[Removal, ...]:
    if thing.kind == "organization":
        if may_leave and not before:
            return ("member",)
        back_to = before or READER
        return ("role",) if thing.there == thing.role and thing.there != back_to else ()
    if before:
        return () if thing.there in ("", before) else ("role",)
    place: tuple[Removal, ...] = ("place",) if thing.there else ()
    return place + (("member",) if may_leave else ())


def organization_role(thing: Thing) -> str:
    """As what somebody is invited: a reader, unless a role of the organization is asked for."""
    return thing.role if thing.kind == "organization" else READER


def ends_at(
    *, days: int | None, until: date | None, given_at: datetime, zone: ZoneInfo
) -> datetime | None:
    """When it is over; None for what has no end.

    days   until   -> over
    n      -          n days after it was given, to the second
    -      a day      when that day ends there
    -      -          never
    """
    if until is not None:
        following = until + timedelta(days=1)
        return datetime(following.year, following.month, following.day, tzinfo=zone).astimezone(
            given_at.tzinfo
        )
    return given_at + timedelta(days=days) if days else None


def notice_at(given_at: datetime, over_at: datetime) -> datetime:
    """When its holder is told that it ends: 3 days before, of what is shorter half-way."""
    return max(over_at - NOTICE, given_at + (over_at - given_at) / 2)


def what_differs(thing: Thing, *, others: Iterable[str] = ()) -> str:
    """How what was found differs from what was approved, in words; empty when it does not.

    `others` names projects that came with it and that nobody asked for.
    """
    if not thing.has_account:
        return "Their account is gone."
    if not is_as_asked(thing):
        if not thing.there:
            return "They do not have it at OpenAI."
        return f"They have the role {thing.there} at OpenAI, and {thing.role} was approved."
    if more := sorted(others):
        return f"They also got {', '.join(more)}, which nobody approved."[:300]
    return ""


def check_can_end(state: str, *, title: str) -> None:
    """Conflict unless something of it was given, or is on its way.

    being given, invited, given, has it    accept
    any other                              Conflict
    """
    if state == "ending":
        raise Conflict(f"{title} is being taken back already.")
    if state not in ("pending_provisioning", "awaiting_acceptance", "provisioned", "verified"):
        raise Conflict(f"{title} is not held by this request, so there is nothing to take back.")


def state_after(ending: str) -> str:
    """What a request is once nothing of it is left.

    ending                  -> state
    its time is over           expired
    a longer one took over     expired
    given back, taken back     revoked
    """
    return "expired" if ending in ("expiry", "extended") else "revoked"
