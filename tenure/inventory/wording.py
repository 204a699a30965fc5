"""What accounts and people are said to be, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from tenure.inventory.access_wording import Said, known
from tenure.inventory.linking import AUTOMATIC
from tenure.inventory.models import Account, AccountChange, AccountLink, AccountWord
from tenure.inventory.queries import LinkLine
from tenure.lib.clock import now
from tenure.people.neighbours import day_of

# How the provider calls an organization role, and what it lets its holder do.
ROLES: Mapping[str, tuple[str, str]] = {
    "owner": ("Owner", "May change everything: members, projects, keys and billing"),
    "reader": ("Reader", "May use what projects give them, and see the organization"),
}
_FIELDS = {
    "name": "Name",
    "email": "E-mail",
    "role": "Role",
    "status": "Status",
    "is_default": "Default account",
    "is_scim_managed": "Managed by SCIM",
}
_WEEK = timedelta(days=6)


PERSON_STATES = {
    "current": Said("", "user-check", "Current"),
    "on_leave": Said("", "beach", "On leave"),
    "upcoming": Said("", "calendar-time", "Upcoming"),
    "inactive": Said("amber", "user-pause", "Inactive"),
    "former": Said("", "user-off", "Former"),
}


def role_name(role: str) -> str:
    return ROLES[role][0] if role in ROLES else role or "Unknown"


def role_meaning(role: str) -> str:
    return ROLES[role][1] if role in ROLES else ""


def person_label(account: Any) -> str:  # noqa: ANN401 - an account with its person's columns
    """The name of whom an annotated account belongs to."""
    return str(account.person_name or account.person_email or account.person_external_id or "")


def person_word(account: Any) -> str:  # noqa: ANN401 - an account with its person's columns
    """The state of whom an annotated account belongs to."""
    return PERSON_STATES[account.person_state].word if account.person_state else ""


def attention(account: Any) -> Said:  # noqa: ANN401 - an account with its person's columns
    """Why somebody should look at an account; a word without an icon when nobody needs to."""
    if account.status == Account.Status.GONE:
        return Said("", "user-minus", "Gone")
    if account.connection.state == account.connection.State.DISCONNECTED:
        return Said("", "plug-off", "No longer read")
    if account.is_leaver:
        return _leaver(account.person_state)
    if account.kind not in AccountLink.KINDS and not _answers(account):
        return Said("amber", "user-question", "Nobody answers for it")
    if account.person_state or account.kind not in AccountLink.KINDS:
        on_leave = account.person_state == "on_leave"
        return Said("", "beach", "On leave") if on_leave else Said("", "", "Nothing")
    return Said("amber", "user-question", "Suggested link" if account.is_suggested else "Unlinked")


def _answers(account: Any) -> bool:  # noqa: ANN401 - an account, perhaps with its ownership
    owned = getattr(account, "ownership", None)
    return owned is not None and owned.owner_id is not None


def _leaver(state: str) -> Said:
    if state == "upcoming":
        return Said("amber", "calendar-time", "Upcoming, has access")
    return Said("red", "user-off", f"{PERSON_STATES[state].word}, has access")


def leaving(account: Any) -> tuple[str, str] | None:  # noqa: ANN401 - an annotated account
    """The notice above the account of somebody who may not hold it: title and sentence."""
    if not account.is_leaver or attention(account).tone == "":
        return None
    name, state = person_label(account), account.person_state
    if state == "former":
        day = account.person_ends_on or day_of(account.person_ends_at - timedelta.resolution)
        recent = now() - account.person_ends_at < _WEEK
        left = f"Left on {day:%A}" if recent else f"Left on {day.day} {day:%B %Y}"
        return f"{left}, still has access", f"{name} is former since the end of that day."
    if state == "inactive":
        return (
            "Inactive, still has access",
            f"A people source has disabled {name} or no longer lists them.",
        )
    day = account.person_begins_at
    return (
        "Not here yet, has access",
        f"{name} starts on {day.day} {day:%B}; accounts are due 14 days before at the earliest.",
    )


def timeline_of(
    changes: Iterable[AccountChange], links: Iterable[LinkLine], words: Iterable[AccountWord]
) -> list[dict[str, Any]]:
    """An account's life for {% timeline %}, apart from what it reaches."""
    entries = [_change(change) for change in changes]
    for word in words:
        entries += steps_of_word(word)
    for link in links:
        entries += steps_of_link(link, about=link.person_name)
    return entries


_STEPS = {
    "appeared": ("user-plus", "Account appeared"),
    "reappeared": ("user-up", "Account came back"),
    "ended": ("user-minus", "Account gone"),
}


def _change(change: AccountChange) -> dict[str, Any]:
    note = known(at=change.at, not_before=change.not_before, known_by=change.known_by)
    moment = ("account_change", change.pk)
    if change.kind != AccountChange.Kind.CHANGED:
        icon, text = _STEPS[change.kind]
        return {"text": text, "at": change.at, "note": note, "icon": icon, "moment": moment}
    before, after = change.before or "unknown", change.after or "unknown"
    if change.field == "role":
        before, after = role_name(change.before), role_name(change.after)
    field = _FIELDS.get(change.field, change.field)
    text = f"{field}: {before} → {after}"
    return {"text": text, "at": change.at, "note": note, "icon": "pencil", "moment": moment}


def steps_of_link(link: LinkLine, *, about: str) -> list[dict[str, Any]]:
    """What happened to one tie, for {% timeline %}; `about` names its other side."""
    is_automatic = link.decided_by == AUTOMATIC
    who = "by itself" if is_automatic else f"by {link.decided_by}"
    method = link.method_in_words.capitalize()

    def step(text: str, icon: str, at: datetime, note: str = "") -> dict[str, Any]:
        return {"text": text, "icon": icon, "at": at, "note": note.strip()}

    if link.state in (AccountLink.State.CONFIRMED, AccountLink.State.ENDED):
        note = f"{method}, {who}, {link.confidence_in_words}. {link.reason}"
        begun, over = (
            step(f"Linked to {about}", "link", link.decided_at, note),
            "No longer linked to",
        )
    elif link.state == AccountLink.State.REJECTED or not is_automatic:
        note = f"Said {who}. {link.reason}"
        begun = step(f"Not a match: {about}", "link-off", link.decided_at, note)
        over = "May be a match again:"
    else:
        note = f"{method}, {link.confidence_in_words}. {link.reason}"
        begun = step(f"Suggested: {about}", "user-question", link.decided_at, note)
        over = "No longer suggested:"
    if link.ended_at is None:
        return [begun]
    return [begun, step(f"{over} {about}", "link-off", link.ended_at)]


def steps_of_word(word: AccountWord) -> list[dict[str, Any]]:
    """A mark, and what was undone, for {% timeline %}; other words are told by their links."""
    said = AccountWord.Said(word.said).label
    steps: list[dict[str, Any]] = []
    if word.said == AccountWord.Said.MARKED:
        text, note = word.note.partition(". ")[0].rstrip("."), word.note.partition(". ")[2]
        by = f"Said by {word.by}. {note}".strip()
        steps.append({"text": f"Marked: {text}", "at": word.at, "icon": "tag", "note": by})
    if word.undone_at is not None:
        by = f"By {word.undone_by}"
        text = f"Undone: {said.lower()}"
        steps.append({"text": text, "at": word.undone_at, "icon": "arrow-back-up", "note": by})
    return steps
