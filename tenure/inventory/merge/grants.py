"""Members of a project become grants of its roles."""

# ruff: noqa: S608 - the statements are put together from names of ours, never from values
from __future__ import annotations

from tenure.inventory.arrivals import GRANT_COLUMNS
from tenure.inventory.merge.statements import Statements, began, end_of

_OVER = "a.ended_at IS NOT NULL"
_SAME = "a.collection_id = s.collection_id AND a.external_id = s.external_id AND a.ended_at IS NULL"
_BEGAN = ", ".join(began())
# By both at once, and both of the arriving row: by one of them alone, a planner that knows nothing
# of the entitlements yet compares every member with every project.
_ENTITLED = (
    "JOIN inventory_entitlement e ON e.resource_id = s.resource_id AND e.kind = 'role' "
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
    differs="""NOT EXISTS (
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
SELECT DISTINCT s.resource_id, s.role FROM arriving s LEFT {_ENTITLED} WHERE e.id IS NULL""",
    new=(
        # A provider's time that lies within an earlier interval is the time of another role.
        """
UPDATE arriving AS s SET added_at = NULL FROM inventory_grant p
WHERE p.collection_id = s.collection_id AND p.external_id = s.external_id
  AND p.ended_at IS NOT NULL AND COALESCE(p.ended_not_before, p.ended_at) >= s.added_at""",
        f"""
INSERT INTO inventory_grant (ref, collection_id, external_id, entitlement_id, principal_id,
  account_id, raw, fingerprint, run_id, began_at, began_not_before, began_known_by, ended_known_by)
SELECT s.ref, s.collection_id, s.external_id, e.id, s.principal_id,
  a.id, s.raw, s.fingerprint, %(run)s, {_BEGAN}, ''
FROM arriving s JOIN inventory_collection c ON c.id = s.collection_id {_ENTITLED}
LEFT JOIN inventory_account a
  ON a.connection_id = %(connection)s AND a.external_id = s.principal_id
WHERE s.external_id IS NOT NULL
ON CONFLICT (collection_id, external_id) WHERE ended_at IS NULL DO NOTHING""",
    ),
    appeared=(),
    gone=(end_of("inventory_grant", _OVER, also="ended_run_id = %(run)s,"),),
)

# Grants that were read before the list of users had their account.
ADOPT = """
UPDATE inventory_grant AS g SET account_id = a.id FROM inventory_account a, inventory_collection c
WHERE g.account_id IS NULL AND c.id = g.collection_id AND c.connection_id = %(connection)s
  AND a.connection_id = %(connection)s AND a.external_id = g.principal_id"""

# What people held of a project ends with it: at the provider's time, where it says one.
END_WITH_PARENT = """
UPDATE inventory_grant AS g SET
  ended_at = CASE WHEN r.archived_at > g.began_at AND r.archived_at <= %(at)s THEN r.archived_at
                  ELSE %(at)s END,
  ended_not_before = CASE WHEN r.archived_at > g.began_at AND r.archived_at <= %(at)s THEN NULL
                          WHEN c.complete_from > g.began_at THEN c.complete_from
                          ELSE g.began_at END,
  ended_known_by = CASE WHEN r.archived_at > g.began_at AND r.archived_at <= %(at)s
                        THEN 'provider' ELSE 'between_reads' END,
  ended_run_id = %(run)s
FROM inventory_collection c, inventory_resource r
WHERE c.id = g.collection_id AND r.id = c.resource_id AND c.connection_id = %(connection)s
  AND g.ended_at IS NULL AND (r.archived_at IS NOT NULL OR r.ended_at IS NOT NULL)"""
