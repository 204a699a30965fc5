"""Keys of projects, and of the organization's administration, become credentials."""

# ruff: noqa: S608 - the statements are put together from names of ours, never from values
from __future__ import annotations

from dataclasses import replace

from tenure.inventory.arrivals import CREDENTIAL_COLUMNS
from tenure.inventory.merge.activity import KEYS_USED
from tenure.inventory.merge.statements import BACK, History, Statements, began, flag

_OVER = "a.ended_at IS NOT NULL"
_HISTORY = History("credential")
_BEGAN = ", ".join(began())
_SAME = "a.connection_id = %(connection)s AND a.external_id = s.external_id"
_OWNER = """(SELECT o.id FROM inventory_account o
   WHERE o.connection_id = %(connection)s AND o.external_id = s.principal_id)"""


def _expires(row: str) -> str:
    return f"CASE WHEN {row}.expires_at IS NULL THEN 'no' ELSE 'yes' END"


_PROJECT = """(SELECT r.id FROM inventory_resource r WHERE r.connection_id = %(connection)s
   AND r.kind = 'project' AND r.external_id = s.project_id)"""


def _in_project(statement: str) -> str:
    return statement.replace("s.resource_id", _PROJECT)


PROJECT_KEYS = Statements(
    noun="key",
    table="inventory_credential",
    scope="collection_id",
    same=_SAME,
    columns=CREDENTIAL_COLUMNS,
    is_over=_OVER,
    # The list of admin keys was seen to have keys of projects; its project has the last word.
    is_foreign="a.collection_id <> s.collection_id",
    someone_must_remain=False,
    differs="""a.ended_at IS NOT NULL OR a.collection_id <> s.collection_id OR a.name <> s.name
   OR a.hint <> s.hint OR a.principal_id <> s.principal_id OR a.owner_name <> s.owner_name
   OR a.owner_kind <> s.owner_kind
   OR a.owner_has_access IS DISTINCT FROM s.owner_has_access
   OR a.conditions <> s.conditions OR a.scopes <> s.scopes
   OR a.is_enabled IS DISTINCT FROM s.is_enabled
   OR a.created_at IS DISTINCT FROM s.added_at OR a.expires_at IS DISTINCT FROM s.expires_at""",
    changed=(
        _HISTORY.changed(
            {
                "name": ("a.name", "s.name"),
                "owner": ("a.principal_id", "s.principal_id"),
                "owner_has_access": (flag("a.owner_has_access"), flag("s.owner_has_access")),
                "expires": (_expires("a"), _expires("s")),
                "conditions": ("a.conditions", "s.conditions"),
                "scopes": ("a.scopes", "s.scopes"),
                "is_enabled": (flag("a.is_enabled"), flag("s.is_enabled")),
            }
        ),
        _HISTORY.reappeared(),
        f"""
UPDATE inventory_credential AS a SET
  collection_id = s.collection_id, kind = s.kind, resource_id = s.resource_id, name = s.name,
  hint = s.hint, principal_id = s.principal_id, owner_id = {_OWNER}, owner_name = s.owner_name,
  owner_kind = s.owner_kind, owner_has_access = s.owner_has_access,
  conditions = s.conditions, scopes = s.scopes, is_enabled = s.is_enabled, created_at = s.added_at,
  expires_at = s.expires_at, {BACK}""",
    ),
    quiet=(
        f"""
UPDATE inventory_credential AS a SET raw = s.raw, fingerprint = s.fingerprint,
  last_used_at = CASE WHEN s.last_used_at IS NULL THEN a.last_used_at
                      WHEN a.last_used_at > s.last_used_at THEN a.last_used_at
                      ELSE s.last_used_at END
FROM arriving s WHERE {_SAME}""",
    ),
    new=(
        f"""
INSERT INTO inventory_credential (ref, connection_id, collection_id, external_id, kind, resource_id,
  name, hint, principal_id, owner_id, owner_name, owner_kind, owner_has_access, conditions, scopes,
  is_enabled, created_at, expires_at, last_used_at, raw, fingerprint,
  began_at, began_not_before, began_known_by, ended_known_by)
SELECT s.ref, %(connection)s, s.collection_id, s.external_id, s.kind, s.resource_id,
  s.name, s.hint, s.principal_id, {_OWNER}, s.owner_name, s.owner_kind, s.owner_has_access,
  s.conditions, s.scopes, s.is_enabled, s.added_at, s.expires_at, s.last_used_at, s.raw,
  s.fingerprint, {_BEGAN}, ''
FROM arriving s JOIN inventory_collection c ON c.id = s.collection_id
WHERE s.external_id IS NOT NULL ORDER BY s.external_id
ON CONFLICT (connection_id, external_id) DO NOTHING""",
    ),
    appeared=(_HISTORY.appeared(), *KEYS_USED),
    gone=_HISTORY.ended(_OVER),
)

ADMIN_KEYS = replace(
    PROJECT_KEYS,
    noun="admin key",
    is_foreign="FALSE",
    # The one that Tenure reads with is among them, unless its records are not what they seem.
    someone_must_remain=True,
)

# Its list is an identity provider's, and the rule names the project.
FEDERATION_RULES = replace(
    PROJECT_KEYS,
    noun="federation rule",
    is_foreign="FALSE",
    changed=tuple(_in_project(statement) for statement in PROJECT_KEYS.changed),
    new=tuple(_in_project(statement) for statement in PROJECT_KEYS.new),
)
