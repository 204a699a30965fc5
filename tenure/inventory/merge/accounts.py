"""Users of an organization become accounts."""

# ruff: noqa: S608 - the statements are put together from names of ours, never from values
from __future__ import annotations

from tenure.inventory.arrivals import ACCOUNT_COLUMNS
from tenure.inventory.merge.activity import NOT_KNOWN
from tenure.inventory.merge.statements import (
    BACK,
    History,
    Statements,
    began,
    end_of,
    flag,
)

_OVER = "a.status = 'gone'"
_HISTORY = History("account")
_STEP, _ = _HISTORY.ended(_OVER)
_BEGAN = ", ".join(began())
# The newest activity moves forward only, and not beyond the moment at which we heard of it.
_IS_NEWER = "s.key_last_used_at >= a.last_active_at AND s.key_last_used_at <= %(at)s"
_ACTIVE = f"""
  key_last_used_at = COALESCE(s.key_last_used_at, a.key_last_used_at),
  last_active_at = CASE WHEN {_IS_NEWER} THEN s.key_last_used_at ELSE a.last_active_at END,
  last_active_source = CASE WHEN {_IS_NEWER} THEN 'user_record' ELSE a.last_active_source END"""
_IS_KNOWN = "s.key_last_used_at <= %(at)s"
_FIRST_ACTIVE = f"""
  CASE WHEN {_IS_KNOWN} THEN s.key_last_used_at ELSE {NOT_KNOWN} END,
  CASE WHEN {_IS_KNOWN} THEN 'user_record' ELSE '' END"""
_COMPARED = {
    **{name: (f"a.{name}", f"s.{name}") for name in ("email", "name", "role")},
    # Coming back is a step of its own, not a change of status.
    "status": ("CASE WHEN a.status = 'gone' THEN s.status ELSE a.status END", "s.status"),
    **{n: (flag(f"a.{n}"), flag(f"s.{n}")) for n in ("is_default", "is_scim_managed")},
}

ACCOUNTS = Statements(
    noun="account",
    table="inventory_account",
    scope="connection_id",
    same="a.connection_id = %(connection)s AND a.external_id = s.external_id",
    columns=ACCOUNT_COLUMNS,
    is_over=_OVER,
    is_mine="a.is_listed",
    # Known from its project alone, until now.
    is_foreign="NOT a.is_listed",
    # The key's own owner is among them.
    someone_must_remain=True,
    may_begin_empty=False,
    differs="""NOT a.is_listed OR a.status <> s.status OR a.email <> s.email
   OR a.name <> s.name OR a.role <> s.role
   OR a.is_default IS DISTINCT FROM s.is_default
   OR a.is_scim_managed IS DISTINCT FROM s.is_scim_managed""",
    changed=(
        _HISTORY.changed(_COMPARED),
        _HISTORY.reappeared(),
        f"""
UPDATE inventory_account AS a SET
  email = s.email, email_key = s.email_key, name = s.name, role = s.role, status = s.status,
  is_listed = TRUE, is_default = s.is_default, is_scim_managed = s.is_scim_managed, {_ACTIVE},
  added_at = COALESCE(s.added_at, a.added_at), fingerprint = s.fingerprint, {BACK}""",
    ),
    quiet=(
        f"""
UPDATE inventory_account AS a SET {_ACTIVE},
  added_at = COALESCE(s.added_at, a.added_at), fingerprint = s.fingerprint
FROM arriving s WHERE a.connection_id = %(connection)s AND a.external_id = s.external_id
  AND a.fingerprint IS DISTINCT FROM s.fingerprint""",
    ),
    new=(
        f"""
INSERT INTO inventory_account (ref, connection_id, external_id, email, email_key, name, role, kind,
  status, is_default, is_scim_managed, is_break_glass, is_listed, added_at, key_last_used_at,
  last_active_at, last_active_source, fingerprint,
  began_at, began_not_before, began_known_by, ended_known_by)
SELECT s.ref, %(connection)s, s.external_id, s.email, s.email_key, s.name, s.role, s.kind,
  s.status, s.is_default, s.is_scim_managed, FALSE, TRUE, s.added_at, s.key_last_used_at,
  {_FIRST_ACTIVE}, s.fingerprint, {_BEGAN}, ''
FROM arriving s JOIN inventory_collection c ON c.id = s.collection_id
WHERE s.external_id IS NOT NULL ORDER BY s.external_id
ON CONFLICT (connection_id, external_id) DO NOTHING""",
    ),
    appeared=(
        _HISTORY.appeared(),
        """
INSERT INTO inventory_accountrecord (account_id, raw, received_at)
SELECT a.id, s.raw, %(at)s FROM arriving s
JOIN inventory_account a ON a.connection_id = %(connection)s AND a.external_id = s.external_id
WHERE s.external_id IS NOT NULL
ON CONFLICT (account_id) DO UPDATE
SET raw = excluded.raw, received_at = excluded.received_at""",
    ),
    gone=(_STEP, end_of("inventory_account", _OVER, also="status = 'gone',")),
)
