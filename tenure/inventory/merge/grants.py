"""Who holds which role, or is in which group, becomes grants."""

# ruff: noqa: S608 - the statements are put together from names of ours, never from values
from __future__ import annotations

from dataclasses import replace

from tenure.inventory.arrivals import GRANT_COLUMNS
from tenure.inventory.merge.statements import SAYS_WHEN, Statements, began, end_of

_OVER = "a.ended_at IS NOT NULL"
_SAME = "a.collection_id = s.collection_id AND a.external_id = s.external_id AND a.ended_at IS NULL"


def _first_of(row: str) -> str:
    """Before when something was surely not there."""
    is_between = f"{row}.began_known_by = 'between_reads'"
    return f"CASE WHEN {is_between} THEN {row}.began_not_before ELSE {row}.began_at END"


# Of a list that was never read whole before: nobody holds a role that was not made yet, or before
# they came. Of one that was, a provider's time is when somebody came, perhaps with another role.
_MADE, _CAME = _first_of("e"), _first_of("a")
_BEGAN = ", ".join(
    began(
        f"""CASE WHEN {SAYS_WHEN} AND s.added_at > c.complete_from THEN s.added_at
  WHEN c.complete_from IS NOT NULL THEN c.complete_from
  WHEN ({_MADE}) IS NULL OR ({_CAME}) > ({_MADE}) THEN {_CAME} ELSE {_MADE} END""",
        says_when=f"({SAYS_WHEN} AND c.complete_from IS NULL)",
    )
)
# By both at once, and both of the arriving row: by one of them alone, a planner that knows nothing
# of the entitlements yet compares every member with every project.
_ENTITLED = (
    "JOIN inventory_entitlement e ON e.resource_id = s.resource_id AND e.kind = s.kind "
    "AND e.external_id = s.role"
)

GRANTS = Statements(
    noun="member",
    table="inventory_grant",
    scope="collection_id",
    same=_SAME,
    columns=GRANT_COLUMNS,
    is_over=_OVER,
    someone_must_remain=False,
    replaces=True,
    follows_accounts=True,
    differs="""a.via_group_ids <> s.via_group_ids OR NOT EXISTS (
  SELECT 1 FROM inventory_entitlement e
  WHERE e.id = a.entitlement_id AND e.external_id = s.role)""",
    changed=(
        """
UPDATE inventory_grant AS a SET ended_at = %(at)s,
  ended_not_before = CASE WHEN c.complete_from > a.began_at THEN c.complete_from
                          ELSE a.began_at END,
  ended_known_by = 'between_reads', ended_run_id = %(run)s
FROM arriving s, different d, inventory_collection c
WHERE a.id = d.row_id AND s.n = d.n AND c.id = s.collection_id""",
    ),
    quiet=(
        f"""
UPDATE inventory_grant AS a SET raw = s.raw, fingerprint = s.fingerprint
FROM arriving s WHERE {_SAME}""",
    ),
    # A right is there from the first grant of it on.
    rights=f"""
SELECT DISTINCT s.resource_id, s.kind, s.role FROM arriving s LEFT {_ENTITLED}
WHERE e.id IS NULL""",
    new=(
        # A provider's time that lies within an earlier interval is the time of another role.
        """
UPDATE arriving AS s SET added_at = NULL FROM inventory_grant p
WHERE p.collection_id = s.collection_id AND p.external_id = s.external_id
  AND p.ended_at IS NOT NULL AND COALESCE(p.ended_not_before, p.ended_at) >= s.added_at""",
        f"""
INSERT INTO inventory_grant (ref, collection_id, external_id, entitlement_id, principal_kind,
  principal_id, account_id, group_id, via_group_ids, raw, fingerprint, run_id,
  began_at, began_not_before, began_known_by, ended_known_by)
SELECT s.ref, s.collection_id, s.external_id, e.id, s.principal_kind,
  s.principal_id, a.id, g.id, s.via_group_ids, s.raw, s.fingerprint, %(run)s, {_BEGAN}, ''
FROM arriving s JOIN inventory_collection c ON c.id = s.collection_id {_ENTITLED}
LEFT JOIN inventory_account a ON s.principal_kind = 'account'
  AND a.connection_id = %(connection)s AND a.external_id = s.principal_id
LEFT JOIN inventory_resource g ON s.principal_kind = 'group'
  AND g.connection_id = %(connection)s AND g.kind = 'group' AND g.external_id = s.principal_id
WHERE s.external_id IS NOT NULL
ON CONFLICT (collection_id, external_id) WHERE ended_at IS NULL DO NOTHING""",
    ),
    appeared=(),
    gone=(end_of("inventory_grant", _OVER, also="ended_run_id = %(run)s,"),),
)

# What a group holds waits for no account.
GROUP_GRANTS = replace(GRANTS, noun="group role", follows_accounts=False)
