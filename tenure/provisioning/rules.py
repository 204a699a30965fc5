"""When a change may be sent, and what its answer means. Pure: no database, no clock, no settings.

verb       state now                            -> state then
start      planned                                 queued, or awaiting_approval (a second person)
approve    awaiting_approval                       queued
retry      blocked, failed                         queued
cancel     planned, awaiting_approval, queued,     cancelled (queued: only what was never sent, or
           blocked, failed                         is not in doubt)
override   blocked, failed, planned, awaiting      overridden
prove      queued, by hand                         done
any verb   any other                               Conflict

Which organization answers: `header` is what the answer's header holds and `known` what it held when
the key was judged; `named` is the organization that roles name, "" where none does.
header    known     named        accepted   -> verdict
another   some      any          any           another organization
the id    any       any          any           proven
as known  some      another      any           another organization
as known  some      any other    any           proven
"" or     (none known)
          any       another      any           another organization
          any       the id       any           proven
          any       ""           yes           proven (an admin took it upon them)
          any       ""           no            not provable

The brake, for members and service accounts of one connection in 60 minutes:
sent already    released   -> may send
below limit     any           yes
limit or more   yes           yes
limit or more   no            no
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

from tenure.connectors.changing import Identity
from tenure.lib.errors import Conflict, Invalid, NotAllowed

Verb = Literal["start", "approve", "retry", "cancel", "override", "prove"]
Proof = Literal["proven", "another", "not_provable"]

BRAKE_WINDOW = timedelta(minutes=60)
BRAKE_LEAST, BRAKE_SHARE = 10, 0.05
# After an answer that got lost, the provider may still be at it.
SETTLING = timedelta(seconds=5)
# An invitation that was sent twice is two, so it is looked for longer before it counts as not made.
INVITING = timedelta(minutes=2)
READ_BACK_FOR = timedelta(minutes=5)
LOOK_AGAIN_AFTER = timedelta(minutes=10)
CONFIRM_AFTER = timedelta(minutes=40)
MOST_ATTEMPTS = 5
# After so many, some minutes, one that cannot be read holds up the rest of its batch no longer.
HELD_UP = 20
MOST_PAUSES = 1000
# A provider may ask for an hour.
LONGEST_PAUSE_S = 3600.0
# Before a refusal of the key is believed: one for each time that it is asked again.
_ASK_AGAIN_S = (15.0, 60.0)
# Between the record that something is about to be sent and the sending; later, it is read anew.
SEND_WITHIN_S = 10.0
INVITE_WITHIN_S = 60.0
_LONGEST_STEP_S = 300.0
_FIRST_PAUSE_S = 2.0

_FROM: dict[Verb, tuple[str, ...]] = {
    "start": ("planned",),
    "approve": ("awaiting_approval",),
    "retry": ("blocked", "failed"),
    "cancel": ("planned", "awaiting_approval", "queued", "blocked", "failed"),
    "override": ("planned", "awaiting_approval", "blocked", "failed"),
    "prove": ("queued",),
}
_DEEDS: dict[Verb, str] = {
    "start": "started",
    "approve": "approved",
    "retry": "tried again",
    "cancel": "cancelled",
    "override": "overridden",
    "prove": "proven",
}
_STATES = {
    "planned": "planned",
    "awaiting_approval": "waiting for a second person",
    "queued": "waiting for its turn",
    "running": "under way",
    "done": "being read back",
    "blocked": "blocked",
    "verified": "verified",
    "failed": "failed",
    "cancelled": "cancelled",
    "overridden": "overridden",
}
# What tells one target from another, by its kind. A name may be changed by anybody at any time.
_TELLING: dict[str, tuple[tuple[str, str], ...]] = {
    "member": (("email", "e-mail"),),
    "project_member": (("email", "e-mail"),),
    "group_member": (("email", "e-mail"),),
    "invitation": (("email", "e-mail"),),
    "admin_key": (("owner_id", "owner"), ("hint", "key")),
    "project_key": (("owner_id", "owner"), ("hint", "key")),
    "service_account": (("name", "name"),),
}


def check_verb(verb: Verb, state: str, *, label: str) -> None:
    """Conflict unless this may be done to an operation in that state."""
    if state not in _FROM[verb]:
        raise Conflict(
            f"{label} is {_STATES[state]} and cannot be {_DEEDS[verb]}; reload the page to see it "
            "as it is."
        )


def check_retry(*, block: str, label: str) -> None:
    """Conflict for what another verb is for."""
    if block == "brake":
        raise Conflict(f"{label} waits for the brake: a second person has to release it.")


def check_rehearsal(state: str, *, is_by_hand: bool, label: str) -> None:
    """Conflict when there is no request to come to.

    by hand   state                                   -> outcome
    yes       any                                        Conflict
    no        planned, awaiting approval, queued,        accept
              blocked, failed
    no        any other: sent already, or settled        Conflict
    """
    if is_by_hand:
        raise Conflict(f"{label} is done by hand, so there is no request to rehearse.")
    if state not in _FROM["cancel"]:
        raise Conflict(f"{label} is {_STATES[state]}, so there is nothing left to rehearse.")


def check_reason(reason: str) -> str:
    """Why something is left as it is, without blanks around it. Invalid when it says nothing."""
    said = " ".join(reason.split())
    if not said:
        raise Invalid("Say why: the auditor reads it.", field="reason")
    return said[:500]


_PROOFS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"%PDF-", "application/pdf"),
)


def check_proof(name: str, content: bytes) -> str:
    """The type of a file, by its content and never by what it is said to be.

    content                       -> outcome
    begins as a PNG, JPEG or PDF     that type
    text in UTF-8, without NUL       text/plain
    empty, or anything else          Invalid
    """
    for beginning, content_type in _PROOFS:
        if content.startswith(beginning):
            return content_type
    try:
        is_text = bool(content) and "\0" not in content.decode("utf-8")
    except UnicodeDecodeError:
        is_text = False
    if not is_text:
        raise Invalid(f"{name} is no PNG, JPEG, PDF or text; take a picture of it.", field="files")
    return "text/plain"


def check_second_person(*, asked: str, approver: str, what: str) -> None:
    """That two different people stand behind something; both named by their person's ref.

    asked by           approved by        -> outcome
    any                nobody known          NotAllowed: link your user to a person
    "" (a user)        a person              NotAllowed: nobody knows who asked
    Tenure itself      a person              accept
    a person           the same              NotAllowed
    a person           another               accept

    Two users may be one human, so users are never compared.
    """
    if not approver:
        raise NotAllowed(
            f"{what} needs a second person, and your user is linked to none: ask an admin to link "
            "it to your person under People."
        )
    if not asked:
        raise NotAllowed(
            f"{what} needs a second person, and the user who asked for it is linked to none, so "
            "nobody can tell you apart: have that done again by somebody who is."
        )
    if asked == approver:
        raise NotAllowed(f"{what} needs a second person: ask somebody other than yourself.")


def check_not_their_own(*, gets: str, approver: str, what: str) -> None:
    """NotAllowed for whoever would approve what they get themselves; by their person's refs."""
    if gets == approver:
        raise NotAllowed(f"{what} gives you something, so somebody else has to approve it.")


def check_can_be_checked(*, prover: str) -> None:
    """What only another person can verify is proven by somebody whom one can tell apart.

    A person's ref or Tenure itself: accept. Nobody known: NotAllowed.
    """
    if not prover:
        raise NotAllowed(
            "Another person has to check this, so say it as somebody whom Tenure knows: at the "
            "command line with a token of yours in TENURE_TOKEN, and once an admin has linked "
            "your user to your person under People."
        )


def brake_limit(*, active: int, chosen: int | None) -> int:
    """How many identities of a connection may go in an hour."""
    return chosen or max(BRAKE_LEAST, math.ceil(active * BRAKE_SHARE))


def may_pass_brake(*, sent: int, limit: int, is_released: bool) -> bool:
    return is_released or sent < limit


def which_organization(
    *, header: str, known: str, named: str, organization_id: str, is_accepted: bool
) -> Proof:
    """Whether the organization that answers is the one that was connected."""
    if named and named != organization_id:
        return "another"
    if header == organization_id:
        return "proven"
    if header and known:
        return "proven" if header == known else "another"
    if named:
        return "proven"
    return "proven" if is_accepted else "not_provable"


def what_changed(kind: str, *, known: Identity, seen: Identity) -> str:
    """How a target differs from what was planned, in words; empty when it is the same.

    What was not known is not compared, unless nothing was: then nobody can tell.
    """
    compared = 0
    for field, name in _TELLING[kind]:
        before, after = getattr(known, field), getattr(seen, field)
        if not before:
            continue
        compared += 1
        if before.casefold() != after.casefold():
            return f"its {name} changed from {before} to {after or 'nothing'}"
    return "" if compared else "nothing that tells it from another was known when it was planned"


def seconds_left(
    until: datetime | None, *, at: datetime, written: Iterable[datetime | None]
) -> float:
    """How long a pause still lasts; 0 when it is over.

    It is over, too, when it is longer than any pause, or something else was `written` in the
    future: then the clock was put back since.
    """
    if until is None or any(one is not None and one > at for one in written):
        return 0.0
    left = (until - at).total_seconds()
    return left if 0 < left <= LONGEST_PAUSE_S else 0.0


def settling_s(sent_at: datetime, settling: timedelta, *, at: datetime) -> float:
    """How long after a lost answer nothing may be concluded; 0 when it is over.

    More is left than there can be when the clock was put back.
    """
    left = (sent_at + settling - at).total_seconds()
    return left if 0 < left <= settling.total_seconds() else 0.0


def ask_again_s(refusals: int) -> float | None:
    """How long to wait after the key was refused, when it was so often before; None: believe it."""
    return _ASK_AGAIN_S[refusals] if refusals < len(_ASK_AGAIN_S) else None


def pause_s(number: int) -> float:
    """How long to wait before the n-th try, from 1: 2 s, then twice as long, at most 5 minutes."""
    return float(min(_LONGEST_STEP_S, _FIRST_PAUSE_S * 2 ** (max(1, number) - 1)))
