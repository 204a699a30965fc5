"""What a person typed, judged before anything is sent. No refusal repeats any of a key."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tenure.connectors.base import Credentials, Refusal
from tenure.connectors.openai.description import DESCRIPTION, ORGANIZATION_ID, ORGANIZATION_PAGE
from tenure.lib.errors import Invalid
from tenure.lib.outbound import check_url

ADMIN_KEY = "sk-admin-"

# The first that fits decides.
_WRONG: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), sentence)
    for pattern, sentence in (
        (r"^\s*$", "Paste the key: it begins with sk-admin-."),
        (
            r"^\s*(authorization:|bearer\b)",
            "Leave out the word before the key: paste only what begins with sk-.",
        ),
        (
            "[\"'`\u2018\u2019\u201c\u201d\u00ab\u00bb]",
            "Leave out the quotation marks: paste only what begins with sk-.",
        ),
        (
            r"^\s*(org-|proj_)",
            "This is an ID, not a key: paste the admin key, which begins with sk-admin-.",
        ),
        (
            r"[\u2026\u2022*]|\.\.\.",
            "This is a shortened key: OpenAI shows a key in full only once, so make a new one.",
        ),
        (r"\s", "The key has a space or a line break in it: paste it again in one piece."),
        (
            r"^(?!(?-i:sk-))",
            "A key of OpenAI begins with sk-: make an admin key and paste it in full.",
        ),
        (
            r"[^a-z0-9_-]",
            "The key has a character that no key has: copy it again in one piece.",
        ),
    )
)


def check_typed(credentials: Credentials, *, allow_hosts: Sequence[str] = ()) -> None:
    """Raises Refusal with the sentence that helps, for the first thing that cannot be right."""
    # Raised here, where the only name that holds a key prints without it.
    if sentence := _wrong_organization_id(credentials.organization_id):
        raise Refusal("bad_input", sentence, field="organization_id")
    check_key(credentials, allow_hosts=allow_hosts)


def check_key(credentials: Credentials, *, allow_hosts: Sequence[str] = ()) -> None:
    """The same, without a word about the organization: nobody need have named it."""
    if sentence := _wrong_key(credentials.api_key):
        raise Refusal("bad_input", sentence, field="api_key")
    if credentials.removal_key is not None and (sentence := _wrong_key(credentials.removal_key)):
        raise Refusal("bad_input", sentence, field="removal_key")
    if credentials.base_url and credentials.base_url not in dict(DESCRIPTION.hosts).values():
        try:
            check_url(credentials.base_url, allow=allow_hosts)
        except Invalid as error:
            raise Refusal("bad_input", str(error), field="base_url") from None


def _wrong_organization_id(typed: str) -> str | None:
    if re.fullmatch(ORGANIZATION_ID, typed):
        return None
    if typed.lstrip().startswith("sk-"):
        return "This is a key, not an organization ID: put it into the field for the key."
    if typed.lstrip().startswith("proj_"):
        return f"This is a project ID: copy the one that begins with org-, {ORGANIZATION_PAGE}."
    return f"An organization ID begins with org-: copy yours from {ORGANIZATION_PAGE}."


def _wrong_key(typed: str) -> str | None:
    return next((sentence for pattern, sentence in _WRONG if pattern.search(typed)), None)
