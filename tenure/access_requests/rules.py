"""What may be done to a request, by whom, and when. Pure: no database, no clock, no settings.

verb         state now           -> state then
approve      pending_approval       as it was, or pending_provisioning (it was the last step)
deny         pending_approval       denied
cancel       pending_approval       cancelled
replace      pending_approval       as it was
remind       pending_approval       as it was
escalate     pending_approval       as it was
any verb     any other              Conflict
comment      any                    as it was

seen         the request is        -> deciding
not said     any                      accept
the version  as it was seen           accept
the version  another by now           Conflict

its time     -> approving
passed          Conflict: there is nothing left to give
not passed      accept
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from tenure.lib.errors import Conflict, Invalid, NotAllowed

Verb = Literal["approve", "deny", "cancel", "replace", "remind", "escalate", "lapse"]

LONGEST, LONGEST_REASON = 1000, 500
_DEEDS: dict[Verb, str] = {
    "approve": "approved",
    "deny": "denied",
    "cancel": "cancelled",
    "replace": "given to other approvers",
    "remind": "reminded of",
    "escalate": "escalated",
    "lapse": "ended",
}
_STATES = {
    "pending_approval": "waiting for approval",
    "pending_provisioning": "approved and being given",
    "awaiting_acceptance": "approved, and the invitation is out",
    "provisioned": "approved and given",
    "verified": "approved and given",
    "ending": "being taken back",
    "expired": "over",
    "revoked": "taken back",
    "denied": "denied",
    "cancelled": "cancelled",
    "failed": "failed",
}


def check_verb(verb: Verb, state: str, *, name: str) -> None:
    """Conflict unless this may be done to a request in that state."""
    if state != "pending_approval":
        raise Conflict(
            f"{name} is {_STATES[state]} and cannot be {_DEEDS[verb]} any more; reload the page to "
            "see it as it is."
        )


def check_version(version: int, *, seen: int | None, name: str) -> None:
    """Conflict when it is another one than somebody saw."""
    if seen is not None and seen != version:
        raise Conflict(f"{name} has changed since you opened it; reload to see it as it is.")


def has_lapsed(until: date | None, *, today: date) -> bool:
    """Whether the last day that was asked for is over."""
    return until is not None and until < today


def check_not_lapsed(until: date | None, *, today: date, name: str) -> None:
    if has_lapsed(until, today=today):
        raise Conflict(f"The last day asked for in {name} is over; a new request is needed.")


def check_answering(
    *,
    is_own: bool,
    was_asked: bool,
    may_answer: bool,
    answered_before: bool,
    is_waiting_for_them: bool,
    step_answered_by: str,
) -> None:
    """Refuse an answer that is not theirs to give. Persons are compared, never users.

    their own   were asked   may still   answered an    waits for      -> answering
                             answer      earlier step   them now
    yes         any          any         any            any               NotAllowed
    no          no           any         any            any               NotAllowed
    no          yes          no          any            any               Conflict: they were, once
    no          yes          yes         yes            any               Conflict: another person
    no          yes          yes         no             no                Conflict: answered
    no          yes          yes         no             yes               accept

    Their own is what is asked for them, and what they asked for another.
    """
    if is_own:
        raise NotAllowed("This is your own request, and nobody approves their own.")
    if not was_asked:
        raise NotAllowed("You are not asked about this request; whoever is sees it in their list.")
    if not may_answer:
        raise Conflict("You may not answer this any more; somebody else is asked in your place.")
    if answered_before:
        raise Conflict("You answered an earlier step of this request; another person has to now.")
    if not is_waiting_for_them:
        raise Conflict(
            f"{step_answered_by} answered this already; nothing of it waits for you."
            if step_answered_by
            else "Nothing of this request waits for you now; it is with somebody else."
        )


def is_step_approved(*, needs: str, waiting: int, by_escalation: bool) -> bool:
    """Whether the step is through, after one approved.

    needs   still to answer   approved by whom it was escalated to   -> approved
    any     any               any                                       yes
    all     none              any                                       yes
    all     some              yes                                       yes
    all     some              no                                        no
    """
    return needs == "any" or waiting == 0 or by_escalation


def check_words(words: str, *, why: str, field: str, longest: int = LONGEST) -> str:
    """What somebody wrote, without blanks around it; Invalid where nothing is."""
    said = check_length_of(words, field=field, longest=longest)
    if not said:
        raise Invalid(why, field=field)
    return said


def check_length_of(words: str, *, field: str, longest: int = LONGEST) -> str:
    """What somebody wrote, or nothing, without blanks around it."""
    said = " ".join(words.split())
    if len(said) > longest:
        raise Invalid(f"Say it in at most {longest} characters.", field=field)
    return said


def check_may_cancel(*, is_own: bool, manages: bool) -> None:
    """Who asked, whom it is for, and whoever manages requests may take it back."""
    if not (is_own or manages):
        raise NotAllowed("Only who asked, or whoever manages access requests, may cancel this.")


def check_extension(
    *, gives: bool, has_end: bool, is_same: bool, is_later: bool, is_extended: bool, name: str
) -> None:
    """Refuse an extension of what cannot be extended.

    gives access   has an end   same thing and person   ends later   extended already   -> outcome
    no             any          any                     any          any                   Conflict
    yes            no           any                     any          any                   Conflict
    yes            yes          no                      any          any                   Invalid
    yes            yes          yes                     no           any                   Invalid
    yes            yes          yes                     yes          yes                   Conflict
    yes            yes          yes                     yes          no                    accept
    """
    if not gives:
        raise Conflict(f"{name} gives no access now; ask for it anew.")
    if not has_end:
        raise Conflict(f"{name} has no end, so there is nothing to extend.")
    if not is_same:
        raise Invalid(f"An extension is of the same access for the same person as {name}.")
    if not is_later:
        raise Invalid("Let it end later than it does now.", field="until")
    if is_extended:
        raise Conflict(f"An extension of {name} is asked for already.")
