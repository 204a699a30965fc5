"""Moments that the log explained, each held against the simulator's own history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from tenure.connections.models import Connection
from tenure.inventory.models import (
    Account,
    AccountChange,
    Credential,
    CredentialChange,
    Entitlement,
    EntitlementChange,
    Explanation,
    Grant,
    Invitation,
    InvitationChange,
    Resource,
    ResourceChange,
)
from tenure.simulator.openai.running import RunningSimulator

_TABLES: dict[str, Any] = {
    "account_began": Account,
    "account_ended": Account,
    "account_change": AccountChange,
    "invitation_began": Invitation,
    "invitation_ended": Invitation,
    "invitation_change": InvitationChange,
    "resource_began": Resource,
    "resource_ended": Resource,
    "resource_change": ResourceChange,
    "entitlement_began": Entitlement,
    "entitlement_ended": Entitlement,
    "entitlement_change": EntitlementChange,
    "credential_began": Credential,
    "credential_ended": Credential,
    "credential_change": CredentialChange,
    "grant_began": Grant,
    "grant_ended": Grant,
}


class Explained(NamedTuple):
    """One explained moment: what it is of in the words of the history, and what is said of it."""

    moment: str
    fact: tuple[str, str, str]
    begins: bool
    at: datetime
    known_by: str
    actor_id: str
    read_not_before: datetime | None
    read_at: datetime


def explained(connection: Connection) -> Iterator[Explained]:
    """Every explained moment of which the history tells."""
    organization = connection.organization_id
    for one in Explanation.objects.select_related("event").order_by("moment", "row_id"):
        row = _TABLES[one.moment].objects.get(pk=one.row_id)
        fact, begins, moment = _fact(one.moment, row, organization)
        if fact is not None:
            yield Explained(
                one.moment,
                fact,
                begins,
                *moment,
                one.event.actor_id,
                one.read_not_before,
                one.read_at,
            )


def _fact(moment: str, row: Any, organization: str) -> Any:
    of, _, end = moment.partition("_")
    if end == "change":
        begins, at = row.kind != "ended", (row.at, row.known_by)
    else:
        begins = end == "began"
        at = tuple(getattr(row, f"{end}_{name}") for name in ("at", "known_by"))
    if of == "grant":
        return _of_grant(row, organization), begins, at
    if of in ("resource", "entitlement") or getattr(row, "field", "") == "name":
        return None, begins, at
    thing = getattr(row, of) if end == "change" else row
    if of == "credential":
        where = thing.resource.external_id if thing.resource else organization
        return ("credential", thing.principal_id, f"{where} {thing.external_id}"), begins, at
    if of == "account" and getattr(row, "field", "") == "role":
        named = f"role-api-organization-{row.after}__api-organization__{organization}"
        return ("role", thing.external_id, f"{organization} {named}"), True, at
    if of == "account":
        return ("account", thing.external_id, f"{organization} "), begins, at
    begins = begins and not getattr(row, "field", "")
    return ("invite", "", thing.external_id), begins, at


def _of_grant(grant: Grant, organization: str) -> tuple[str, str, str]:
    role, resource = grant.entitlement, grant.entitlement.resource
    if resource.kind == "group":
        return "group_member", grant.principal_id, f"{resource.external_id} "
    named = role.external_id
    if role.is_predefined is not False:
        end = f"__api-organization__{organization}" if resource.kind == "organization" else ""
        named = f"role-api-{resource.kind}-{named}{end}"
    return "role", grant.principal_id, f"{resource.external_id} {named}"


def true_ends(simulator: RunningSimulator) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
    """The intervals of the history by their fact, in the order of time."""
    found: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for interval in simulator.history():
        fact = interval["fact"]
        key = (fact["kind"], fact["subject_id"], f"{fact['resource_id']} {fact.get('id', '')}")
        if fact["kind"] == "invite":
            key = ("invite", "", fact["id"])
        found.setdefault(key, []).append(interval)
    return {key: sorted(some, key=lambda one: one["begin"]) for key, some in found.items()}


def check(connection: Connection, simulator: RunningSimulator) -> list[Explained]:
    """Nothing that was explained is false: neither when nor by whom. What was."""
    truth = true_ends(simulator)
    found = list(explained(connection))
    for one in found:
        intervals = truth.get(one.fact, [])
        if one.begins:
            seen = [i for i in intervals if _covers(i, one.read_at)]
            ends = [(i["begin"], i.get("begun_by")) for i in seen]
        else:
            first = one.read_not_before.timestamp() if one.read_not_before else 0.0
            ends = [(i["end"], i.get("ended_by")) for i in intervals if i.get("end")]
            ends = [end for end in ends if first - 1 <= end[0]][:1]
        assert ends, f"{one} never was"
        when, by = ends[-1]
        assert int(when) == int(one.at.timestamp()), f"{one} was at {_at(when)}"
        if one.actor_id:
            assert by is not None, f"{one} was nobody's doing"
            assert by["session"]["user"]["id"] == one.actor_id, one
    return found


def _covers(interval: dict[str, Any], instant: datetime) -> bool:
    end = interval.get("end")
    return int(interval["begin"]) <= instant.timestamp() and (
        end is None or instant.timestamp() < end + 1
    )


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
