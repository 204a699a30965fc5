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
resolution    any                     resolved; the exemption is over with it, and the same thing
                                      failing again is a new finding, exempted by nobody
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

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
