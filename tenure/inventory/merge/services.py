"""Service accounts of a project become grants, and accounts where no other list has them."""

# ruff: noqa: S608 - the statements are put together from names of ours, never from values
from __future__ import annotations

from dataclasses import replace

from tenure.inventory.merge.activity import NOT_KNOWN
from tenure.inventory.merge.grants import GRANTS
from tenure.inventory.merge.statements import SAYS_WHEN, began

_BEGAN = ", ".join(began())
_THEIRS = "a.connection_id = %(connection)s AND a.external_id = s.principal_id"
_STEP = (
    "INSERT INTO inventory_accountchange (account_id, run_id, kind, field, "
    '"before", "after", not_before, at, known_by) '
)
_JOINED = f"""FROM arriving s JOIN inventory_account a ON {_THEIRS}
JOIN inventory_collection c ON c.id = s.collection_id"""

_NAMED = (
    f"""{_STEP}SELECT a.id, %(run)s, 'changed', 'name', a.name, s.name, c.complete_from, %(at)s,
  'between_reads' {_JOINED} WHERE NOT a.is_listed AND a.status <> 'gone' AND a.name <> s.name""",
    f"""UPDATE inventory_account AS a SET name = s.name FROM arriving s
WHERE {_THEIRS} AND NOT a.is_listed AND a.name <> s.name""",
)
_BACK = (
    f"""{_STEP}SELECT a.id, %(run)s, 'reappeared', '', '', '', a.ended_at, %(at)s, 'between_reads'
{_JOINED} WHERE NOT a.is_listed AND a.status = 'gone'""",
    f"""UPDATE inventory_account AS a SET status = 'active', began_at = %(at)s,
  began_not_before = a.ended_at, began_known_by = 'between_reads', ended_at = NULL,
  ended_not_before = NULL, ended_known_by = ''
FROM arriving s WHERE {_THEIRS} AND NOT a.is_listed AND a.status = 'gone'""",
)
# The ref is the arriving row's; what the grant gets is of another table.
_MADE = (
    f"""INSERT INTO inventory_account (ref, connection_id, external_id, email, email_key,
  name, role, kind, status, is_break_glass, is_listed, added_at, last_active_at, last_active_source,
  began_at, began_not_before, began_known_by, ended_known_by)
SELECT s.ref, %(connection)s, s.principal_id, '', '', s.name, '', 'service', 'active', FALSE, FALSE,
  CASE WHEN {SAYS_WHEN} THEN s.added_at END, {NOT_KNOWN}, '', {_BEGAN}, ''
FROM arriving s JOIN inventory_collection c ON c.id = s.collection_id
WHERE s.external_id IS NOT NULL ORDER BY s.external_id
ON CONFLICT (connection_id, external_id) DO NOTHING""",
    f"""{_STEP}SELECT a.id, %(run)s, 'appeared', '', '', '', a.began_not_before, a.began_at,
  a.began_known_by FROM arriving s JOIN inventory_account a ON a.ref = s.ref AND {_THEIRS}""",
)

SERVICES = replace(
    GRANTS,
    noun="service account",
    follows_accounts=False,
    new=(*_BACK, *_MADE, *GRANTS.new),
    quiet=(*_NAMED, *GRANTS.quiet),
)
