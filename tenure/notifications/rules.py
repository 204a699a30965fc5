"""What our messages say, when digests go out, and how long to go on trying. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from tenure.lib import structs
from tenure.lib.errors import Invalid

MAX_ATTEMPTS = 8
NOTICES = "notices"
# How long it is known that something was told: longer than any exemption lasts.
REMEMBERED = timedelta(days=400)
_LONGEST_TIME_OFF = 31


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a message tells: sentences or lines, and the page where it is done.

    `more` is the number of those that have no line of their own.
    """

    title: str
    sentences: Sequence[str] = ()
    lines: Sequence[tuple[str, str]] = ()
    more: int = 0
    button: str = ""
    url: str = ""


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a message says."""

    subject: str
    sections: Sequence[Section]


@dataclass(frozen=True, slots=True)
class Mail:
    """One kind of mail that nobody can do without: sentences with {fields}."""

    subject: str
    sentences: tuple[str, ...]
    button: str = ""


MAILS: Mapping[str, Mail] = {
    "user_invitation": Mail(
        "You are invited to Tenure",
        (
            "{inviter} invites you to Tenure as {permission_set}.",
            "The link works once, until {expires}. If you did not expect it, do nothing.",
        ),
        "Accept the invitation",
    ),
    "password_reset": Mail(
        "Choose a new password for Tenure",
        (
            "Somebody, most likely you, asked for a new password for {email}.",
            "The link works once, for an hour.",
            "If it was not you, do nothing: your password stays as it is.",
        ),
        "Choose a new password",
    ),
    "security_change": Mail(
        "Your sign-in to Tenure changed",
        (
            "{change} on {at}, from the address {ip}.",
            "If it was not you, choose a new password at once and tell your admin.",
        ),
        "Look at your sign-in settings",
    ),
    "mfa_reset": Mail(
        "Your second factor for Tenure was removed",
        (
            "{admin} removed your second factors and signed you out everywhere.",
            "Sign in and set up a new one. If you did not ask for it, tell your admin.",
        ),
        "Sign in",
    ),
    "target_test": Mail(
        "A test message from Tenure",
        ("{who} tries whether {name} can be reached. It can, if you read this.",),
        "See the targets",
    ),
}


_letter = structs.decoder(Letter)


def compose(kind: str, fields: Mapping[str, str]) -> Letter:
    """What a message says; Invalid when a field is missing."""
    if kind == NOTICES:
        return _letter.decode(fields["letter"])
    if (mail := MAILS.get(kind)) is None:
        raise Invalid(f"Choose one of {', '.join(MAILS)} as kind of mail.")
    section = Section(
        title=filled(mail.subject, fields, kind),
        sentences=[filled(sentence, fields, kind) for sentence in mail.sentences],
        button=mail.button,
        url=fields.get("url", ""),
    )
    return Letter(subject=section.title, sections=[section])


def of_notices(letter: Letter) -> dict[str, str]:
    """The fields from which `compose` makes the letter again."""
    return {"letter": msgspec.json.encode(letter).decode()}


def letter(sections: Sequence[Section], *, count: int) -> Letter:
    """One message of several sections that tell `count` events in all."""
    only = len(sections) == 1
    subject = sections[0].title if only else f"{count:,} notices in your daily digest"
    # A line break would end the header of a mail.
    return Letter(subject=" ".join(subject.split())[:200], sections=sections)


def filled(sentence: str, fields: Mapping[str, str], kind: str) -> str:
    try:
        return sentence.format_map(fields)
    except KeyError as error:
        raise Invalid(f"Give the mail {kind} its field {error.args[0]}.") from error


def check_target(*, name: str, taken: Collection[str]) -> None:
    """Refuse a name that would not tell this target from another."""
    if not name.strip():
        raise Invalid("Give the target a name, such as the channel it writes to.", field="name")
    if name in taken:
        raise Invalid(f"Another target is called {name}; choose a different name.", field="name")


def next_digest(
    after: datetime, *, zone: str, hour: int, works_on: Callable[[date], bool]
) -> datetime:
    """The next time at which it is that hour in the zone, on a day on which the organization works.

    after                        -> next
    a working day, before it        that day
    a working day, after it         the next working day
    a day off                       the next working day
    a month without a working day   the first day that comes
    """
    local = after.astimezone(ZoneInfo(zone))
    hours = (
        datetime.combine(local.date() + timedelta(days=n), time(hour), tzinfo=ZoneInfo(zone))
        for n in range(_LONGEST_TIME_OFF)
    )
    ahead = [found for found in hours if found > local]
    found = next((found for found in ahead if works_on(found.date())), ahead[0])
    return found.astimezone(after.tzinfo)


def wait_before_retry(attempts: int) -> int | None:
    """Seconds until the next try after so many failed ones; None to give up.

    attempts   1   2   3   4    5    6    7    8
    minutes    1   2   4   8   16   32   60   give up
    """
    return None if attempts >= MAX_ATTEMPTS else min(60 * 2 ** (attempts - 1), 3600)
