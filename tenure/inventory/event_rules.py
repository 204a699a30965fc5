"""What an event of the provider's log means for the lists. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tenure.connectors.facts import EventFact

YES, NO = "yes", "no"
_PRESENCE = {"added": YES, "removed": NO}
# What is said of the project itself, rather than of somebody in it.
_ABOUT = {"service_account": "account"}
_OF_A_SUBJECT = ("account", "service_account", "invitation", "project", "credential", "group")
_CHANGES = {
    "account": ("role",),
    "invitation": ("status",),
    "project": ("archived", "name"),
}


def principal_of(event: EventFact) -> str:
    """Whom an event is about, by the provider's id; empty where that is nobody."""
    if event.about in ("account", "service_account"):
        return event.subject_id
    if event.about in ("login", "logout"):
        return event.actor_id or ""
    return event.principal_id or ""


def fact_of(event: EventFact) -> tuple[str, str]:
    """What an event made true: the fact, and its value from then on.

    about                        verb            -> fact                            value
    account, service account     added, removed     account:ID                         yes, no
    account                      changed a role     account.role:ID                    the role
    role of the organization     given              account.role:ID                    the role
    the same                     taken              none: another was given
    any other role               given, taken       grant:PRINCIPAL:RESOURCE:ROLE      yes, no
    invitation, project, group,
    credential                   added, removed     KIND:ID                            yes, no
    invitation                   accepted           invitation.status:ID               accepted
    project                      archived, renamed  project.archived:ID, project.name:ID
    anything else                any                none
    """
    about = _ABOUT.get(event.about, event.about)
    if event.about == "grant" and event.principal_id:
        if role := event.changes.get("role"):
            return (f"account.role:{event.principal_id}", role) if event.verb == "added" else _NONE
        held = ":".join((event.principal_id, event.resource_id or "", event.subject_id))
        return f"grant:{held}", _PRESENCE.get(event.verb, "")
    if event.about not in _OF_A_SUBJECT or not event.subject_id:
        return _NONE
    if event.verb in _PRESENCE:
        return f"{about}:{event.subject_id}", _PRESENCE[event.verb]
    for field in _CHANGES.get(event.about, ()):
        if field in event.changes:
            return f"{about}.{field}:{event.subject_id}", event.changes[field]
    return _NONE


_NONE = "", ""


def list_touched(*, about: str, resource_kind: str, resource_id: str) -> str:
    """The key of the list that will show what an event did; empty where we read none.

    about                        in              -> list
    account, service account     any                users
    a role                       organization       users
    a role                       a project          the project's members
    invitation                   any                invites
    project                      any                projects
    """
    if about == "grant" and resource_kind == "project" and resource_id:
        return f"project_users:{resource_id}"
    return _LISTS.get(about, "") if about != "grant" or resource_kind == "organization" else ""


_LISTS = {
    "account": "users",
    "service_account": "users",
    "grant": "users",
    "invitation": "invites",
    "project": "projects",
}
# What the log asks for takes at most every sixth second of a page.
_SECONDS_A_PAGE = 6


def must_be_read(
    *, event_at: datetime, attempted_at: datetime | None, pages: int, at: datetime
) -> bool:
    """Whether a list is to be read at once, because something happened since its last reading.

    attempted          the event     -> read
    never              any              no: it is in the plan
    after the event    any              no
    before it          any              yes, unless it is large and was read just now
    """
    if attempted_at is None or attempted_at > event_at + timedelta(seconds=1):
        return False
    return (at - attempted_at).total_seconds() >= pages * _SECONDS_A_PAGE


@dataclass(frozen=True, slots=True)
class Said:
    """What one event says of one fact. The log counts in whole seconds."""

    event_id: int
    at: datetime
    value: str
    has_actor: bool


@dataclass(frozen=True, slots=True)
class Window:
    """When something happened, by the lists: at `at`, or at some moment since `not_before`."""

    at: datetime
    not_before: datetime | None
    known_by: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """The time of which the log is known: all of it but for `gaps`."""

    since: datetime
    until: datetime
    gaps: tuple[tuple[datetime, datetime], ...] = ()

    def covers(self, first: datetime, last: datetime) -> bool:
        inside = self.since <= first and last <= self.until
        return inside and not any(begin <= last and first <= end for begin, end in self.gaps)


def explaining(
    window: Window, wanted: str, said: Iterable[Said], coverage: Coverage | None
) -> Said | None:
    """The one event that explains a moment, or None: rather no answer than a wrong one.

    how the lists know it   events about the fact                       -> explained by
    the provider's time     exactly one in that second, as wanted          that one
    between two reads       exactly one in between, as wanted, and the
                            log of that time was read without a gap        that one
    any                     none, several, or another value                nothing

    Events that say the same of the same second count as one: roles are told twice.
    """
    first = window.at if window.known_by == "provider" else window.not_before
    if first is None:
        return None
    first = first.replace(microsecond=0)
    if window.known_by != "provider" and not (coverage and coverage.covers(first, window.at)):
        return None
    inside = [one for one in said if first <= one.at <= window.at]
    if len({(one.at, one.value) for one in inside}) != 1 or inside[0].value != wanted:
        return None
    return min(inside, key=lambda one: (not one.has_actor, one.event_id))


def state_of_log(*, was: str, kind: str | None, pages: int, ever: bool) -> str:
    """Whether the organization keeps a log, from how a reading of it ended.

    `kind` is why it ended early; `ever` whether any event has been read, now or before.

    pages   ended because of      ever   -> state
    some    anything              yes       on
    some    its end               no        off: making the key would have been an event
    none    a missing scope       any       no_scope
    none    not found, refused    any       off
    none    anything else         any       as it was
    """
    if pages:
        if ever:
            return "on"
        return "off" if kind is None else was
    if kind == "missing_scope":
        return "no_scope"
    return "off" if kind in ("not_found", "refused") else was
