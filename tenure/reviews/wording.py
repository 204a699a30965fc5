"""What campaigns and their items are said to be, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tenure.inventory.access_wording import Said, project_role
from tenure.inventory.wording import PERSON_STATES, role_meaning, role_name
from tenure.lib.text import quantity
from tenure.reviews.flag_rules import RANKS, Flag
from tenure.reviews.hints import Difference
from tenure.reviews.models import Campaign, Decision, Remediation, ReviewItem

Kind = ReviewItem.Kind
State = Campaign.State

FLAGS: Mapping[Flag, Said] = {
    "leaver": Said("red", "user-off", "Leaver"),
    "unlinked": Said("amber", "user-question", "Not linked"),
    "on_leave": Said("amber", "beach", "On leave"),
    "new": Said("accent", "", "New"),
    "role_raised": Said("amber", "arrow-up", "Role raised"),
    "privileged": Said("", "crown", "Privileged"),
    "dormant": Said("amber", "moon", "Dormant"),
    "unused": Said("amber", "key", "Unused key"),
    "external": Said("", "building", "External"),
}
STATES: Mapping[str, Said] = {
    State.DRAFT: Said("", "circle-dashed", "Draft"),
    State.STAGED: Said("", "clock-pause", "Staged"),
    State.OPEN: Said("live", "checklist", "Open"),
    State.REMEDIATION: Said("live", "loader-2", "In remediation"),
    State.COMPLETED: Said("", "check", "Completed"),
    State.CANCELLED: Said("", "minus", "Cancelled"),
}
WORK: Mapping[str, Said] = {
    Remediation.State.OPEN: Said("", "circle-dashed", "Planned"),
    Remediation.State.IN_PROGRESS: Said("live", "loader-2", "In progress"),
    Remediation.State.VERIFIED: Said("green", "circle-check", "Verified"),
    Remediation.State.FAILED: Said("red", "alert-circle", "Needs a person"),
    Remediation.State.ALREADY_GONE: Said("", "check", "Already gone"),
    Remediation.State.WAIVED: Said("", "player-pause", "Waived"),
}
KINDS: Mapping[str, str] = {
    "grant": "Access of people",
    "service_account": "Service accounts",
    "credential": "Keys",
    "invitation": "Pending invitations",
}
# What an account is drawn as, by what is reviewed.
_ICONS: Mapping[str, str] = {"credential": "key", "invitation": "invitation"}
_WENT: Mapping[str, str] = {
    "keep": "kept",
    "remove": "to be removed",
    "change": "to be changed",
    "pending": "not decided",
}
SOURCES: Mapping[str, str] = {
    "login_event": "login",
    "audit_event": "audit log",
    "user_record": "key use",
    "project_key": "key use",
    "admin_key": "key use",
    "usage": "usage, by day",
    "record": "list of users",
}
_FIELDS: Mapping[str, str] = {
    "role": "Role",
    "person_email": "Person",
    "person_state": "State",
    "account_kind": "Kind of account",
    "organization_role": "Organization role",
    "account_status": "Status",
    "resource_name": "Where",
    "via_name": "Group",
    "manager_name": "Manager",
    "is_scim_managed": "Managed by SCIM",
    "expires_at": "Expires",
    "status": "Status of the key",
}
_MICROS = 1_000_000
# Of a role whose rank nobody knows, any that is known may be less.
_HIGHEST = 9
# Why, as reviewers usually put it: each is one key away.
REASONS: Mapping[str, tuple[str, ...]] = {
    "keep": (
        "Needed for their work",
        "Needed rarely, but needed",
        "Known, and approved",
        "Comes back soon",
    ),
    "remove": (
        "No longer needed for their work",
        "Left the team or the company",
        "Not used",
        "Nobody knows what it is for",
    ),
    "change": (
        "Less is enough for their work",
        "Their work has changed",
        "Was needed for a time only",
    ),
}


def flag(name: Flag, item: ReviewItem, at: datetime) -> Said:
    """A flag as a row shows it; the dormant ones say how long."""
    said = FLAGS[name]
    if name == "dormant" and item.active_at is not None:
        return said._replace(word=f"Dormant {(at - item.active_at).days} d")
    if name == "unlinked" and item.kind in (Kind.SERVICE_ACCOUNT, Kind.CREDENTIAL):
        return said._replace(word="No owner")
    return said


def icon_of(item: ReviewItem) -> str:
    """How what is reviewed is drawn: initials are for people."""
    if item.kind == Kind.CREDENTIAL and item.person_name:
        return "person"
    if item.kind in _ICONS:
        return _ICONS[item.kind]
    if item.account_kind in ("service", "shared"):
        return item.account_kind
    return "person" if item.person_name else "unlinked"


def whose(item: ReviewItem) -> str:
    """Under the name: in what state they are, and who manages them."""
    if item.kind == Kind.INVITATION:
        return "Pending invitation"
    state = PERSON_STATES[item.person_state].word if item.person_state in PERSON_STATES else ""
    if item.kind == Kind.SERVICE_ACCOUNT:
        return f"Service account, owner {item.person_name}" if item.person_name else "No owner"
    if not item.person_name:
        return item.account_email or "No person"
    manager = f"manager {item.manager_name}" if item.manager_name else "no manager known"
    return f"{state}, {manager}" if state else manager.capitalize()


def right(item: ReviewItem) -> str:
    """What they can do, in a few words: "Owner, organization"."""
    if item.kind == Kind.CREDENTIAL:
        what = "Admin key" if item.thing_kind == "admin_key" else "Key"
        return f"{what} {item.thing_name or item.hint or item.thing_id}"
    if item.path == ReviewItem.Path.MEMBERSHIP:
        return f"Member of the group {item.via_name}"
    where = item.resource_name if item.resource_kind == "project" else "organization"
    named = role_name(item.role) if where == "organization" else project_role(item.role)
    role = item.role_name or named
    return f"{role[:1].upper()}{role[1:]}, {where or 'organization'}"


def way(item: ReviewItem) -> str:
    """How the right is reached."""
    if item.kind == Kind.CREDENTIAL:
        return item.resource_name or "Organization"
    if item.kind == Kind.INVITATION:
        return "Invitation"
    if item.via_name:
        return f"via {item.via_name}"
    return "Direct"


def meaning(item: ReviewItem) -> str:
    """What the role lets its holder do, where it is one of the provider's own."""
    return role_meaning(item.role) if item.resource_kind != "project" else ""


def since(item: ReviewItem) -> str:
    """What became of it since the last completed review, and what was decided there; empty where
    there was none, which the page says once."""
    before: ReviewItem | None = item.before
    if before is None:
        return "" if item.delta == ReviewItem.Delta.FIRST else "Not in the last review"
    went = _WENT[before.decision]
    when = f" in {before.decided_at:%b %Y}" if before.decided_at else ""
    return f"{item.get_delta_display().split(' since')[0]}, {went}{when}"


def difference(one: Difference) -> tuple[str, str, str]:
    """What differs, from what, to what."""

    def plain(said: str) -> str:
        if one.field == "person_state" and said in PERSON_STATES:
            return PERSON_STATES[said].word
        return said or "None"

    return _FIELDS.get(one.field, one.field), plain(one.before), plain(one.now)


def money(item: ReviewItem) -> str:
    """What was spent in 30 days; empty where nobody knows."""
    if item.spent is None:
        return ""
    amount = item.spent / _MICROS
    number = f"{amount:,.0f}" if amount >= 1 or not amount else f"{amount:,.2f}"
    return f"${number}" if item.currency.lower() == "usd" else f"{number} {item.currency.upper()}"


def roles_to(item: ReviewItem, hinted: str) -> list[tuple[str, str]]:
    """To which lesser roles a right can be changed: the one that would do first."""
    if item.kind != Kind.GRANT or item.path == ReviewItem.Path.MEMBERSHIP:
        return []
    known = ("member", "owner") if item.resource_kind == "project" else ("reader", "owner")
    names = dict.fromkeys((hinted, *known))
    name = project_role if item.resource_kind == "project" else role_name
    most = RANKS.get(item.role, _HIGHEST)
    lesser = (role for role in names if role and RANKS.get(role, 0) < most)
    return [(role, name(role)) for role in lesser]


_TAKES: Mapping[str, str] = {
    Kind.CREDENTIAL: "Remove revokes the key: what uses it stops.",
    Kind.INVITATION: "Remove withdraws the invitation.",
    Kind.SERVICE_ACCOUNT: "Remove deletes the service account with its keys.",
}


def takes(item: ReviewItem) -> str:
    """What removing it would do."""
    if item.kind in _TAKES:
        return _TAKES[item.kind]
    if item.is_scim_managed and item.path != ReviewItem.Path.DIRECT:
        where = f"out of {item.via_name}" if item.via_name else "out of the application"
        return f"Remove asks somebody to take them {where} in your identity provider."
    if item.via_name:
        return f"Remove takes them out of the group {item.via_name}, with all that it gives."
    if item.resource_kind == "project":
        return f"Remove takes them out of {item.resource_name}."
    return "Remove takes them out of the organization, with everything they have there."


def decided(item: ReviewItem) -> str:
    """The decision in words, for what is sealed or somebody else's."""
    if item.decision == Decision.CHANGE:
        return f"Change to {item.to_role}"
    return item.get_decision_display()


def headline(campaign: Campaign, *, at: datetime) -> Said:
    """The state of a campaign; an open one past its day is overdue."""
    if campaign.state == State.OPEN and campaign.due_at < at:
        days = (at - campaign.due_at).days
        return Said("red", "clock", f"Overdue {quantity(days, 'day')}" if days else "Overdue")
    return STATES[campaign.state]
