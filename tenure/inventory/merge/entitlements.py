"""The catalogue of roles becomes entitlements."""

# ruff: noqa: S608 - the statements are put together from names of ours, never from values
from __future__ import annotations

from tenure.inventory.arrivals import ENTITLEMENT_COLUMNS
from tenure.inventory.merge.statements import BACK, History, Statements, began, flag

_OVER = "a.ended_at IS NOT NULL"
_HISTORY = History("entitlement")
_BEGAN = ", ".join(began())
_SAME = "a.resource_id = s.resource_id AND a.kind = 'role' AND a.external_id = s.external_id"


def _before(before: str, after: str) -> str:
    """What a grant alone told of a role is nothing that could change."""
    return f"CASE WHEN a.collection_id IS NULL THEN {after} ELSE {before} END"


ENTITLEMENTS = Statements(
    noun="role",
    table="inventory_entitlement",
    scope="collection_id",
    same=_SAME,
    columns=ENTITLEMENT_COLUMNS,
    is_over=_OVER,
    is_foreign="a.collection_id IS NULL",
    # Predefined roles are always there.
    someone_must_remain=True,
    differs="""a.ended_at IS NOT NULL OR a.collection_id IS NULL OR a.name <> s.name
   OR a.description <> s.description OR a.permissions <> s.permissions
   OR a.provider_id <> s.provider_id OR a.is_predefined IS DISTINCT FROM s.is_predefined""",
    changed=(
        _HISTORY.changed(
            {
                name: (_before(before, after), after)
                for name, before, after in (
                    *((n, f"a.{n}", f"s.{n}") for n in ("name", "description", "permissions")),
                    ("is_predefined", flag("a.is_predefined"), flag("s.is_predefined")),
                )
            }
        ),
        _HISTORY.reappeared(),
        f"""
UPDATE inventory_entitlement AS a SET
  collection_id = s.collection_id, name = s.name, description = s.description,
  permissions = s.permissions, provider_id = s.provider_id, is_predefined = s.is_predefined,
  {BACK}""",
    ),
    quiet=(
        f"""
UPDATE inventory_entitlement AS a SET raw = s.raw, fingerprint = s.fingerprint
FROM arriving s WHERE {_SAME}""",
    ),
    new=(
        f"""
INSERT INTO inventory_entitlement (ref, connection_id, resource_id, kind, external_id,
  collection_id, provider_id, name, description, permissions, is_predefined, raw, fingerprint,
  began_at, began_not_before, began_known_by, ended_known_by)
SELECT s.ref, %(connection)s, s.resource_id, 'role', s.external_id,
  s.collection_id, s.provider_id, s.name, s.description, s.permissions, s.is_predefined, s.raw,
  s.fingerprint, {_BEGAN}, ''
FROM arriving s JOIN inventory_collection c ON c.id = s.collection_id
WHERE s.external_id IS NOT NULL ORDER BY s.external_id
ON CONFLICT (resource_id, kind, external_id) DO NOTHING""",
    ),
    appeared=(_HISTORY.appeared(),),
    gone=_HISTORY.ended(_OVER),
)
