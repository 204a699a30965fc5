"""The snapshot of a campaign: one statement, whatever its size.

`things` says what there is, FACTS what a row tells of it, `flagging` what follows; the rest is
where it goes. Nothing of it passes through here: a million rows are written by the database itself.
"""

# ruff: noqa: S608 - the statements are put together from names of ours, never from values
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection as database

from tenure.inventory.activity_rules import NOT_KNOWN, dormant_before
from tenure.lib.ids import uuid7s
from tenure.people.rules import EARLY_ACCESS
from tenure.reviews import flagging
from tenure.reviews.flag_rules import FLAGS
from tenure.reviews.item_models import ReviewItem
from tenure.reviews.things import things

_PERSON = "COALESCE(NULLIF({p}.name, ''), NULLIF({p}.email, ''), {p}.external_id, '')"
_MAY_HOLD = (
    "NOT COALESCE({p}.ends_at <= %(at)s OR {p}.is_disabled OR NOT {p}.is_listed "
    "OR {p}.begins_at > %(early)s, {p}.is_disabled OR NOT {p}.is_listed)"
)
_STATE = (
    "CASE WHEN p.id IS NULL THEN '' WHEN p.ends_at <= %(at)s THEN 'former' "
    "WHEN p.is_disabled OR NOT p.is_listed THEN 'inactive' "
    "WHEN p.begins_at > %(at)s THEN 'upcoming' WHEN p.is_on_leave THEN 'on_leave' "
    "ELSE 'current' END"
)
_KEY = "CAST(t.connection_id AS text) || '|' || t.key"
_OF_ACCOUNT = "FROM inventory_spend s WHERE s.connection_id = t.connection_id AND {whose}"
_MOST = "GROUP BY s.currency ORDER BY SUM(s.amount) DESC, s.currency LIMIT 1"


def _spend(what: str) -> str:
    """Of several currencies the one of which there is most, each by the index that has it."""
    own = _OF_ACCOUNT.format(whose="s.principal_id = t.principal_id")
    key = _OF_ACCOUNT.format(whose="s.key_id = t.thing_id")
    return (
        f"CASE WHEN t.principal_id = '' THEN NULL WHEN t.kind = 'credential' "
        f"THEN (SELECT {what} {key} {_MOST}) ELSE (SELECT {what} {own} {_MOST}) END"
    )


# A column of the item -> what it is, of a thing `t` and all that is joined to it.
FACTS: Mapping[str, str] = {
    "key": _KEY,
    "position": "t.position",
    "kind": "t.kind",
    "connection_id": "t.connection_id",
    "account_id": "a.id",
    "person_id": "p.id",
    "holder_id": "COALESCE(p.id, suspect.id, other.person_id)",
    "grant_id": "t.grant_id",
    "entitlement_id": "t.entitlement_id",
    "resource_id": "t.resource_id",
    "group_id": "t.group_id",
    "credential_id": "t.credential_id",
    "invitation_id": "t.invitation_id",
    "before_id": "b.id",
    "principal_id": "t.principal_id",
    "thing_id": "t.thing_id",
    "account_name": "COALESCE(a.name, k.owner_name, '')",
    "account_email": "COALESCE(a.email, i.email, '')",
    "account_kind": "COALESCE(a.kind, '')",
    "account_status": "COALESCE(a.status, '')",
    "organization_role": "COALESCE(a.role, i.role, '')",
    "person_name": _PERSON.format(p="p"),
    "person_email": "COALESCE(p.email, '')",
    "person_state": _STATE,
    "manager_name": _PERSON.format(p="m"),
    "department": "COALESCE(p.department, '')",
    "role": "t.role",
    "role_name": "COALESCE(e.name, '')",
    "resource_kind": "COALESCE(r.kind, CASE WHEN t.path = 'organization' "
    "THEN 'organization' ELSE '' END)",
    "resource_id_there": "COALESCE(r.external_id, '')",
    "resource_name": "COALESCE(NULLIF(r.name, ''), r.external_id, '')",
    "path": "t.path",
    "via_id": "COALESCE(v.external_id, '')",
    "via_name": "COALESCE(NULLIF(v.name, ''), v.external_id, '')",
    "is_scim_managed": "COALESCE(v.is_scim_managed, a.is_scim_managed, FALSE)",
    "thing_kind": "COALESCE(k.kind, '')",
    "thing_name": "COALESCE(k.name, i.email, '')",
    "hint": "COALESCE(k.hint, '')",
    "status": "COALESCE(i.status, '')",
    "created_at": "COALESCE(k.created_at, i.invited_at)",
    "expires_at": "COALESCE(k.expires_at, i.expires_at)",
    "last_used_at": "k.last_used_at",
    "began_at": "COALESCE(g.began_at, k.began_at, i.began_at, a.began_at)",
    "began_not_before": "CASE WHEN g.id IS NOT NULL AND t.kind = 'grant' THEN g.began_not_before "
    "WHEN k.id IS NOT NULL THEN k.began_not_before WHEN i.id IS NOT NULL THEN i.began_not_before "
    "ELSE a.began_not_before END",
    "began_known_by": "COALESCE(g.began_known_by, k.began_known_by, i.began_known_by, "
    "a.began_known_by, '')",
    "given_by": "COALESCE(NULLIF(giver.name, ''), NULLIF(giver.email, ''), "
    "NULLIF(event.actor_email, ''), event.actor_id, '')",
    "login_at": "login.at",
    "active_at": "CASE WHEN a.last_active_at > %(never)s THEN a.last_active_at END",
    "active_source": "COALESCE(a.last_active_source, '')",
    "acted_at": "acted.at",
    "log_from": "CASE WHEN log.state = 'on' THEN log.read_from END",
    "spent": f"CAST({_spend('SUM(s.amount)')} AS bigint)",
    "currency": f"COALESCE({_spend('s.currency')}, '')",
    # What the columns below them follow from.
    "is_redundant": "twice.account_id IS NOT NULL",
    "may_hold": _MAY_HOLD.format(p="p"),
    "had_review": "last.snapshot_id IS NOT NULL",
    "was_role": "b.role",
    "was_privileged": "b.is_privileged",
    "was_decision": "b.decision",
    "named_id": "CAST(%(named)s AS bigint)",
    "system_owner_id": "last.owner_id",
    "manager_id": f"CASE WHEN {_MAY_HOLD.format(p='m')} THEN m.id END",
    "first_owner_id": "owners.first_id",
    "last_owner_id": "owners.last_id",
}

# A place for each thing, while rows are narrow: what a window holds back is written aside.
_PLACED = """
SELECT t.*, p.id AS person_id, ROW_NUMBER() OVER (ORDER BY {order}) AS position
FROM things t
LEFT JOIN inventory_account a ON a.id = t.account_id
LEFT JOIN inventory_credential k ON k.id = t.credential_id
LEFT JOIN inventory_accountlink l ON l.account_id = a.id AND l.state = 'confirmed'
LEFT JOIN inventory_ownership o ON o.account_id = a.id AND a.kind IN ('service', 'shared')
LEFT JOIN people_person p ON p.id = COALESCE(l.person_id, o.owner_id, t.owner_id)"""

# The same right, by another path: then one of the two could go without anybody missing it.
_TWICE = """
SELECT account_id, resource_id, role FROM things
WHERE kind = 'grant' AND resource_id IS NOT NULL AND role <> ''
GROUP BY account_id, resource_id, role HAVING COUNT(*) > 1"""

_JOINED = """
FROM placed t
JOIN connections last ON last.connection_id = t.connection_id
LEFT JOIN inventory_account a ON a.id = t.account_id
LEFT JOIN people_person p ON p.id = t.person_id
LEFT JOIN twice ON t.kind = 'grant' AND twice.account_id = t.account_id
  AND twice.resource_id = t.resource_id AND twice.role = t.role
LEFT JOIN people_person m ON m.email_key = p.manager_email_key AND m.email_key <> ''
LEFT JOIN people_person suspect ON p.id IS NULL AND suspect.email_key = a.email_key
  AND suspect.email_key <> ''
LEFT JOIN people_personemail other ON p.id IS NULL AND other.email_key = a.email_key
LEFT JOIN inventory_grant g ON g.id = t.grant_id AND t.kind = 'grant'
LEFT JOIN inventory_entitlement e ON e.id = t.entitlement_id
LEFT JOIN inventory_resource r ON r.id = t.resource_id
LEFT JOIN inventory_resource v ON v.id = t.group_id
LEFT JOIN inventory_credential k ON k.id = t.credential_id
LEFT JOIN inventory_invitation i ON i.id = t.invitation_id
LEFT JOIN inventory_explanation x ON x.moment = t.moment AND x.row_id = t.moment_id
LEFT JOIN inventory_providerevent event ON event.id = x.event_id
LEFT JOIN inventory_account giver ON giver.id = event.by_account_id
LEFT JOIN inventory_activityobservation login ON login.connection_id = t.connection_id
  AND login.principal_id = t.principal_id AND login.source = 'login_event'
LEFT JOIN inventory_activityobservation acted ON acted.connection_id = t.connection_id
  AND acted.principal_id = t.principal_id AND acted.source = 'audit_event'
LEFT JOIN inventory_providerlog log ON log.connection_id = t.connection_id
LEFT JOIN owners ON owners.resource_id = t.resource_id
LEFT JOIN earlier ON earlier.key = CAST(t.connection_id AS text) || '|' || t.key
LEFT JOIN reviews_reviewitem b ON b.id = earlier.id"""

# The two of a project's owners who may review whose number is least and greatest.
_OWNERS = f"""
SELECT e.resource_id AS resource_id, MIN(p.id) AS first_id, MAX(p.id) AS last_id
FROM inventory_entitlement e
JOIN inventory_grant g ON g.entitlement_id = e.id AND g.ended_at IS NULL
JOIN inventory_accountlink l ON l.account_id = g.account_id AND l.state = 'confirmed'
JOIN people_person p ON p.id = l.person_id
WHERE e.external_id = 'owner' AND e.kind = 'role' AND {_MAY_HOLD.format(p="p")}
GROUP BY e.resource_id"""


@dataclass(frozen=True, kw_only=True)
class Taking:
    """What is to be frozen: for which snapshot, of which connections, by which rule.

    `last` names for each connection the snapshot of its last campaign that covered as much, and
    `owners` the person who answers for it, if they may review. Things may stand in any `earlier`.
    """

    campaign_id: int
    snapshot_id: int
    at: datetime
    connections: list[int]
    last: Mapping[int, int]
    earlier: Sequence[int]
    owners: Mapping[int, int]
    kinds: list[str]
    scope: str
    rule: str
    named_id: int | None
    fallback_id: int | None
    carries_forward: bool


def take(asked: Taking) -> int:
    """Freeze everything of a scope as items of a snapshot, each with who reviews it. How many."""
    columns, values = zip(*_columns(asked).items(), strict=True)
    scope = {
        "privileged": "WHERE is_privileged",
        "changed": "WHERE delta <> 'same'",
    }.get(asked.scope, "")
    facts = ", ".join(f"{sql} AS {name}" for name, sql in FACTS.items())
    judged = ", ".join(f"{sql} AS {name}" for name, sql in _judged(asked).items())
    sql = f"""
INSERT INTO reviews_reviewitem ({", ".join(_quoted(one) for one in columns)})
WITH connections AS ({_connections(asked)}), owners AS ({_OWNERS}),
earlier AS (SELECT MAX(id) AS id, key FROM reviews_reviewitem WHERE snapshot_id IN
  ({", ".join(map(str, asked.earlier)) or "NULL"}) GROUP BY key),
things AS MATERIALIZED ({things(kinds=asked.kinds, connections=asked.connections)}),
placed AS ({_PLACED.format(order=_order())}), twice AS ({_TWICE}),
facts AS (SELECT {facts} {_JOINED}),
judged AS (SELECT f.*, {judged} FROM facts f
  LEFT JOIN reviews_reviewitem b ON b.id = f.before_id)
SELECT {", ".join(values)} FROM judged {scope}"""
    with database.cursor() as cursor:
        cursor.execute(sql, _values(asked))
        return int(cursor.rowcount)


def _judged(asked: Taking) -> dict[str, str]:
    flags = {f"is_{flag}": flagging.FLAGGING[flag] for flag in FLAGS}
    delta = (
        "CASE WHEN f.before_id IS NULL AND f.had_review THEN 'new' WHEN f.before_id IS NULL "
        f"THEN 'first' WHEN {flagging.CHANGED} THEN 'changed' ELSE 'same' END"
    )
    found = f"NULLIF({flagging.CANDIDATES[asked.rule]}, COALESCE(f.holder_id, -1))"
    return {
        **flags,
        "is_flagged": f"({flagging.FLAGGED})",
        "delta": delta,
        "by_rule_id": found,
        "by_fallback_id": "NULLIF(CAST(%(fallback)s AS bigint), COALESCE(f.holder_id, -1))",
    }


def _columns(asked: Taking) -> dict[str, str]:
    """The item's columns, and what each is of a judged row."""
    keeps = "(delta = 'same' AND NOT is_flagged AND was_decision = 'keep')"
    carried = keeps if asked.carries_forward else "FALSE"
    there = {field.column for field in ReviewItem._meta.concrete_fields}
    return {
        "ref": _REF[database.vendor],
        "campaign_id": "%(campaign)s",
        "snapshot_id": "%(snapshot)s",
        **{name: name for name in FACTS if name in there},
        **{f"is_{flag}": f"is_{flag}" for flag in FLAGS},
        **{name: name for name in ("is_flagged", "delta")},
        "reviewer_id": "COALESCE(by_rule_id, by_fallback_id)",
        "assigned_by": f"CASE WHEN by_rule_id IS NOT NULL THEN '{asked.rule}' "
        "WHEN by_fallback_id IS NOT NULL THEN 'fallback' ELSE '' END",
        "decision": f"CASE WHEN {carried} THEN 'keep' ELSE 'pending' END",
        "was_carried": carried,
        "decided_by": f"CASE WHEN {carried} THEN 'Carried forward' ELSE '' END",
        "decided_at": f"CASE WHEN {carried} THEN %(at)s END",
    }


def _order() -> str:
    """By person, so that what one holds stands together; the same on every database."""
    collation = ' COLLATE "C"' if database.vendor == "postgresql" else ""
    account = "COALESCE(a.name, k.owner_name, '')"
    names = (_PERSON.format(p="p"), account, "t.principal_id", "t.kind", _KEY)
    return ", ".join(name + collation for name in names)


# A UUIDv7 as `lib.ids` makes it, of the instant of the snapshot.
_REF = {
    "postgresql": "CAST(%(prefix)s || '7' || substr(replace(CAST(gen_random_uuid() AS text), "
    "'-', ''), 1, 3) || 'a' || substr(replace(CAST(gen_random_uuid() AS text), '-', ''), 18, 15) "
    "AS uuid)",
    "sqlite": "%(prefix)s || '7' || substr(lower(hex(randomblob(2))), 1, 3) || 'a' || "
    "substr(lower(hex(randomblob(8))), 1, 15)",
}


def _connections(asked: Taking) -> str:
    def number(one: int | None) -> str:
        return f"CAST({'NULL' if one is None else int(one)} AS bigint)"

    return " UNION ALL ".join(
        f"SELECT {number(one)} AS connection_id, {number(asked.last.get(one))} AS snapshot_id, "
        f"{number(asked.owners.get(one))} AS owner_id"
        for one in asked.connections
    )


def _values(asked: Taking) -> dict[str, Any]:
    written = database.ops.adapt_datetimefield_value
    return {
        "campaign": asked.campaign_id,
        "snapshot": asked.snapshot_id,
        "at": written(asked.at),
        "early": written(asked.at + EARLY_ACCESS),
        "dormant": written(dormant_before(asked.at)),
        "never": written(NOT_KNOWN),
        "named": asked.named_id,
        "fallback": asked.fallback_id,
        "prefix": uuid7s(1)[0][:12],
    }


def _quoted(name: str) -> str:
    return database.ops.quote_name(name)
