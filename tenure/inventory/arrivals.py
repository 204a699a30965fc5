"""Facts as rows for the merge: what fits, what is cut, and what cannot be kept at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from tenure.connectors.facts import AccountFact, Fact, InvitationFact
from tenure.lib.ids import uuid7
from tenure.lib.staging import Kind, Value
from tenure.lib.text import fold_email, quantity

ACCOUNT_COLUMNS: Mapping[str, Kind] = {
    "external_id": "text",
    "ref": "uuid",
    "email": "text",
    "email_key": "text",
    "name": "text",
    "role": "text",
    "kind": "text",
    "status": "text",
    "is_default": "flag",
    "is_scim_managed": "flag",
    "added_at": "instant",
    "key_last_used_at": "instant",
    "raw": "text",
    "digest": "text",
}
INVITATION_COLUMNS: Mapping[str, Kind] = {
    "external_id": "text",
    "ref": "uuid",
    "email": "text",
    "email_key": "text",
    "role": "text",
    "status": "text",
    "grants": "json",
    "invited_at": "instant",
    "expires_at": "instant",
    "accepted_at": "instant",
}
# As the tables declare them; PostgreSQL refuses longer ones.
_LONGEST = {"external_id": 200, "email": 320, "name": 300, "role": 120, "status": 40}


@dataclass(slots=True)
class Arrivals:
    """The rows of one page; how many facts could not become one, and what to remark about it."""

    rows: list[Sequence[Value]] = field(default_factory=list)
    set_aside: int = 0
    remarks: list[str] = field(default_factory=list)


def arrivals(facts: Sequence[Fact]) -> Arrivals:
    """Rows in the order of the columns above, each with the ref it gets if it is new."""
    made, cut = Arrivals(), 0
    for fact in facts:
        if len(fact.external_id) > _LONGEST["external_id"]:
            made.set_aside += 1
            continue
        row, was_cut = _row(fact)
        made.rows.append(row)
        cut += was_cut
    if made.set_aside:
        made.remarks.append(f"Set aside {quantity(made.set_aside, 'record')}: the id is too long.")
    if cut:
        made.remarks.append(
            f"Cut {quantity(cut, 'text')} too long to keep; the record has it whole."
        )
    return made


def _row(fact: Fact) -> tuple[Sequence[Value], int]:
    if isinstance(fact, AccountFact):
        return _account(fact)
    if isinstance(fact, InvitationFact):
        return _invitation(fact)
    raise TypeError(f"There is no table for {type(fact).__name__} yet.")


def _account(fact: AccountFact) -> tuple[Sequence[Value], int]:
    email, name, role = _fit("email", fact.email), _fit("name", fact.name), _fit("role", fact.role)
    row: Sequence[Value] = (
        fact.external_id,
        uuid7(),
        email,
        _fit("email", fold_email(email)),
        name,
        role,
        "service" if fact.is_service else "person",
        fact.status,
        fact.is_default,
        fact.is_scim_managed,
        fact.added_at,
        fact.last_used_at,
        fact.raw.decode("utf-8", "replace"),
        blake2b(fact.raw, digest_size=16).hexdigest(),
    )
    return row, _cut(email=(fact.email, email), name=(fact.name, name), role=(fact.role, role))


def _invitation(fact: InvitationFact) -> tuple[Sequence[Value], int]:
    email, role, status = (
        _fit("email", fact.email),
        _fit("role", fact.role),
        _fit("status", fact.status),
    )
    row: Sequence[Value] = (
        fact.external_id,
        uuid7(),
        email,
        _fit("email", fold_email(email)),
        role,
        status,
        [list(grant) for grant in fact.grants],
        fact.invited_at,
        fact.expires_at,
        fact.accepted_at,
    )
    return row, _cut(
        email=(fact.email, email), role=(fact.role, role), status=(fact.status, status)
    )


def _fit(name: str, text: str | None) -> str:
    return (text or "")[: _LONGEST[name]]


def _cut(**texts: tuple[str | None, str]) -> int:
    return sum(len(given or "") > len(kept) for given, kept in texts.values())
