"""What our mails say, and how long to go on trying. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tenure.lib.errors import Invalid

MAX_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class Mail:
    """One kind of mail: sentences with {fields}; `{url}` stands behind the button."""

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
    "connection_failing": Mail(
        "{name} cannot be read",
        (
            "Tenure could read nothing of {name} since {since}.",
            "{reason}",
            "Until then, what Tenure shows of {name} is as old as the last good read.",
            "Tenure goes on trying, and tells you when it can read again.",
        ),
        "Open the connection",
    ),
    "connection_recovered": Mail(
        "{name} is read again",
        ("Tenure reads {name} again since {since}.", "{reason}"),
        "Open the connection",
    ),
    "key_expiring": Mail(
        "The {purpose} of {name} expires {when}",
        (
            "The {purpose} of {name} that ends in {hint} expires {when}, on {on}.",
            "{consequence} Make a new key at the provider and put it in the place of this one.",
        ),
        "Replace the key",
    ),
    "key_expired": Mail(
        "The {purpose} of {name} has expired",
        (
            "The {purpose} of {name} that ends in {hint} expired on {on}.",
            "{consequence} Make a new key at the provider and put it in the place of this one.",
        ),
        "Replace the key",
    ),
    "owner_gone": Mail(
        "{name} needs another owner",
        (
            "{owner} looked after {name} and has left.",
            "Choose somebody else, who is asked when this connection needs a person.",
        ),
        "Choose an owner",
    ),
}


def compose(kind: str, fields: Mapping[str, str]) -> tuple[str, list[str], str]:
    """Subject, sentences and button of a mail; Invalid when a field is missing."""
    if (mail := MAILS.get(kind)) is None:
        raise Invalid(f"Choose one of {', '.join(MAILS)} as kind of mail.")
    try:
        sentences = [sentence.format_map(fields) for sentence in mail.sentences]
        return mail.subject.format_map(fields), sentences, mail.button
    except KeyError as error:
        raise Invalid(f"Give the mail {kind} its field {error.args[0]}.") from error


def wait_before_retry(attempts: int) -> int | None:
    """Seconds until the next try after so many failed ones; None to give up.

    attempts   1   2   3   4    5    6    7    8
    minutes    1   2   4   8   16   32   60   give up
    """
    return None if attempts >= MAX_ATTEMPTS else min(60 * 2 ** (attempts - 1), 3600)
