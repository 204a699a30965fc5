"""What can be asked for, and why not. Pure: no database, no clock.

A thing is a resource with a role; of a group, which has none, the role is empty.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from tenure.lib.errors import Conflict, Invalid

MOST_DAYS = 3650
LONGEST = 1000


class Thing(NamedTuple):
    """What the inventory says of one thing."""

    kind: str
    is_over: bool
    is_out_of_scope: bool
    is_scim_managed: bool
    is_custom: bool
    is_uploaded: bool
    connection_state: str


_STATES = {
    "draft": "This connection is not set up yet.",
    "paused": "This connection is paused; ask again when it runs.",
    "disconnected": "Tenure is not connected to this organization any more.",
}


def why_impossible(thing: Thing) -> str:
    """Why nobody can be given this through Tenure; empty where it can be.

    connection                 thing                    -> why not
    draft, paused, gone        any                         the state of the connection
    of uploaded files          any                         whoever brings the files gives it
    runs                       an identity provider        it is nothing to have
    runs                       archived or gone            it is over
    runs                       out of scope                somebody took it out
    runs                       a group kept by SCIM        the directory gives it
    runs                       a role somebody made up     OpenAI's console gives it
    runs                       any other                   ""
    """
    if thing.connection_state in _STATES:
        return _STATES[thing.connection_state]
    hindrances = (
        (thing.is_uploaded, "Its accounts come from a file; ask whoever looks after that system."),
        (
            thing.kind == "identity_provider",
            "This is a way in for machines and not given to people.",
        ),
        (thing.is_over, "It is archived or gone."),
        (thing.is_out_of_scope, "It is out of scope here; ask whoever owns it."),
        (
            thing.is_scim_managed,
            "Your company's directory decides who is in it; ask those who run the directory.",
        ),
        (
            thing.is_custom,
            "Custom roles are given in OpenAI's console; ask whoever owns the organization.",
        ),
    )
    return next((why for hinders, why in hindrances if hinders), "")


def is_offered(*, listing: str, is_privileged: bool, why_impossible: str) -> bool:
    """Whether everybody finds a thing in the catalogue.

    possible   listing    privileged   -> offered
    no         hidden     any             no
    no         any other  yes             no
    no         any other  no              yes: it says why not
    yes        hidden     any             no
    yes        listed     any             yes
    yes        default    yes             no
    yes        default    no              yes
    """
    if listing == "hidden":
        return False
    if listing == "listed" and not why_impossible:
        return True
    return not is_privileged


def is_for(
    *,
    departments: Collection[str],
    kinds: Collection[str],
    department: str,
    kind: str,
) -> bool:
    """Whether somebody belongs to those who may ask. Nothing said means everybody.

    departments   kinds       the person                          -> may ask
    none          none        any                                    yes
    some          any         is in none of them                     no
    any           some        is of another kind                     no
    some, none    some, none  is in one, and of such a kind          yes
    """
    folded = {one.strip().casefold() for one in departments}
    in_department = not folded or department.strip().casefold() in folded
    return in_department and (not kinds or kind in kinds)


def days_asked(*, days: int | None, until: date | None, today: date) -> int | None:
    """For how long something is asked: whole days, None for without an end.

    days   until            -> outcome
    given  given               Invalid: one of them
    none   none                None
    given  none                that many, from 1 to 3650; else Invalid
    none   today or before     Invalid
    none   later               days from today to that day
    """
    if days is not None and until is not None:
        raise Invalid("Give a number of days or a last day, not both.", field="until")
    if until is not None:
        if until <= today:
            raise Invalid("Let the last day be a day to come.", field="until")
        days = (until - today).days
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise Invalid(f"Ask for 1 to {MOST_DAYS} days.", field="days")
    return days


def check_length(days: int | None, *, most_days: int | None) -> None:
    """Refuse more than may be asked for.

    most      asked for       -> outcome
    none      any                accept
    N days    without an end     Invalid
    N days    more than N        Invalid
    N days    at most N          accept
    """
    if most_days is None:
        return
    if days is None:
        raise Invalid(f"Say for how long: at most {most_days} days.", field="days")
    if days > most_days:
        raise Invalid(f"Ask for at most {most_days} days.", field="days")


def check_reason(reason: str, *, is_needed: bool) -> str:
    """Why, without blanks around it."""
    said = " ".join(reason.split())
    if len(said) > LONGEST:
        raise Invalid(f"Say it in at most {LONGEST} characters.", field="reason")
    if is_needed and not said:
        raise Invalid("Say what it is needed for: whoever approves reads it.", field="reason")
    return said


def check_may_ask(
    *, is_offered: bool, why_impossible: str, is_for_them: bool, title: str, name: str
) -> None:
    """Refuse what is not to be had.

    possible   offered   for them   -> outcome
    no         any       any           Conflict, which says why
    yes        no        any           Conflict
    yes        yes       no            Conflict
    yes        yes       yes           accept
    """
    if why_impossible:
        raise Conflict(f"{title} cannot be asked for here. {why_impossible}")
    if not is_offered:
        raise Conflict(f"{title} is not offered; ask whoever manages access requests to list it.")
    if not is_for_them:
        raise Conflict(f"{title} is offered to others than {name}; ask whoever owns it.")


def check_is_new(*, held: str, waiting: str) -> None:
    """Refuse what they have, or what is asked for them already; each said in a sentence."""
    if held:
        raise Conflict(held)
    if waiting:
        raise Conflict(waiting)


class EntryRules(NamedTuple):
    """What somebody decides about one thing."""

    title: str
    description: str
    listing: str
    why_hidden: str
    departments: list[str]
    person_kinds: list[str]
    durations: list[int]
    most_days: int | None
    needs_reason: bool


def check_entry(words: EntryRules) -> EntryRules:
    """The same without blanks around words, and days in order; Invalid where it makes no sense.

    listing      why hidden   days offered               most        -> outcome
    unknown      any          any                        any            Invalid
    hidden       none         any                        any            Invalid
    any other    any          none, or 1 to 3650 each    out of it      Invalid
    any other    any          one beyond the most        any            Invalid
    any other    any          all within the most        within it      accept
    """
    if words.listing not in ("default", "listed", "hidden"):
        raise Invalid("Choose default, listed or hidden.", field="listing")
    why = " ".join(words.why_hidden.split())[:300]
    if words.listing == "hidden" and not why:
        raise Invalid("Say why it is hidden: others who manage requests read it.", field="listing")
    if words.most_days is not None and not 1 <= words.most_days <= MOST_DAYS:
        raise Invalid(f"Let it be at most 1 to {MOST_DAYS} days.", field="most_days")
    most = words.most_days or MOST_DAYS
    if any(not 1 <= one <= most for one in words.durations):
        raise Invalid(f"Offer 1 to {most} days.", field="durations")
    unknown = set(words.person_kinds) - {"employee", "contractor", "other"}
    if unknown:
        raise Invalid("Choose among employee, contractor and other.", field="person_kinds")
    return words._replace(
        title=" ".join(words.title.split())[:200],
        description=" ".join(words.description.split())[:1000],
        why_hidden=why if words.listing == "hidden" else "",
        departments=[said for one in words.departments if (said := " ".join(one.split()))][:50],
        durations=sorted(set(words.durations)),
    )
