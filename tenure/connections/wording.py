"""What pages and the command line say about connections and their keys. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil

import msgspec

from tenure.connections import rules
from tenure.connections.models import ConnectionKey
from tenure.connectors.base import Found, Probe, Validation

KINDS = {
    "admin": "Admin key",
    "read_only": "Admin key, read only",
    "limited": "Admin key, limited",
    "personal": "Personal key",
}
PROOFS = {
    "response_header": "confirmed by the provider's answer",
    "role_ids": "confirmed by the ids of its roles",
    "both": "confirmed by the provider's answer and the ids of its roles",
    "none": "accepted by the provider, which did not name it back",
}


@dataclass(frozen=True, slots=True)
class State:
    """A state as it is shown: word, icon, tone."""

    word: str
    icon: str
    tone: str = ""


FOUND_STATES = {
    "readable": State("Readable", "check"),
    "missing_scope": State("Missing scope", "circle-x", "amber"),
    "unavailable": State("Not available", "minus"),
    "off": State("Off", "minus"),
    "unconfirmed": State("At first use", "circle-dashed"),
}
CONNECTION_STATES = {
    "draft": State("Draft", "circle-dashed"),
    "active": State("Active", "circle-check"),
    "degraded": State("Degraded", "alert-triangle", "amber"),
    "failing": State("Failing", "alert-circle", "red"),
    "paused": State("Paused", "player-pause", "amber"),
    "disconnected": State("Disconnected", "plug-off"),
}
POLICIES = {
    "approve": "When somebody leaves, it is planned and waits for approval.",
    "automatic": "When somebody's time ends, it goes by itself; owners wait for two people.",
    "manual": "When somebody leaves, people are asked to do it by hand.",
}
KEY_ENDS = {
    "everyday": "Without it Tenure can read nothing.",
    "removal": "Without it Tenure can take no access away.",
}


@dataclass(frozen=True, slots=True)
class Capability:
    """One row of what a key can do."""

    found: Found
    state: State

    @property
    def works(self) -> bool:
        return self.found.state == "readable"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A validation, ready to be shown."""

    validation: Validation
    headline: str
    kind: str
    proof: str
    capabilities: tuple[Capability, ...]
    probes: tuple[Probe, ...]
    created_at: datetime | None
    expires_at: datetime | None
    is_full: bool


def judgement(validation: Validation) -> Judgement:
    """Everything a page says about what a key turned out to be."""
    return Judgement(
        validation=validation,
        headline=headline(validation),
        kind=KINDS[validation.key_kind],
        proof=PROOFS[validation.organization_proof],
        capabilities=tuple(Capability(row, FOUND_STATES[row.state]) for row in validation.found),
        probes=tuple(_without_query(probe) for probe in validation.probes),
        created_at=instant(validation.key_created_at),
        expires_at=instant(validation.key_expires_at),
        is_full=validation.is_full,
    )


def headline(validation: Validation) -> str:
    """Two short sentences: what the key can read, and whether it can remove.

    lists refused   may write      -> says
    none            …                 can read everything Tenure asks for.
    up to half      …                 can read almost everything.
    more            …                 can read the users and little else.
    any             no                … It cannot remove anyone.
    any             yes               … It can also remove access.
    any             unknown           … Whether it may remove access shows at the first use.

    What the organization itself does not have, or keeps off, is no limit of the key.
    """
    asked = [row for row in validation.found if row.state in ("readable", "missing_scope")]
    refused = [row for row in asked if row.state == "missing_scope"]
    which = "This personal key" if validation.key_kind == "personal" else "This key"
    if not refused:
        reads = f"{which} can read everything Tenure asks for."
    elif len(refused) * 2 <= len(asked):
        reads = f"{which} can read almost everything."
    else:
        reads = f"{which} can read the users and little else."
    if validation.may_write is False:
        return f"{reads} It cannot remove anyone."
    if validation.may_write:
        return f"{reads} It can also remove access."
    return f"{reads} Whether it may remove access shows at the first use."


def _without_query(probe: Probe) -> Probe:
    return msgspec.structs.replace(probe, path=probe.path.partition("?")[0])


def in_days(end: datetime, *, at: datetime) -> str:
    """How long until then: `in 9 days`, `within a day`."""
    days = ceil((end - at) / timedelta(days=1))
    return f"in {days} days" if days > 1 else "within a day"


def expiry_state(key: ConnectionKey, *, at: datetime) -> State | None:
    """How a key shows that its end is near; None while it is far."""
    expiry = rules.expiry(key.expires_at, at=at)
    if not expiry or key.expires_at is None:
        return None
    label = "Key" if key.purpose == key.Purpose.EVERYDAY else "Removal key"
    if expiry == "expired":
        return State(f"{label} expired", "alert-circle", "red")
    return State(f"{label} expires {in_days(key.expires_at, at=at)}", "clock", "amber")


def instant(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
