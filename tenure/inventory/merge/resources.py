"""Projects and groups of an organization become resources."""

# ruff: noqa: S608 - the statements are put together from names of ours, never from values
from __future__ import annotations

from dataclasses import replace

from tenure.inventory.arrivals import RESOURCE_COLUMNS
from tenure.inventory.merge.statements import BACK, History, Statements, began, flag

_OVER = "a.ended_at IS NOT NULL"
_HISTORY = History("resource")
_BEGAN = ", ".join(began())
_IS_ARCHIVED = ("CASE WHEN {0}.archived_at IS NULL THEN 'no' ELSE 'yes' END").format

RESOURCES = Statements(
    noun="project",
    table="inventory_resource",
    scope="connection_id",
    same="a.connection_id = %(connection)s AND a.kind = s.kind AND a.external_id = s.external_id",
    columns=RESOURCE_COLUMNS,
    is_over=_OVER,
    is_mine="a.kind = 'project'",
    # Everything that people reach ends with them, so all at once is for a person to decide.
    someone_must_remain=True,
    differs="""a.ended_at IS NOT NULL OR a.name <> s.name
   OR a.is_scim_managed IS DISTINCT FROM s.is_scim_managed
   OR a.terms <> s.terms OR a.is_enabled IS DISTINCT FROM s.is_enabled
   OR a.archived_at IS DISTINCT FROM s.archived_at OR a.created_at IS DISTINCT FROM s.added_at""",
    changed=(
        _HISTORY.changed(
            {
                "name": ("a.name", "s.name"),
                "archived": (_IS_ARCHIVED("a"), _IS_ARCHIVED("s")),
                "is_scim_managed": (flag("a.is_scim_managed"), flag("s.is_scim_managed")),
                "terms": ("a.terms", "s.terms"),
                "is_enabled": (flag("a.is_enabled"), flag("s.is_enabled")),
            }
        ),
        _HISTORY.reappeared(),
        f"""
UPDATE inventory_resource AS a SET
  name = s.name, created_at = s.added_at, archived_at = s.archived_at,
  is_scim_managed = s.is_scim_managed, terms = s.terms, is_enabled = s.is_enabled, {BACK}""",
    ),
    quiet=(
        """
UPDATE inventory_resource AS a SET raw = s.raw, fingerprint = s.fingerprint
FROM arriving s
WHERE a.connection_id = %(connection)s AND a.kind = s.kind AND a.external_id = s.external_id""",
    ),
    new=(
        f"""
INSERT INTO inventory_resource (ref, connection_id, kind, external_id, name, created_at,
  archived_at, is_scim_managed, terms, is_enabled, raw, fingerprint, is_out_of_scope, scope_reason,
  scope_decided_by,
  began_at, began_not_before, began_known_by, ended_known_by)
SELECT s.ref, %(connection)s, s.kind, s.external_id, s.name, s.added_at,
  s.archived_at, s.is_scim_managed, s.terms, s.is_enabled, s.raw, s.fingerprint, FALSE, '',
  '', {_BEGAN}, ''
FROM arriving s JOIN inventory_collection c ON c.id = s.collection_id
WHERE s.external_id IS NOT NULL ORDER BY s.external_id
ON CONFLICT (connection_id, kind, external_id) DO NOTHING""",
    ),
    appeared=(_HISTORY.appeared(),),
    gone=_HISTORY.ended(_OVER),
)

GROUPS = replace(RESOURCES, noun="group", is_mine="a.kind = 'group'", someone_must_remain=False)
IDENTITY_PROVIDERS = replace(
    GROUPS, noun="identity provider", is_mine="a.kind = 'identity_provider'"
)
