"""What follows at the end of a run, when every list has said what it has.

A thing that arrived before whom it is about finds them now; what hung below something that is no
more ends with it.
"""

# ruff: noqa: S608 - the statements are put together from names of ours, never from values
from __future__ import annotations

_STRANGERS = """FROM inventory_account a, inventory_collection c
WHERE g.account_id IS NULL AND g.group_id IS NULL AND g.principal_kind = 'account'
  AND c.id = g.collection_id AND c.connection_id = %(connection)s
  AND a.connection_id = %(connection)s AND a.external_id = g.principal_id"""
_GROUPS = """FROM inventory_resource r, inventory_collection c
WHERE g.account_id IS NULL AND g.group_id IS NULL AND g.principal_kind = 'group'
  AND c.id = g.collection_id AND c.connection_id = %(connection)s
  AND r.connection_id = %(connection)s AND r.kind = 'group' AND r.external_id = g.principal_id"""

ADOPT = (
    f"UPDATE inventory_grant AS g SET account_id = a.id {_STRANGERS}",
    f"UPDATE inventory_grant AS g SET group_id = r.id {_GROUPS}",
    """UPDATE inventory_credential AS k SET owner_id = a.id FROM inventory_account a
WHERE k.owner_id IS NULL AND k.connection_id = %(connection)s
  AND a.connection_id = %(connection)s AND a.external_id = k.principal_id""",
)


def _with_parent(row: str, parent: str) -> str:
    """The end of a row with its parent's: at the provider's time, where it says one."""
    said = f"{parent}.archived_at > {row}.began_at AND {parent}.archived_at <= %(at)s"
    return f"""
  ended_at = CASE WHEN {said} THEN {parent}.archived_at ELSE %(at)s END,
  ended_not_before = CASE WHEN {said} THEN NULL
                          WHEN c.complete_from > {row}.began_at THEN c.complete_from
                          ELSE {row}.began_at END,
  ended_known_by = CASE WHEN {said} THEN 'provider' ELSE 'between_reads' END"""


# What principals held of a project or were in of a group.
_GRANTS = f"""
UPDATE inventory_grant AS g SET ended_run_id = %(run)s, {_with_parent("g", "r")}
FROM inventory_collection c, inventory_resource r
WHERE c.id = g.collection_id AND r.id = c.resource_id AND c.connection_id = %(connection)s
  AND g.ended_at IS NULL AND (r.archived_at IS NOT NULL OR r.ended_at IS NOT NULL)"""

# The roles in a project of a group, or of a member, that is there no longer.
_PAIRS = """
UPDATE inventory_grant AS g SET ended_at = %(at)s,
  ended_not_before = CASE WHEN c.complete_from > g.began_at THEN c.complete_from
                          ELSE g.began_at END,
  ended_known_by = 'between_reads', ended_run_id = %(run)s
FROM inventory_collection c
WHERE c.id = g.collection_id AND c.kind IN ('project_group_roles', 'project_user_roles')
  AND c.connection_id = %(connection)s AND g.ended_at IS NULL
  AND NOT EXISTS (
    SELECT 1 FROM inventory_grant m JOIN inventory_collection l ON l.id = m.collection_id
    WHERE l.kind IN ('project_groups', 'project_users') AND l.resource_id = c.resource_id
      AND m.principal_id = c.principal_id AND m.ended_at IS NULL)"""

# Keys of an archived project last until the provider says that they cannot be asked for.
_KEYS_OVER = """c.id = k.collection_id AND r.id = {parent}
  AND c.connection_id = %(connection)s AND k.ended_at IS NULL
  AND (r.ended_at IS NOT NULL OR (r.archived_at IS NOT NULL AND c.state = 'skipped'))"""
_KEYS_END = f"""
UPDATE inventory_credential AS k SET {_with_parent("k", "r")}
FROM inventory_collection c, inventory_resource r WHERE {_KEYS_OVER}"""
_KEYS = (
    _KEYS_END.format(parent="k.resource_id"),
    # Rules are of a project, and their list is an identity provider's.
    _KEYS_END.format(parent="c.resource_id") + " AND c.kind = 'federation_rules'",
    """
INSERT INTO inventory_credentialchange
  (credential_id, run_id, kind, field, "before", "after", not_before, at, known_by)
SELECT k.id, %(run)s, 'ended', '', '', '', k.ended_not_before, k.ended_at, k.ended_known_by
FROM inventory_credential k JOIN inventory_collection c ON c.id = k.collection_id
JOIN inventory_resource r ON r.id = COALESCE(c.resource_id, k.resource_id)
WHERE c.connection_id = %(connection)s AND k.ended_at IS NOT NULL
  AND (r.ended_at IS NOT NULL OR r.archived_at IS NOT NULL)
  AND NOT EXISTS (
    SELECT 1 FROM inventory_credentialchange h
    WHERE h.credential_id = k.id AND h.kind = 'ended' AND h.at = k.ended_at)""",
)

# A service account that only its project knew ends with its place there.
_SERVICES_OVER = """a.connection_id = %(connection)s AND NOT a.is_listed AND g.account_id = a.id
  AND g.id = (SELECT l.id FROM inventory_grant l WHERE l.account_id = a.id
              ORDER BY CASE WHEN l.ended_at IS NULL THEN 0 ELSE 1 END, l.ended_at DESC, l.id DESC
              LIMIT 1)
  AND g.ended_at IS NOT NULL"""
_SERVICES = (
    f"""
INSERT INTO inventory_accountchange
  (account_id, run_id, kind, field, "before", "after", not_before, at, known_by)
SELECT a.id, %(run)s, 'ended', '', '', '', g.ended_not_before, g.ended_at, g.ended_known_by
FROM inventory_account a, inventory_grant g WHERE a.status <> 'gone' AND {_SERVICES_OVER}""",
    f"""
UPDATE inventory_account AS a SET status = 'gone', ended_at = g.ended_at,
  ended_not_before = g.ended_not_before, ended_known_by = g.ended_known_by
FROM inventory_grant g WHERE a.status <> 'gone' AND {_SERVICES_OVER}""",
)

# In this order; each says how many rows it ended, but for the steps it writes.
END: tuple[tuple[str, bool], ...] = (
    (_GRANTS, True),
    (_PAIRS, True),
    (_KEYS[0], True),
    (_KEYS[1], True),
    (_KEYS[2], False),
    (_SERVICES[0], False),
    (_SERVICES[1], True),
)
