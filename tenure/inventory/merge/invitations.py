"""Invites of an organization become invitations."""

# ruff: noqa: S608 - the statements are put together from names of ours, never from values
from __future__ import annotations

from tenure.inventory.arrivals import INVITATION_COLUMNS
from tenure.inventory.merge.statements import BACK, History, Statements, began

_OVER = "a.ended_at IS NOT NULL"
_HISTORY = History("invitation")
_BEGAN = ", ".join(began())
_PLAIN = ("status", "email", "role")
_INSTANTS = ("added_at", "expires_at", "accepted_at")

INVITATIONS = Statements(
    noun="invitation",
    table="inventory_invitation",
    scope="connection_id",
    same="a.connection_id = %(connection)s AND a.external_id = s.external_id",
    columns=INVITATION_COLUMNS,
    is_over=_OVER,
    # Up to ten may all end at once; that happens on ordinary days.
    someone_must_remain=False,
    differs="""a.ended_at IS NOT NULL OR a.status <> s.status OR a.email <> s.email
   OR a.role <> s.role OR a.grants IS DISTINCT FROM s.grants
   OR a.invited_at IS DISTINCT FROM s.added_at OR a.expires_at IS DISTINCT FROM s.expires_at
   OR a.accepted_at IS DISTINCT FROM s.accepted_at""",
    changed=(
        _HISTORY.changed({name: (f"a.{name}", f"s.{name}") for name in _PLAIN}),
        _HISTORY.reappeared(),
        f"""
UPDATE inventory_invitation AS a SET
  email = s.email, email_key = s.email_key, role = s.role, status = s.status, grants = s.grants,
  invited_at = s.added_at, expires_at = s.expires_at, accepted_at = s.accepted_at, {BACK}""",
    ),
    quiet=(
        """
UPDATE inventory_invitation AS a SET raw = s.raw, fingerprint = s.fingerprint
FROM arriving s WHERE a.connection_id = %(connection)s AND a.external_id = s.external_id""",
    ),
    new=(
        f"""
INSERT INTO inventory_invitation (ref, connection_id, external_id, email, email_key, role, status,
  grants, invited_at, expires_at, accepted_at, raw, fingerprint,
  began_at, began_not_before, began_known_by, ended_known_by)
SELECT s.ref, %(connection)s, s.external_id, s.email, s.email_key, s.role, s.status,
  s.grants, s.added_at, s.expires_at, s.accepted_at, s.raw, s.fingerprint, {_BEGAN}, ''
FROM arriving s JOIN inventory_collection c ON c.id = s.collection_id
WHERE s.external_id IS NOT NULL ORDER BY s.external_id
ON CONFLICT (connection_id, external_id) DO NOTHING""",
    ),
    appeared=(_HISTORY.appeared(),),
    gone=_HISTORY.ended(_OVER),
)
