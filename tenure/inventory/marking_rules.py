"""What an account may be said to be. Pure: no database, no clock.

kind       break glass   must be given                          -> kept
person     no            nothing                                   nothing
external   no            sponsor, end date not over                sponsor, end date
service    no            owner, another backup owner, purpose      these, a day of review if given
shared     no            owner, reason                             these
any        yes           owner, reason, and what the kind asks     all of these

Everybody named is in the directory and may hold access, and no day is over. Being a service or a
shared account is no exemption: it is tested all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tenure.lib.errors import Conflict, Invalid

FIELDS: Mapping[str, tuple[str, ...]] = {
    "person": (),
    "external": ("sponsor", "until"),
    "service": ("owner", "backup_owner", "purpose"),
    "shared": ("owner", "reason"),
}
BREAK_GLASS = ("owner", "reason")
OPTIONAL = {"service": ("review_on",)}
PEOPLE = ("owner", "backup_owner", "sponsor")
_ASKED = {
    "owner": "Name the person who owns it.",
    "backup_owner": "Name the person who answers for it when its owner is away.",
    "sponsor": "Name the person here who sponsors them.",
    "purpose": "Say what it is for.",
    "reason": "Say why it has to be so.",
    "until": "Give the last day they may use it.",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """What an account is said to be; people by e-mail. None and "" leave what is so."""

    kind: str = ""
    is_break_glass: bool | None = None
    owner: str = ""
    backup_owner: str = ""
    sponsor: str = ""
    purpose: str = ""
    reason: str = ""
    until: date | None = None
    review_on: date | None = None


def day_of(written: str, *, field: str = "until") -> date | None:
    """A day as it is written on a command line; nothing for nothing."""
    try:
        return date.fromisoformat(written) if written else None
    except ValueError as error:
        sentence = f"{written} is no day; write one such as 2026-03-31."
        raise Invalid(sentence, field=field) from error


def fields_of(*, kind: str, is_break_glass: bool) -> tuple[str, ...]:
    """What must be known of such an account."""
    if kind not in FIELDS:
        raise Invalid(f"Choose one of {', '.join(FIELDS)} as kind.", field="kind")
    return tuple(dict.fromkeys((*FIELDS[kind], *(BREAK_GLASS if is_break_glass else ()))))


def check_mark(
    *, kind: str, is_break_glass: bool, given: Mapping[str, object], today: date
) -> dict[str, object]:
    """What of the given is kept; refuses what is missing. The table stands above."""
    asked = fields_of(kind=kind, is_break_glass=is_break_glass)
    kept = {name: given.get(name) for name in asked}
    for name, value in kept.items():
        if value is None or not str(value).strip():
            raise Invalid(_ASKED[name], field=name)
    until = kept.get("until")
    if isinstance(until, date) and until < today:
        raise Invalid("Give a last day that is not over.", field="until")
    kept |= {name: given[name] for name in OPTIONAL.get(kind, ()) if given.get(name)}
    review_on = kept.get("review_on")
    if isinstance(review_on, date) and review_on < today:
        raise Invalid("Give a day of review that is not over.", field="review_on")
    if "backup_owner" in kept and kept["backup_owner"] == kept["owner"]:
        raise Invalid("Name somebody else than the owner as backup owner.", field="backup_owner")
    return kept


def check_stands_for_it(*, name: str, field: str, may_hold_access: bool) -> None:
    """Refuse an owner or a sponsor who is not here.

    may hold access   -> outcome
    yes                  accept
    no                   Invalid
    """
    if not may_hold_access:
        raise Invalid(f"{name} may not hold access; name somebody who works here.", field=field)


def check_undo(*, has_word: bool) -> None:
    """Refuse to undo where nobody said anything that still can be.

    a word that can be undone   -> outcome
    yes                            accept
    no                             Conflict
    """
    if not has_word:
        raise Conflict("There is nothing to undo; reload the page to see it as it is.")


def check_stands_again(*, gone: list[str], until: date | None, today: date) -> None:
    """Refuse to bring back what nobody could say today.

    somebody named may not hold access   last day   -> outcome
    yes                                  any           Conflict
    no                                   over          Conflict
    no                                   other         accept
    """
    if gone:
        raise Conflict(
            f"This would name {' and '.join(gone)} again, who may not hold access; mark the "
            "account anew instead."
        )
    if until is not None and until < today:
        raise Conflict(
            f"This would bring back the last day {until}, which is over; mark the account anew "
            "instead."
        )


def plain_domain(written: str) -> str:
    """A domain as it stands behind the @ of an address.

    written              -> domain
    Mail.Example            mail.example
    @mail.example           mail.example
    no dot, blanks, an @    Invalid
    """
    domain = written.strip().lower().removeprefix("@").rstrip(".")
    letters = domain.replace(".", "").replace("-", "")
    if "." not in domain or not letters.isalnum() or ".." in domain or domain.startswith("."):
        raise Invalid("Write a domain such as mail.example.", field="name")
    return domain


def check_linking_domain(*, ignores_tags: bool, ignores_dots: bool) -> None:
    """Refuse a rule that ignores nothing.

    ignores tags   ignores dots   -> outcome
    no             no                Invalid
    other          other             accept
    """
    if not (ignores_tags or ignores_dots):
        raise Invalid("Choose what this domain ignores, or remove it.", field="ignores_tags")
