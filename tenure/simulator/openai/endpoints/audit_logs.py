"""What happened in the organization, newest first."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import Any

from tenure.simulator.openai.call import Call, Endpoint, Reply
from tenure.simulator.openai.errors import ApiError, not_found
from tenure.simulator.openai.model import Event
from tenure.simulator.openai.paging import cursor_page
from tenure.simulator.openai.rows import is_hit
from tenure.simulator.openai.shelf import Shelf

PATH = "/v1/organization/audit_logs"
TENANT = "tenant."
_PLACE = {"after", "limit"}
_COMPARE: dict[str, Callable[[Any, int], bool]] = {
    "gt": lambda at, bound: at > bound,
    "gte": lambda at, bound: at >= bound,
    "lt": lambda at, bound: at < bound,
    "lte": lambda at, bound: at <= bound,
}


def list_events(call: Call) -> Reply:
    """P1 with `before`; filters by type, actor, project, resource and time."""
    logging = call.faults.value("audit_log")
    if logging == "403":
        raise ApiError(403, "Audit logging is not enabled for this organization.")
    if logging == "404":
        raise not_found("Audit log")
    if logging == "empty":
        return cursor_page(call, Shelf[_Recorded]())
    return cursor_page(call, _view(call))


class _Recorded(dict[str, Any]):
    """An event that can lie on a shelf."""

    @property
    def id(self) -> str:
        return str(self["id"])


def _view(call: Call) -> Shelf[_Recorded]:
    """The matching events; kept for the next page as long as nothing happens."""
    events, views = call.organization.events, call.organization.event_views
    lasting = not call.faults
    asked = "&".join(sorted(f"{n}={v}" for n, v in call.query.items() if n not in _PLACE))
    known = views.get(asked)
    if lasting and known is not None and known[0] == len(events):
        return known[1]
    found = list(_matching(call))
    if before := call.one("before"):
        ids = [event["id"] for event in found]
        found = found[: ids.index(before)] if before in ids else found
    view = Shelf(_Recorded(event) for event in found)
    if lasting:
        views.clear()
        views[asked] = (len(events), view)
    return view


def _matching(call: Call) -> Iterator[Event]:
    types = set(call.many("event_types"))
    tenant_only = call.flag("tenant_only")
    if types and any(t.startswith(TENANT) is not tenant_only for t in types):
        message = "tenant.* events are listed with tenant_only=true, and no others with it."
        raise ApiError(400, message, param="event_types")
    actor_ids, actor_emails = set(call.many("actor_ids")), set(call.many("actor_emails"))
    resources, projects = set(call.many("resource_ids")), set(call.many("project_ids"))
    for event in _within(call):
        kind = str(event["type"])
        if (types and kind not in types) or kind.startswith(TENANT) is not tenant_only:
            continue
        actor_id, actor_email = _actor(event)
        if (
            (not actor_ids or actor_id in actor_ids)
            and (not actor_emails or actor_email in actor_emails)
            and (not resources or _field(event, kind, "id") in resources)
            and (not projects or _field(event, "project", "id") in projects)
        ):
            yield event


def _within(call: Call) -> Iterator[Event]:
    """Newest first, within the time asked for; what is lost or late is left out."""
    events = call.organization.events
    bounds = _bounds(call)
    shown_until = call.organization.clock.now() - call.faults.seconds("audit_lag")
    low = max((bisect_left(events, b, key=_at) for h, b in bounds if h == "gte"), default=0)
    lost = call.faults.share("events_lost", call)
    for at in range(len(events) - 1, low - 1, -1):
        event = events[at]
        if (
            event["effective_at"] <= shown_until
            and all(_COMPARE[how](event["effective_at"], bound) for how, bound in bounds)
            and not (lost and is_hit(event["id"], "events_lost", lost))
        ):
            yield event


def _bounds(call: Call) -> list[tuple[str, int]]:
    try:
        return [(h, int(v)) for h in _COMPARE if (v := call.one(f"effective_at[{h}]")) is not None]
    except ValueError:
        raise ApiError(400, "Invalid 'effective_at'.", param="effective_at") from None


def _at(event: Event) -> int:
    return int(event["effective_at"])


def _actor(event: Event) -> tuple[object, object]:
    actor: Any = event.get("actor") or {}
    holder = actor.get(actor.get("type", ""), {})
    user = holder.get("user") or holder.get("service_account") or {}
    return user.get("id"), user.get("email")


def _field(event: Event, part: str, name: str) -> object:
    detail = event.get(part)
    return detail.get(name) if isinstance(detail, dict) else None


ENDPOINTS = [Endpoint("GET", PATH, "audit_logs", list_events)]
