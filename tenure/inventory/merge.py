"""The set-based sync: facts go to a temporary table and from there into the inventory.

Three statements carry it, the same on both databases and whatever the number of rows:

    changed   UPDATE … FROM arriving              as pages come, in short transactions
    new       INSERT … ON CONFLICT DO NOTHING     as pages come
    gone      UPDATE … WHERE not seen             once, when the collection was read completely

No other module inserts accounts or writes SQL of its own. A row that did not change is not
written. ON CONFLICT leans on the unique key; "WHERE NOT EXISTS" in its place goes quadratic on
PostgreSQL when the table was analysed while it was empty.
"""

# ruff: noqa: S608 - the statements are put together from names of ours, never from values
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tenure.inventory.arrivals import ACCOUNT_COLUMNS, INVITATION_COLUMNS
from tenure.lib.staging import Kind


@dataclass(frozen=True, kw_only=True)
class Statements:
    """The SQL of one table, in the order in which it runs; `merging` runs it.

    Temporary tables: `arriving` holds the rows to merge, `different` those that exist and differ,
    `seen` every key of this reading, `missing` what a complete reading did not see. `quiet` is for
    activity: it is kept up to date and makes no history. `%(at)s` is the moment of the merge,
    `c.complete_from` the beginning of the last complete reading.
    """

    noun: str
    table: str
    columns: Mapping[str, Kind]
    is_over: str
    differing: str
    changed: tuple[str, ...]
    quiet: tuple[str, ...]
    new: str
    appeared: tuple[str, ...]
    records: tuple[str, ...]
    gone: tuple[str, ...]
    someone_must_remain: bool


# The provider's own time of joining, where it can be true: not after we read it, and for someone
# who came back not before we last knew them here.
_SAYS_WHEN = "(s.added_at <= %(at)s)"
_SAYS_WHEN_AGAIN = (
    "(s.added_at <= %(at)s AND s.added_at > COALESCE(a.ended_not_before, a.ended_at))"
)


def _change_of(field: str, before: str, after: str) -> str:
    return (
        f"SELECT a.id, {{run}}, 'changed', '{field}', {before}, {after}, c.complete_from, {{at}}, "
        "'between_reads' FROM different d JOIN inventory_account a ON a.id = d.row_id "
        "JOIN arriving s ON s.external_id = a.external_id "
        f"JOIN inventory_collection c ON c.id = {{collection}} WHERE {before} <> {after}"
    ).format(run="%(run)s", at="%(at)s", collection="%(collection)s")


def _flag(column: str) -> str:
    return f"CASE WHEN {column} THEN 'yes' WHEN NOT {column} THEN 'no' ELSE '' END"


_CHANGE = (
    "INSERT INTO inventory_accountchange "
    '(account_id, run_id, kind, field, "before", "after", not_before, at, known_by) '
)
_COMPARED = {
    **{name: (f"a.{name}", f"s.{name}") for name in ("email", "name", "role")},
    # Coming back is a step of its own, not a change of status.
    "status": ("CASE WHEN a.status = 'gone' THEN s.status ELSE a.status END", "s.status"),
    **{n: (_flag(f"a.{n}"), _flag(f"s.{n}")) for n in ("is_default", "is_scim_managed")},
}

ACCOUNTS = Statements(
    noun="account",
    someone_must_remain=True,
    table="inventory_account",
    columns=ACCOUNT_COLUMNS,
    is_over="a.status = 'gone'",
    differing="""
INSERT INTO different (row_id, was_over)
SELECT a.id, a.status = 'gone' FROM arriving s
JOIN inventory_account a ON a.connection_id = %(connection)s AND a.external_id = s.external_id
WHERE a.status <> s.status OR a.email <> s.email OR a.name <> s.name OR a.role <> s.role
   OR a.is_default IS DISTINCT FROM s.is_default
   OR a.is_scim_managed IS DISTINCT FROM s.is_scim_managed""",
    changed=(
        _CHANGE + " UNION ALL ".join(_change_of(name, *pair) for name, pair in _COMPARED.items()),
        _CHANGE
        + f"""
SELECT a.id, %(run)s, 'reappeared', '', '', '',
       CASE WHEN {_SAYS_WHEN_AGAIN} THEN NULL ELSE c.complete_from END,
       CASE WHEN {_SAYS_WHEN_AGAIN} THEN s.added_at ELSE %(at)s END,
       CASE WHEN {_SAYS_WHEN_AGAIN} THEN 'provider' ELSE 'between_reads' END
FROM different d JOIN inventory_account a ON a.id = d.row_id
JOIN arriving s ON s.external_id = a.external_id
JOIN inventory_collection c ON c.id = %(collection)s WHERE d.was_over""",
        f"""
UPDATE inventory_account AS a SET
  email = s.email, email_key = s.email_key, name = s.name, role = s.role, status = s.status,
  is_default = s.is_default, is_scim_managed = s.is_scim_managed,
  began_at = CASE WHEN NOT d.was_over THEN a.began_at
                  WHEN {_SAYS_WHEN_AGAIN} THEN s.added_at ELSE %(at)s END,
  began_not_before = CASE WHEN NOT d.was_over THEN a.began_not_before
                          WHEN {_SAYS_WHEN_AGAIN} THEN NULL ELSE c.complete_from END,
  began_known_by = CASE WHEN NOT d.was_over THEN a.began_known_by
                        WHEN {_SAYS_WHEN_AGAIN} THEN 'provider' ELSE 'between_reads' END,
  ended_at = NULL, ended_not_before = NULL, ended_known_by = ''
FROM arriving s, different d, inventory_collection c
WHERE a.id = d.row_id AND s.external_id = a.external_id AND c.id = %(collection)s""",
    ),
    quiet=(
        """
UPDATE inventory_account AS a SET
  key_last_used_at = COALESCE(s.key_last_used_at, a.key_last_used_at),
  added_at = COALESCE(s.added_at, a.added_at)
FROM arriving s WHERE a.connection_id = %(connection)s AND a.external_id = s.external_id
  AND (a.key_last_used_at IS DISTINCT FROM COALESCE(s.key_last_used_at, a.key_last_used_at)
       OR a.added_at IS DISTINCT FROM COALESCE(s.added_at, a.added_at))""",
    ),
    new=f"""
INSERT INTO inventory_account (ref, connection_id, external_id, email, email_key, name, role, kind,
  status, is_default, is_scim_managed, is_break_glass, added_at, key_last_used_at,
  began_at, began_not_before, began_known_by, ended_known_by)
SELECT s.ref, %(connection)s, s.external_id, s.email, s.email_key, s.name, s.role, s.kind,
  s.status, s.is_default, s.is_scim_managed, FALSE, s.added_at, s.key_last_used_at,
  CASE WHEN {_SAYS_WHEN} THEN s.added_at ELSE %(at)s END,
  CASE WHEN {_SAYS_WHEN} THEN NULL ELSE c.complete_from END,
  CASE WHEN {_SAYS_WHEN} THEN 'provider' ELSE 'between_reads' END, ''
FROM arriving s JOIN inventory_collection c ON c.id = %(collection)s
WHERE s.external_id IS NOT NULL ORDER BY s.external_id
ON CONFLICT (connection_id, external_id) DO NOTHING""",
    appeared=(
        _CHANGE
        + """
SELECT a.id, %(run)s, 'appeared', '', '', '', a.began_not_before, a.began_at, a.began_known_by
FROM arriving s JOIN inventory_account a ON a.ref = s.ref""",
    ),
    records=(
        """
INSERT INTO inventory_accountrecord (account_id, raw, digest, received_at)
SELECT a.id, s.raw, s.digest, %(at)s FROM arriving s
JOIN inventory_account a ON a.connection_id = %(connection)s AND a.external_id = s.external_id
LEFT JOIN inventory_accountrecord r ON r.account_id = a.id
WHERE r.account_id IS NULL OR r.digest <> s.digest
ON CONFLICT (account_id) DO UPDATE
SET raw = excluded.raw, digest = excluded.digest, received_at = excluded.received_at""",
    ),
    # An account first seen by an incomplete reading was there later than the last complete one.
    gone=(
        _CHANGE
        + """
SELECT a.id, %(run)s, 'ended', '', '', '', CASE WHEN c.complete_from > a.began_at
  THEN c.complete_from ELSE a.began_at END, %(at)s, 'between_reads'
FROM missing m JOIN inventory_account a ON a.id = m.row_id
JOIN inventory_collection c ON c.id = %(collection)s
WHERE m.n BETWEEN %(first)s AND %(last)s AND a.status <> 'gone'""",
        """
UPDATE inventory_account AS a SET status = 'gone', ended_at = %(at)s,
  ended_not_before = CASE WHEN c.complete_from > a.began_at
    THEN c.complete_from ELSE a.began_at END, ended_known_by = 'between_reads'
FROM missing m, inventory_collection c
WHERE a.id = m.row_id AND c.id = %(collection)s
  AND m.n BETWEEN %(first)s AND %(last)s AND a.status <> 'gone'""",
    ),
)

INVITATIONS = Statements(
    noun="invitation",
    someone_must_remain=False,
    table="inventory_invitation",
    columns=INVITATION_COLUMNS,
    is_over="a.ended_at IS NOT NULL",
    differing="""
INSERT INTO different (row_id, was_over)
SELECT a.id, a.ended_at IS NOT NULL FROM arriving s
JOIN inventory_invitation a ON a.connection_id = %(connection)s AND a.external_id = s.external_id
WHERE a.ended_at IS NOT NULL OR a.status <> s.status OR a.email <> s.email OR a.role <> s.role
   OR a.grants IS DISTINCT FROM s.grants OR a.invited_at IS DISTINCT FROM s.invited_at
   OR a.expires_at IS DISTINCT FROM s.expires_at OR a.accepted_at IS DISTINCT FROM s.accepted_at""",
    changed=(
        """
UPDATE inventory_invitation AS a SET
  email = s.email, email_key = s.email_key, role = s.role, status = s.status, grants = s.grants,
  invited_at = s.invited_at, expires_at = s.expires_at, accepted_at = s.accepted_at, ended_at = NULL
FROM arriving s, different d WHERE a.id = d.row_id AND s.external_id = a.external_id""",
    ),
    quiet=(),
    new="""
INSERT INTO inventory_invitation (ref, connection_id, external_id, email, email_key, role, status,
  grants, invited_at, expires_at, accepted_at, began_at)
SELECT s.ref, %(connection)s, s.external_id, s.email, s.email_key, s.role, s.status,
  s.grants, s.invited_at, s.expires_at, s.accepted_at, %(at)s
FROM arriving s WHERE s.external_id IS NOT NULL ORDER BY s.external_id
ON CONFLICT (connection_id, external_id) DO NOTHING""",
    appeared=(),
    records=(),
    gone=(
        """
UPDATE inventory_invitation AS a SET ended_at = %(at)s FROM missing m
WHERE a.id = m.row_id AND m.n BETWEEN %(first)s AND %(last)s AND a.ended_at IS NULL""",
    ),
)

TABLES: Mapping[str, Statements] = {"users": ACCOUNTS, "invites": INVITATIONS}
