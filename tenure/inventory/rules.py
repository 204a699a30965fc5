"""When a reading may be believed, and how a run ended. Pure: no database, no clock."""

from __future__ import annotations

import math
from collections.abc import Collection
from hashlib import sha256

from tenure.lib.errors import Conflict, Invalid

BRAKE_SHARE = 0.20
BRAKE_ROWS = 10
TOO_MANY_FAILURES = 3


def must_be_held(*, known: int, would_end: int, someone_must_remain: bool) -> bool:
    """Whether so many rows missing from a complete list is for a person to decide.

    `known` rows were active before this reading; `someone_must_remain` is true of lists that are
    never empty in reality, such as an organization's users: the key's own owner is in there.

    would end                                      someone must remain   -> held
    none                                           any                      no
    more than 20 % and more than 10                any                      yes
    all there were, up to 10                       yes                      yes
    all there were, up to 10                       no                       no
    20 % or less, or 10 or less and not all        any                      no
    """
    if would_end == 0:
        return False
    if would_end > BRAKE_ROWS and would_end > BRAKE_SHARE * known:
        return True
    return someone_must_remain and would_end >= known


def is_beyond_belief(*, stored: int, active: int, someone_must_remain: bool) -> bool:
    """Whether a list that ends nobody cannot be the whole one all the same.

    stored   active rows   someone must remain   -> not believed
    none     none          yes                      yes (an empty first answer)
    none     none          no                       no
    none     some          any                      no (the brake judges what would end)
    some     any           any                      no
    """
    return someone_must_remain and not stored and not active


def digest_of_pages(so_far: str, page: str) -> str:
    """The digest of a reading after one more page, whose own is `page`; both in hex.

    so far   page   -> digest
    any      ""      "" (this connector digests none)
    ""       given   of it
    given    given   of what was so far, followed by it
    """
    return sha256((so_far + page).encode()).hexdigest() if page else ""


def run_status(*, states: Collection[str], received_pages: int, is_held: bool) -> str:
    """How a run ended, from how its collections ended.

    held   collections                                pages   -> status
    yes    any                                        any        held
    no     an incomplete one                          none       failed
    no     all of them unavailable or skipped         none       failed
    no     an incomplete one                          some       partial
    no     complete, unavailable or skipped           some       complete
    """
    if is_held:
        return "held"
    if received_pages == 0:
        return "failed"
    return "partial" if "incomplete" in states else "complete"


def check_may_sync(*, name: str, state: str) -> None:
    """Refuse to read through a connection that is not there to be read.

    state                        -> outcome
    active, degraded, failing       accept
    paused                          Conflict (resume it)
    draft, disconnected             Conflict (connect it)
    """
    if state == "paused":
        raise Conflict(f"{name} is paused; resume it first.")
    if state in ("draft", "disconnected"):
        raise Conflict(f"{name} is not connected; connect it first.")


def check_release(*, status: str, is_superseded: bool, another_is_open: bool) -> None:
    """Refuse to release what is not, or no longer, waiting for a person.

    status   judged again since   a run is open   -> outcome
    held     no                   no                 accept
    held     no                   yes                Conflict (wait)
    held     yes                  any                Conflict (look at the newest)
    other    any                  any                Conflict
    """
    if status != "held":
        raise Conflict("This run is not held, so there is nothing to release.")
    if is_superseded:
        raise Conflict("A later sync has judged this again; look at the newest run.")
    if another_is_open:
        raise Conflict("A sync is running; release this run when it is over.")


def urgency(*, age: float | None, liveliness: int) -> float:
    """How much a list of the detail tier wants to be read; the most urgent goes first.

    `age` is seconds since it was last asked for, None for never; `liveliness` grows with what the
    last readings found changed and halves with each that found nothing. A lively list is read up
    to four times as often, and no list waits for ever.

    asked for   changed lately   -> urgency
    never       any                 above all others
    before      nothing             its age
    before      much                up to four times its age
    """
    if age is None:
        return math.inf
    return age * (1.0 + 3.0 * min(liveliness, 10) / 10)


def must_give_up(*, identity_pages: int, identity_is_over: bool, failed_in_a_row: int) -> bool:
    """Whether asking for more lists is pointless: the provider, or our key, does not answer.

    identity tier            lists of the family failed in a row   -> give up
    over, without one page   any                                      yes
    other                    three or more                            yes
    other                    fewer                                    no
    """
    return (identity_is_over and not identity_pages) or failed_in_a_row >= TOO_MANY_FAILURES


def seconds_left(*, pages: int, expected_pages: int | None, seconds: float) -> float | None:
    """How long the rest takes at the pace so far; None while nobody can know."""
    if not pages or expected_pages is None or expected_pages <= pages:
        return None
    return seconds / pages * (expected_pages - pages)


def check_link(*, kind: str, is_already_theirs: bool) -> None:
    """Refuse to tie an account to a person where that says nothing.

    kind               already theirs   -> outcome
    service, shared    any                 Invalid
    person, external   yes                 Conflict
    person, external   no                  accept
    """
    if kind not in ("person", "external"):
        raise Invalid(f"Choose an account of one person; this is a {kind} account.")
    if is_already_theirs:
        raise Conflict("This account belongs to that person already; choose somebody else.")


def check_unlink(*, is_linked: bool, reason: str) -> None:
    """Refuse to untie what is not tied, or without saying why.

    linked   reason   -> outcome
    no       any         Conflict
    yes      blank       Invalid
    yes      given       accept
    """
    if not is_linked:
        raise Conflict("This account belongs to nobody; reload the page to see it as it is.")
    if not reason.strip():
        raise Invalid("Say why this account is not theirs.", field="reason")


def check_suggestion(*, state: str, belongs_to_another: bool) -> None:
    """Refuse to decide a suggestion that is decided, or overtaken.

    state      the account has a person   -> outcome
    proposed   no                            accept
    proposed   yes                           Conflict
    other      any                           Conflict
    """
    if state != "proposed":
        raise Conflict("This suggestion is decided already; reload the page to see how.")
    if belongs_to_another:
        raise Conflict("This account has a person by now; unlink it first.")


def check_exclude(*, is_open: bool, is_out_of_scope: bool, reason: str) -> None:
    """Refuse to leave a project out where that says nothing, or without saying why.

    project                    out of scope   reason   -> outcome
    archived or not listed     any            any         Conflict
    open                       yes            any         Conflict
    open                       no             blank       Invalid
    open                       no             given       accept
    """
    if not is_open:
        raise Conflict("Nobody reaches this project any more; there is nothing to leave out.")
    if is_out_of_scope:
        raise Conflict("This project is out of scope already; reload the page to see why.")
    if not reason.strip():
        raise Invalid("Say why this project is out of scope.", field="reason")


def check_include(*, is_out_of_scope: bool) -> None:
    """Refuse to take back into scope what is in it.

    out of scope   -> outcome
    yes               accept
    no                Conflict
    """
    if not is_out_of_scope:
        raise Conflict("This project is in scope already; reload the page to see it as it is.")
