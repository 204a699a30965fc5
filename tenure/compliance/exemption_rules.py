"""What may be exempted, until when, and what becomes of a finding afterwards. Pure.

finding      own access   reason    last day                  -> outcome
open         no           given     today to 366 days ahead      exempted
open         no           given     otherwise                    Invalid
open         no           missing   any                          Invalid
open         yes          any       any                          NotAllowed
exempted     any          any       any                          Conflict
resolved     any          any       any                          Conflict

Being the holder is compared by person, and by address where an account has no person. An exemption
ends; the finding then is

ended by      late when exempted   -> finding, and due
withdrawal    any                     open, due as it was: it should not have been exempted
its last day  yes                     open, due as it was: nothing that was late is forgiven
its last day  no                      open, the time allowed counted anew from the end of it
change        yes or no               as on its last day, the change being its end
resolution    any                     resolved; the exemption is over with it, and the same thing
                                      failing again is a new finding, exempted by nobody

What an exemption accepts is kept with it: whom and what it was about, and how much they could do.
When a run sees another of these, it was not this that was accepted:

kept                then -> now                              -> the exemption
person, sponsor     somebody -> another, or nobody              is over
owner, backup       somebody -> another, or nobody              is over
account of a key    one -> another                              is over
address, kind       one -> another                              is over
role                any -> another                              is over
role                owner -> less                               holds
owners, in number   one -> another                              is over
projects reached    some -> more, and no owner, who reach all   is over
any but the role    nothing -> something                        holds
everything else     any -> any                                  holds
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from tenure.lib.errors import Conflict, Invalid, NotAllowed

KINDS = ("accepted", "break_glass", "sponsored", "workload")
LONGEST = timedelta(days=366)
LONGEST_REASON = 500
LONGEST_NOTE = 4_000


def check_words(text: str, *, field: str, otherwise: str, most: int = LONGEST_REASON) -> None:
    """What somebody wrote: something, not too much of it, and nothing a database cannot hold."""
    if not text.strip():
        raise Invalid(otherwise, field=field)
    if len(text) > most:
        raise Invalid(f"Keep it below {most:,} characters.", field=field)
    if "\0" in text:
        raise Invalid("This text holds an unusable character: type it again.", field=field)


def check_exempt(*, states: list[str], own: int) -> None:
    """Whether these findings may be exempted by this actor, together or not at all."""
    if not states:
        raise Invalid("Choose at least one finding.")
    closed = sum(state != "open" for state in states)
    if closed and len(states) == 1:
        raise Conflict("This finding is not open any more; reload the page.")
    if closed:
        raise Conflict(
            f"{closed} of these {len(states)} findings are not open any more; choose them again."
        )
    if own and len(states) == 1:
        raise NotAllowed("This is your own access: ask somebody else to exempt it.")
    if own:
        raise NotAllowed(f"{own} of these {len(states)} are your own access: leave them out.")


def check_terms(*, kind: str, reason: str, until: date, today: date) -> None:
    """As what, why, and until when."""
    if kind not in KINDS:
        raise Invalid(f"Choose one of {', '.join(KINDS)} as the kind.", field="kind")
    check_words(reason, field="reason", otherwise="Say why: the auditor reads it.")
    if until < today:
        raise Invalid("Let the last day be today or later.", field="until")
    if until - today > LONGEST:
        raise Invalid("Let the last day be within a year: exempt it again then.", field="until")


def check_withdraw(*, is_active: bool, reason: str) -> None:
    """Only what is in force can be withdrawn, and with a reason."""
    if not is_active:
        raise Conflict("This finding has no exemption in force; reload the page.")
    check_words(reason, field="reason", otherwise="Say why: the auditor reads it.")


def counts_anew(*, due_at: datetime, exempted_at: datetime) -> bool:
    """Whether the time allowed begins again when the exemption runs out."""
    return due_at > exempted_at


def check_note(text: str) -> None:
    """A note says something, and not everything."""
    check_words(text, field="text", otherwise="Write something first.", most=LONGEST_NOTE)


_ANOTHER = {
    "Person": "it is about another person",
    "Sponsor: Person": "another person answers for it",
    "Address": "the address is another",
    "Kind": "the kind was {then} and is {now}",
    "Role": "the role was {then} and is {now}",
    "Account": "it is of another account",
    "Owner: Person": "another person owns it",
    "Backup owner: Person": "another person stands in for its owner",
    "Owners": "the number of owners was {then} and is {now}",
    "Projects they reach": "they could reach {then} projects and can reach {now}",
}
_MOST_POWER = "owner"


def accepted(printed: Mapping[str, Any]) -> dict[str, Any]:
    """Of a finding's inputs, by their names, those that an exemption is for."""
    return {name: printed.get(name) for name in _ANOTHER}


def no_longer_covers(kept: Mapping[str, Any], printed: Mapping[str, Any]) -> str:
    """Why an exemption that accepted `kept` is over, in a sentence; empty while it holds."""
    now = accepted(printed)
    changed = [
        said.format(then=kept[name] or "unknown", now=now[name] or "unknown")
        for name, said in _ANOTHER.items()
        if name in kept and _is_another(name, kept, now)
    ]
    what = " and ".join(changed)
    return f"What fails is no longer what was accepted: {what}." if what else ""


def _is_another(name: str, kept: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    then, is_now = kept[name], now[name]
    if then == is_now or (then is None and name != "Role"):
        return False
    if name == "Role":
        return bool(then != _MOST_POWER)
    if name == "Projects they reach":
        is_more = is_now is not None and int(is_now) > int(then)
        return is_more and not now["Role"] == kept.get("Role") == _MOST_POWER
    return True
