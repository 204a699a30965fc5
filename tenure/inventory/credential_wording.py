"""What keys are said to be, in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from math import ceil
from typing import Any

from tenure.inventory import access_wording, wording
from tenure.inventory import credential_rules as rules
from tenure.inventory.access_wording import Said
from tenure.inventory.models import Account, Credential, CredentialChange
from tenure.lib.text import quantity

STATES: dict[rules.State, Said] = {
    "active": Said("", "key", "Enabled"),
    "off": Said("", "key-off", "Switched off"),
    "expired": Said("", "key-off", "Expired"),
    "gone": Said("", "key-off", "Gone"),
    "unread": Said("", "plug-off", "No longer read"),
}
_FLAGS: dict[rules.Flag, Said] = {
    "leaver": Said("red", "user-off", "A leaver's"),
    "orphaned": Said("red", "user-off", "Owner lost access"),
    "owner_gone": Said("red", "user-minus", "Owner's account is gone"),
    "nobody": Said("amber", "user-question", "Of nobody we know"),
    "unowned": Said("amber", "robot", "Nobody answers for it"),
    "unused": Said("amber", "clock-pause", "Unused 90 days"),
    "180": Said("amber", "hourglass", "Older than 180 days"),
    "90": Said("", "hourglass", "Older than 90 days"),
}
_DAY = 86_400
_CUT = re.compile(r"[*.…•]{2,}")


def state_of(key: Credential, *, at: datetime) -> rules.State:
    """What has become of a key."""
    provider = getattr(key, "provider", None)
    is_off = key.is_enabled is False or (provider is not None and provider.is_enabled is False)
    return rules.state(
        ended_at=key.ended_at,
        expires_at=key.expires_at,
        is_read=key.connection.state != key.connection.State.DISCONNECTED,
        is_enabled=not is_off,
        at=at,
    )


def is_rule(key: Credential) -> bool:
    """Whether it lets in without a key."""
    return key.kind == Credential.Kind.FEDERATION_RULE


def flags_of(key: Any, *, at: datetime) -> tuple[rules.Flag, ...]:  # noqa: ANN401 - a key with its owner's account
    """Why somebody should look at a key, by name."""
    account = key.account
    is_service = account is not None and account.kind == Account.Kind.SERVICE
    owned = getattr(account, "ownership", None) if is_service else None
    facts = rules.Key(
        state=state_of(key, at=at),
        owner_is_known=account is not None,
        owner_is_gone=account is not None and account.status == Account.Status.GONE,
        owner_is_leaver=account is not None and account.is_leaver,
        owner_has_access=key.owner_has_access,
        is_unowned=is_service and (owned is None or owned.owner_id is None),
        has_secret=not is_rule(key),
        created_at=key.created_at,
        expires_at=key.expires_at,
        last_used_at=key.last_used_at,
    )
    return rules.flags(facts, at=at)


def flags_in_words(key: Any, *, at: datetime) -> list[Said]:  # noqa: ANN401 - same
    """The same for people; what has become of one that works no more."""
    if (state := state_of(key, at=at)) != "active":
        return [STATES[state]]
    return [_flag(name, key, at) for name in flags_of(key, at=at)]


def _flag(name: rules.Flag, key: Credential, at: datetime) -> Said:
    if name == "expiring" and key.expires_at is not None:
        days = ceil((key.expires_at - at).total_seconds() / _DAY)
        return Said("amber", "calendar-time", f"Expires in {quantity(days, 'day')}")
    return _FLAGS[name]


def ending(key: Credential) -> str:
    """How its value begins and ends, as the provider shows it: sk-proj-…PzGW. Of a rule, whose
    tokens it lets in."""
    if is_rule(key):
        return f"Tokens of {trusted(key)}"
    return _CUT.sub("…", key.hint) or key.external_id


def owner_name(key: Any) -> str:  # noqa: ANN401 - same
    """Whose it is, by account; by what the key says where no list has them; else empty."""
    account = key.account
    return str(account) if account is not None else key.owner_name or key.principal_id


def owner_word(key: Any) -> str:  # noqa: ANN401 - same
    """Of an owner the person and their state, or what stands behind it."""
    account = key.account
    if account is None:
        return "Nobody we know"
    if account.person_state:
        name, word = wording.person_label(account), wording.person_word(account)
        return word if name == str(account) else f"{name}, {word.lower()}"
    if account.kind not in (Account.Kind.PERSON, Account.Kind.EXTERNAL):
        owned = getattr(account, "ownership", None)
        answers = owned.owner if owned else None
        kind = account.get_kind_display()
        return f"{kind}, {answers} answers for it" if answers else f"{kind} account"
    return "Linked to nobody"


def reach(key: Any, *, at: datetime) -> str:  # noqa: ANN401 - same
    """What somebody who has the value can do with it, in a sentence or two."""
    if (state := state_of(key, at=at)) != "active":
        return {
            "gone": "Nothing: the provider no longer lists it.",
            "off": "Nothing while it, or its identity provider, is switched off.",
            "expired": "Nothing: it has expired.",
            "unread": "Nobody tells us any more: the connection was disconnected.",
        }[state]
    who = owner_name(key) or "somebody whom the provider does not name"
    if key.kind == Credential.Kind.ADMIN_KEY:
        return (
            f"Acts as {who} in the administration of the whole organization, as far as its scopes "
            "allow: members, projects, groups and keys."
        )
    if key.account is not None and key.account.kind == Account.Kind.SERVICE:
        who = f"the service account {who}"
    where = key.resource or "its project"
    if is_rule(key):
        return _let_in(key, f"{who} in {where}")
    if key.owner_has_access is False:
        return (
            f"It acted as {who} in {where}. They no longer reach that project; the provider still "
            "lists the key as enabled. Delete it at the provider."
        )
    return f"Acts as {who} in {where}, as far as its scopes and their roles there allow."


def trusted(key: Any) -> str:  # noqa: ANN401 - same
    """Whose tokens a rule lets in."""
    return str(getattr(key, "provider", None) or "an identity provider")


def _let_in(key: Any, as_whom: str) -> str:  # noqa: ANN401 - same
    provider = getattr(key, "provider", None)
    terms = f" ({provider.terms})" if provider and provider.terms else ""
    which = " and ".join(key.conditions.splitlines())
    lines = key.scopes.splitlines()
    much = f"with these scopes only: {', '.join(lines)}" if lines else "as far as its role allows"
    return (
        f"Whoever has a token of {trusted(key)}{terms}"
        f"{f' in which {which}' if which else ''} acts as {as_whom}, {much}. No key is needed."
    )


_STEPS = {
    "appeared": ("key", "Key appeared"),
    "reappeared": ("key", "Key came back"),
    "ended": ("key-off", "Key is no longer listed"),
}
_FIELDS = {
    "name": "Renamed: {before} → {after}",
    "owner": "Owner: {before} → {after}",
    "conditions": "Lets in: {before} → {after}",
    "scopes": "Scopes: {before} → {after}",
}
_TURNS = {
    ("owner_has_access", "no"): ("user-off", "Its owner lost access to the project"),
    ("owner_has_access", "yes"): ("user-check", "Its owner reaches the project again"),
    ("owner_has_access", ""): (
        "user-question",
        "Whether its owner has access is no longer told",
    ),
    ("is_enabled", "yes"): ("key", "It was switched on"),
    ("is_enabled", "no"): ("key-off", "It was switched off"),
    ("is_enabled", ""): ("user-question", "Whether it is switched on is no longer told"),
    ("expires", "yes"): ("calendar-time", "It was given a day on which it expires"),
    ("expires", "no"): ("calendar", "It no longer expires"),
}


def steps_of(key: Credential, changes: Iterable[CredentialChange]) -> list[dict[str, Any]]:
    """The life of a key, for {% timeline %}."""
    steps = [_step(change) for change in changes]
    if is_rule(key):
        steps = [one | {"text": one["text"].replace("Key ", "Rule ")} for one in steps]
    if key.expires_at is not None and key.ended_at is None:
        steps.append({"text": "Expires", "at": key.expires_at, "icon": "calendar-time"})
    return steps


def _in_a_line(text: str) -> str:
    return ", ".join(text.splitlines())


def _step(change: CredentialChange) -> dict[str, Any]:
    note = access_wording.known(
        at=change.at, not_before=change.not_before, known_by=change.known_by
    )
    if change.kind != CredentialChange.Kind.CHANGED:
        icon, text = _STEPS[change.kind]
        if change.kind == "appeared" and change.known_by == "provider":
            text = "Key made"
    elif change.field in _FIELDS:
        icon, nothing = "pencil", "nothing"
        text = _FIELDS[change.field].format(
            before=_in_a_line(change.before) or nothing, after=_in_a_line(change.after) or nothing
        )
    else:
        icon, text = _TURNS[change.field, change.after]
    moment = ("credential_change", change.pk)
    return {"text": text, "at": change.at, "note": note, "icon": icon, "moment": moment}
