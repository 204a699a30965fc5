"""What an event of the provider's log means for the lists. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tenure.connectors.facts import EventFact

YES, NO = "yes", "no"
_PRESENCE = {"added": YES, "removed": NO}
_ABOUT = {"service_account": "account"}
_CHANGES: Mapping[str, Sequence[str]] = {
    "account": ("role",),
    # Its role is one in a project, and told as given and taken.
    "service_account": ("name",),
    "invitation": ("status",),
    "project": ("archived", "name"),
    "group": ("name",),
    "role": ("permissions", "name"),
    "credential": ("name",),
    "identity_provider": ("name",),
    "federation_rule": ("name",),
}
# Those of a user are told by the lists of users and members; any other role by a list of its own.
_PREDEFINED = ("owner", "member", "reader", "viewer")


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
    a user's main role           given              account.role:ID                    the role
    the same                     taken              none: another was given
    any other role, and being
    in a group                   given, taken       grant:PRINCIPAL:RESOURCE:ROLE      yes, no
    invitation, project, group,
    role, credential, identity
    provider, federation rule    added, removed     KIND:ID                            yes, no
    invitation                   accepted           invitation.status:ID               accepted
    project                      archived           project.archived:ID                yes
    project, group, role,
    service account, credential  renamed            KIND.name:ID                       the name
    role                         may do otherwise   role.permissions:ID                +one -other
    anything else                any                none
    """
    about = _ABOUT.get(event.about, event.about)
    if event.about == "grant" and event.principal_id:
        if (role := event.changes.get("role")) and event.principal_kind != "group":
            return (f"account.role:{event.principal_id}", role) if event.verb == "added" else _NONE
        held = ":".join((event.principal_id, event.resource_id or "", event.subject_id))
        return f"grant:{held}", _PRESENCE.get(event.verb, "")
    if event.about not in _CHANGES or not event.subject_id:
        return _NONE
    if event.verb in _PRESENCE:
        return f"{about}:{event.subject_id}", _PRESENCE[event.verb]
    for field in _CHANGES[event.about]:
        if field in event.changes:
            return f"{about}.{field}:{event.subject_id}", event.changes[field]
    return _NONE


_NONE = "", ""


def lists_touched(
    *,
    about: str,
    verb: str,
    subject_id: str,
    principal_kind: str,
    principal_id: str,
    resource_kind: str,
    resource_id: str,
) -> tuple[str, ...]:
    """The keys of the lists that will show what an event did; none where we read none.

    about                        in              -> lists
    account                      any                users
    service account              a project          users, and the project's service accounts
    invitation, project          any                invites; projects
    group                        any                groups; of one that changed, its members too
    role                         any                the roles of the project, or organization
    key                          any                the keys of the project, or the admin keys
    identity provider            any                identity providers
    federation rule              any                the rules of its provider
    a user's predefined role     organization       users
                                 a project          the project's members
    a user's other role          any                the user's roles there
    a service account's role     a project          the project's service accounts
    a group's role               organization       the group's roles
                                 a project          its groups, and the group's roles there
    being in a group             a group            the group's members
    """
    project = resource_id if resource_kind == "project" else ""
    if about == "service_account":
        return ("users", f"service_accounts:{project}") if project else ("users",)
    if about == "group":
        members = (f"group_users:{subject_id}",) if verb == "changed" else ()
        return ("groups", *members)
    if about == "federation_rule":
        return (f"federation_rules:{resource_id}",) if resource_id else ()
    if about in ("role", "credential"):
        of_project, of_organization = _BESIDE[about]
        return (f"{of_project}:{project}" if project else of_organization,)
    if about == "grant":
        where = resource_kind if resource_id else ""
        return _lists_of_grant(subject_id, principal_kind, principal_id, where, resource_id)
    return (_LISTS[about],) if about in _LISTS else ()


def _lists_of_grant(
    role: str, principal_kind: str, principal: str, resource_kind: str, resource: str
) -> tuple[str, ...]:
    whose = "user's main" if role in _PREDEFINED else "user's other"
    if resource_kind == "group":
        whose = "member's"
    elif principal_kind in ("group", "service"):
        whose = f"{principal_kind}'s"
    keys = _OF_GRANTS.get((resource_kind, whose), ())
    return tuple(key.format(principal=principal, resource=resource) for key in keys)


_OF_GRANTS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("group", "member's"): ("group_users:{resource}",),
    ("organization", "user's main"): ("users",),
    ("organization", "service's"): ("users",),
    ("organization", "user's other"): ("user_roles:{principal}",),
    ("organization", "group's"): ("group_roles:{principal}",),
    ("project", "user's main"): ("project_users:{resource}",),
    ("project", "user's other"): ("project_user_roles:{resource}:{principal}",),
    ("project", "service's"): ("service_accounts:{resource}",),
    ("project", "group's"): (
        "project_groups:{resource}",
        "project_group_roles:{resource}:{principal}",
    ),
}
_LISTS = {
    "account": "users",
    "invitation": "invites",
    "project": "projects",
    "identity_provider": "identity_providers",
}
_BESIDE = {"role": ("project_roles", "roles"), "credential": ("project_keys", "admin_keys")}
# What the log asks for takes at most every sixth second of a page.
_SECONDS_A_PAGE = 6
# Of a value that is kept of an event.
_LONGEST = 300


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


def added_and_removed(before: str, after: str) -> str:
    """What came to the lines of a text and what went, as an event tells it: "+one -other"."""
    old, new = set(before.splitlines()), set(after.splitlines())
    steps = [*(f"+{line}" for line in new - old), *(f"-{line}" for line in old - new)]
    return " ".join(sorted(steps))[:_LONGEST]


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
    between two reads       exactly one in between, as wanted, in a log
                            that was read from then on without a gap       that one
    any                     none, several, or another value                nothing

    Events that say the same of the same second count as one: roles are told twice. What was so
    before the log is known from does not matter: nothing begins that has not been over.
    """
    first = window.at
    if window.known_by != "provider":
        if coverage is None:
            return None
        first = max(window.not_before or coverage.since, coverage.since)
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
