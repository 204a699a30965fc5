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
from tenure.reviews.snapshot_sql import FACTS, JOINED, KEY, OWNERS, PERSON, PLACED, TWICE
from tenure.reviews.things import things


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
WITH connections AS ({_connections(asked)}), owners AS ({OWNERS}),
earlier AS (SELECT MAX(id) AS id, key FROM reviews_reviewitem WHERE snapshot_id IN
  ({", ".join(map(str, asked.earlier)) or "NULL"}) GROUP BY key),
things AS MATERIALIZED ({things(kinds=asked.kinds, connections=asked.connections)}),
placed AS ({PLACED.format(order=_order())}), twice AS ({TWICE}),
facts AS (SELECT {facts} {JOINED}),
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
    names = (PERSON.format(p="p"), account, "t.principal_id", "t.kind", KEY)
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
