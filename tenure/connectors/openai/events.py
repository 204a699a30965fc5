"""The audit log: what happened, who did it, and how, in words that are nobody's in particular.

Only `id`, `type` and `effective_at` are demanded. What an event is about stands under a key called
like its type, each type in a shape of its own; a type that nobody has heard of keeps its record.
https://platform.openai.com/docs/api-reference/audit-logs/object
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

import msgspec

from tenure.connectors.base import CollectionKind
from tenure.connectors.facts import EventFact, EventSubject, EventVerb
from tenure.connectors.openai.listings import Listing
from tenure.connectors.openai.wire import instant
from tenure.connectors.openai.wire_access import MEMBER
from tenure.lib import structs

_NOUNS: Mapping[str, EventSubject] = {
    "user": "account",
    "service_account": "service_account",
    "invite": "invitation",
    "project": "project",
    "group": "group",
    "role": "role",
    "role.assignment": "grant",
    "tenant.group.member": "grant",
    "api_key": "credential",
    "workload_identity_provider": "identity_provider",
    "workload_identity_provider_mapping": "federation_rule",
    "login": "login",
    "logout": "logout",
}
_VERBS: Mapping[str, EventVerb] = {
    "added": "added",
    "created": "added",
    "sent": "added",
    "updated": "changed",
    "accepted": "changed",
    "archived": "changed",
    "deleted": "removed",
    "removed": "removed",
    "succeeded": "succeeded",
    "failed": "failed",
}
# Where the event's type is all that it says of a change.
_IMPLIED: Mapping[str, dict[str, str]] = {
    "invite.accepted": {"status": "accepted"},
    "project.archived": {"archived": "yes"},
}
_NAMES = ("title", "group_name", "role_name")
_MEMBERSHIP = "tenant.group.member"
_OF_MEMBERS = (f"{_MEMBERSHIP}.added", f"{_MEMBERSHIP}.removed")
_PRINCIPALS: Mapping[str, Literal["group", "service"]] = {
    "group": "group",
    "service_account": "service",
}
# Also in the long form, with __api-project__proj_… or __api-organization__org-… behind it.
_PREDEFINED = re.compile(r"role-api-(organization|project)-([a-z]+)(?:__.*)?")


class Event(msgspec.Struct):
    """https://platform.openai.com/docs/api-reference/audit-logs/object"""

    id: str
    type: str
    effective_at: int | float
    actor: Any = None
    project: Any = None


_whole = structs.decoder(dict[str, Any])


def event(event: Event, raw: bytes) -> EventFact:
    """One event. Of an actor or a detail in an unknown shape nothing is told, but in `raw`."""
    noun, _, verb = event.type.rpartition(".")
    about: EventSubject = _NOUNS.get(noun, "")
    detail = _mapping(_whole.decode(raw).get(event.type))
    project_id = _text(_mapping(event.project).get("id"))
    fact = EventFact(
        external_id=event.id,
        raw=raw,
        at=_instant(event.effective_at),
        type=event.type,
        about=about,
        verb=_VERBS.get(verb, "") if about else "",
        subject_id=_text(detail.get("id")) or "",
        resource_kind="project" if project_id else None,
        resource_id=project_id,
        changes=_changes(detail) | _IMPLIED.get(event.type, {}),
        **_actor(_mapping(event.actor)),
    )
    if noun == _MEMBERSHIP:
        return _membership(fact, detail)
    if about == "role":
        return _role(fact, detail)
    if about == "federation_rule":
        whose = _text(detail.get("identity_provider_id"))
        return msgspec.structs.replace(fact, resource_kind="identity_provider", resource_id=whose)
    return _assignment(fact, detail) if about == "grant" else fact


def within(since: datetime, until: datetime | None, *, of_members: bool = False) -> Listing:
    """The listing of what happened between; both ends are included, in whole seconds.

    Types with `tenant.` before them are listed apart, and with none beside them.
    """
    bounds = {"gte": int(since.timestamp())}
    if until is not None:
        bounds["lte"] = int(until.timestamp())
    parameters: dict[str, object] = {"effective_at": bounds}
    if of_members:
        parameters |= {"tenant_only": True, "event_types": _OF_MEMBERS}
    return replace(_EVENTS, parameters=parameters)


_EVENTS = Listing(
    kind=CollectionKind(kind="audit_logs", family="audit_logs"),
    endpoint=lambda api: api.audit_logs.with_raw_response.list,
    cursor="last_id",
    decoder=structs.decoder(Event),
    to_fact=event,
    is_log=True,
)


def _assignment(fact: EventFact, detail: Mapping[str, Any]) -> EventFact:
    """A role given or taken: a predefined one by its word, as the lists have it.

    A predefined role of the organization is the one that a user is listed with.
    """
    where = (_text(detail.get("resource_type")) or "").removeprefix("api.")
    predefined = _PREDEFINED.fullmatch(fact.subject_id)
    is_main = predefined is not None and predefined[1] == "organization"
    return msgspec.structs.replace(
        fact,
        subject_id=predefined[2] if predefined else fact.subject_id,
        principal_kind=_PRINCIPALS.get(_text(detail.get("principal_type")) or "", "account"),
        principal_id=_text(detail.get("principal_id")),
        resource_kind=where or fact.resource_kind,
        resource_id=_text(detail.get("resource_id")) or fact.resource_id,
        changes={"role": predefined[2]} if predefined and is_main else {},
    )


def _membership(fact: EventFact, detail: Mapping[str, Any]) -> EventFact:
    """Being in a group is a grant, as in the lists. Documented by no more than its name: without
    a user in it, it says that there was a change."""
    said = {**_mapping(detail.get("data")), **detail}
    return msgspec.structs.replace(
        fact,
        subject_id=MEMBER,
        principal_kind="account",
        principal_id=_text(said.get("user_id")),
        resource_kind="group",
        resource_id=fact.subject_id,
        changes={},
    )


def _role(fact: EventFact, detail: Mapping[str, Any]) -> EventFact:
    """What a role may do is told as what was added and removed: "+one", "-other", in order."""
    requested = _mapping(detail.get("changes_requested"))
    steps = [
        f"{sign}{word}"
        for sign, field in (("+", "permissions_added"), ("-", "permissions_removed"))
        for word in requested.get(field) or ()
        if isinstance(word, str)
    ]
    if not steps:
        return fact
    permissions = {"permissions": " ".join(sorted(steps))}
    return msgspec.structs.replace(fact, changes=permissions)


def _changes(detail: Mapping[str, Any]) -> dict[str, str]:
    """New values that are words, by field; what the provider calls a title is a name to us."""
    said = {**_mapping(detail.get("data")), **_mapping(detail.get("changes_requested"))}
    said = {**{name: detail[name] for name in _NAMES if name in detail}, **said}
    return {
        "name" if field in _NAMES else field: value
        for field, value in said.items()
        if isinstance(value, str)
    }


def _actor(actor: Mapping[str, Any]) -> dict[str, Any]:
    """Who did it: a person in a session, or whoever a key acts for."""
    kind = _text(actor.get("type"))
    how = _mapping(actor.get(kind)) if kind else {}
    who = _mapping(how.get("user")) or _mapping(how.get("service_account"))
    return {
        "actor_kind": kind,
        "actor_id": _text(who.get("id")),
        "actor_email": _text(who.get("email")),
        "key_id": _text(how.get("id")) if kind == "api_key" else None,
    }


def _instant(seconds: float) -> datetime:
    at = instant(seconds)
    assert at is not None  # noqa: S101 - only of None there is none
    return at


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
