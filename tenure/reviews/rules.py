"""What may be done to a campaign, by whom, and when. Pure: no database, no clock, no settings.

verb         state now                   -> state then
edit         draft                          draft
stage        draft, staged                  staged, on a new snapshot
unstage      staged                         draft
open         staged                         open
reassign     staged, open                   as it was
decide       open                           open
submit       open                           open
sign_off     open                           open
remind       open                           open
close        open                           remediation, or completed (nothing to do)
waive        remediation                    remediation, or completed (it was the last)
cancel       draft, staged, open            cancelled
any verb     any other                      Conflict

decider is the reviewer   their own   submitted   version as seen   -> deciding
or stands in for them     access
no                        any         any         any                  NotAllowed
yes                       yes         any         any                  NotAllowed (self-review)
yes                       no          yes         any                  Conflict
yes                       no          no          no                   Conflict
yes                       no          no          yes, or not said     accept
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Literal

from tenure.lib.errors import Conflict, Invalid, NotAllowed

Verb = Literal[
    "edit",
    "stage",
    "unstage",
    "open",
    "reassign",
    "decide",
    "submit",
    "sign_off",
    "remind",
    "close",
    "waive",
    "cancel",
]
Verdict = Literal["fresh", "stale", "incomplete", "unavailable", "unread"]

KINDS = ("grant", "service_account", "credential", "invitation")
ATTESTATION = "Each access I kept is still needed and is the least the work requires."
INTERVALS, ROUND = 2, timedelta(hours=24)
LONGEST = 500

_FROM: dict[Verb, tuple[str, ...]] = {
    "edit": ("draft",),
    "stage": ("draft", "staged"),
    "unstage": ("staged",),
    "open": ("staged",),
    "reassign": ("staged", "open"),
    "decide": ("open",),
    "submit": ("open",),
    "sign_off": ("open",),
    "remind": ("open",),
    "close": ("open",),
    "waive": ("remediation",),
    "cancel": ("draft", "staged", "open"),
}
_DEEDS: dict[Verb, str] = {
    "edit": "changed",
    "stage": "staged",
    "unstage": "taken back to a draft",
    "open": "opened",
    "reassign": "given to other reviewers",
    "decide": "decided",
    "submit": "submitted",
    "sign_off": "signed off",
    "remind": "reminded of",
    "close": "closed",
    "waive": "relieved of anything",
    "cancel": "cancelled",
}
_STATES = {
    "draft": "a draft",
    "staged": "staged",
    "open": "open",
    "remediation": "in remediation",
    "completed": "completed",
    "cancelled": "cancelled",
}


def check_verb(verb: Verb, state: str, *, title: str) -> None:
    """Conflict unless this may be done to a campaign in that state."""
    if state not in _FROM[verb]:
        raise Conflict(
            f"{title} is {_STATES[state]} and cannot be {_DEEDS[verb]}; reload the page to see it "
            "as it is."
        )


def check_settings(
    *,
    title: str,
    due_at: datetime,
    at: datetime,
    rule: str,
    has_named: bool,
    kinds: Collection[str],
) -> None:
    """Refuse settings that make no sense.

    title   due       rule and named        kinds         -> outcome
    empty   any       any                   any              Invalid
    given   by now    any                   any              Invalid
    given   later     named without whom    any              Invalid
    given   later     any other             one unknown      Invalid
    given   later     any other             known, or none   accept
    """
    if not title.strip():
        raise Invalid("Give the campaign a title, such as Q4 access review.", field="title")
    if due_at <= at:
        raise Invalid("Let the campaign be due on a day to come.", field="due_at")
    if rule == "named" and not has_named:
        raise Invalid("Name the person who reviews everything.", field="named")
    if unknown := sorted(set(kinds) - set(KINDS)):
        raise Invalid(f"Choose kinds among {', '.join(KINDS)}; not {unknown[0]}.", field="kinds")


def freshness(
    *, state: str, read_at: datetime | None, at: datetime, interval: timedelta, is_below: bool
) -> Verdict:
    """How far a list can be relied on.

    last reading   read whole               -> verdict
    unavailable    any                         unavailable
    any other      never                       unread
    incomplete     some time                   incomplete
    any other      within its time             fresh
    any other      longer ago                  stale

    Its time is two intervals for lists of the organization, and a day for those below them, or two
    intervals where these are longer.
    """
    if state == "unavailable":
        return "unavailable"
    if read_at is None:
        return "unread"
    if state == "incomplete":
        return "incomplete"
    allowed = INTERVALS * interval
    if is_below:
        allowed = max(allowed, ROUND)
    return "fresh" if at - read_at <= allowed else "stale"


def check_override(*, doubtful: Collection[str], reason: str) -> str:
    """The reason for staging on data that is not as it should be; empty where it is.

    doubtful   reason   -> outcome
    none       any         "": nothing to override
    some       none        Conflict, which says what
    some       given       the reason
    """
    if not doubtful:
        return ""
    said = " ".join(reason.split())[:LONGEST]
    if not said:
        some = "; ".join(sorted(doubtful)[:3])
        rest = f", and {len(doubtful) - 3} more" if len(doubtful) > 3 else ""  # noqa: PLR2004 - the three shown
        raise Conflict(
            f"Not everything in scope was read lately: {some}{rest}. Sync first, or say why it is "
            "good enough: the auditor reads it."
        )
    return said


def check_deciding(
    *, is_mine: bool, is_held_by_decider: bool, is_submitted: bool, version: int, seen: int | None
) -> None:
    """Refuse a decision that is not this person's, not theirs any more, or not on what they saw."""
    if not is_mine:
        raise NotAllowed("This item is somebody else's to decide; ask for it to be reassigned.")
    if is_held_by_decider:
        raise NotAllowed(
            "This is your own access, and nobody reviews their own: ask for it to be reassigned."
        )
    if is_submitted:
        raise Conflict("This item was submitted, so its decision stands.")
    if seen is not None and seen != version:
        raise Conflict(
            "Somebody decided this item since you opened the page; what they decided is kept, so "
            "reload to see it."
        )


def check_reason(*, decision: str, is_flagged: bool, reason: str) -> str:
    """Why, without blanks around it.

    decision          flagged   reason   -> outcome
    remove, change    any       none        Invalid
    keep              yes       none        Invalid
    keep              no        any         accept
    any               any       given       accept
    """
    said = " ".join(reason.split())
    if len(said) > LONGEST:
        raise Invalid(f"Say it in at most {LONGEST} characters.", field="reason")
    if not said and decision in ("remove", "change"):
        raise Invalid("Say why it goes: the auditor reads it.", field="reason")
    if not said and is_flagged:
        raise Invalid("Say why it may stay although it is flagged.", field="reason")
    return said


def check_change(*, decision: str, to_role: str, kind: str, role: str) -> str:
    """To which role; empty where nothing is changed.

    decision   kind    to role              -> outcome
    change     other   any                     Invalid: only a right has a role
    change     grant   none, or the same       Invalid
    change     grant   another                 that role
    any other  any     any                     ""
    """
    if decision != "change":
        return ""
    if kind != "grant":
        raise Invalid("Only a role can be changed; keep this or remove it.", field="decision")
    to_role = to_role.strip()
    if not to_role or to_role == role:
        raise Invalid("Say to which other role it shall be changed.", field="to_role")
    return to_role


def check_frozen_count(*, confirmed: int, found: int) -> None:
    """Conflict unless exactly as many are touched as somebody confirmed."""
    if confirmed != found:
        raise Conflict(
            f"{found:,} items match now and you confirmed {confirmed:,}; nothing was decided, so "
            "look again."
        )


def check_reviewer(*, is_holder: bool, may_hold_access: bool, name: str) -> None:
    """Who may be given an item: somebody who is here, and whose own access it is not."""
    if not may_hold_access:
        raise Invalid(f"{name} is not here any more; choose somebody else.", field="to")
    if is_holder:
        raise NotAllowed(f"{name} would review their own access; choose somebody else.")


def check_sign_off(*, by_person: str, submitters: Collection[str], waiting: int) -> None:
    """A second person, once all is submitted.

    submitted   by whom                  -> outcome
    not all     any                         Conflict
    all         nobody known                NotAllowed
    all         one of the submitters       NotAllowed
    all         another person              accept
    """
    if waiting:
        raise Conflict(f"{waiting:,} items are not submitted yet; sign off when all are.")
    if not by_person:
        raise NotAllowed("Link your user to a person first, so that it is known who signs off.")
    if by_person in submitters:
        raise NotAllowed("You decided some of it yourself: ask somebody else to sign off.")


def check_close(*, waiting: int, needs_sign_off: bool, is_signed_off: bool) -> None:
    """Nothing undecided is ever silently kept or removed.

    items not submitted   sign-off needed   signed off   -> outcome
    some                  any               any             Conflict
    none                  yes               no              Conflict
    none                  any other         any other       accept
    """
    if waiting:
        raise Conflict(
            f"{waiting:,} items are not submitted yet: remind their reviewers, or give the items "
            "to somebody else."
        )
    if needs_sign_off and not is_signed_off:
        raise Conflict("This campaign needs a second person to sign it off before it is closed.")
