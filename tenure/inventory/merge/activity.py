"""What sources of activity say becomes observations, and the newest of them an account's."""

# ruff: noqa: S608 - the statements are put together from names of ours, never from values
from __future__ import annotations

from tenure.inventory import activity_rules
from tenure.inventory.arrivals import ACTIVITY_COLUMNS
from tenure.inventory.merge.statements import Statements

# As both databases understand it.
NOT_KNOWN = f"'{activity_rules.NOT_KNOWN:%Y-%m-%d %H:%M:%S}'"


def observed(seen: str) -> str:
    """Keep the newest of each principal and source; what is no newer touches no row.

    `seen` is a query for principal_id, source, kind, at, precision and detail, with at most one
    row for a principal and source. `%(at)s` is when we heard of it: nothing is newer.

    What is no newer is left out before it conflicts: PostgreSQL locks, and so writes, the row of
    every conflict.
    """
    return f"""
INSERT INTO inventory_activityobservation (connection_id, principal_id, account_id, source, kind,
  at, precision, detail, observed_at)
SELECT %(connection)s, s.principal_id, a.id, s.source, s.kind, s.at, s.precision, s.detail, %(at)s
FROM ({seen}) s
LEFT JOIN inventory_account a
  ON a.connection_id = %(connection)s AND a.external_id = s.principal_id
LEFT JOIN inventory_activityobservation o ON o.connection_id = %(connection)s
  AND o.principal_id = s.principal_id AND o.source = s.source
WHERE s.at <= %(at)s AND (o.at IS NULL OR s.at > o.at)
ON CONFLICT (connection_id, principal_id, source) DO UPDATE SET
  account_id = excluded.account_id, kind = excluded.kind, at = excluded.at,
  precision = excluded.precision, detail = excluded.detail, observed_at = excluded.observed_at
WHERE excluded.at > inventory_activityobservation.at"""


# Of several observations of an account the newest, as activity_rules.last_activity says.
_IS_NEWEST = """(o.at > a.last_active_at
  OR (o.at = a.last_active_at AND o.source > a.last_active_source)) AND NOT EXISTS (
  SELECT 1 FROM inventory_activityobservation p WHERE p.account_id = o.account_id
  AND (p.at > o.at OR (p.at = o.at AND p.source > o.source)))"""
_RAISE = """
UPDATE inventory_account AS a SET last_active_at = o.at, last_active_source = o.source"""


def raised(seen: str) -> str:
    """After `observed`, the accounts of those who were seen: a query or table with their
    principal_id and source."""
    return f"""{_RAISE}
FROM {seen} s, inventory_activityobservation o
WHERE o.connection_id = %(connection)s AND o.principal_id = s.principal_id
  AND o.source = s.source AND a.id = o.account_id AND {_IS_NEWEST}"""


_NEWEST_OF_EACH = """
SELECT principal_id, source, kind, at, precision, detail FROM (
  SELECT t.*, ROW_NUMBER() OVER (PARTITION BY principal_id, source ORDER BY at DESC, detail) AS nth
  FROM ({told}) t) n WHERE nth = 1"""
# Whoever signed in, and whoever did anything else, by the events kept after `%(after)s`. Who failed
# to sign in or out did nothing: that may have been anybody. The provider's clock may be ahead.
FROM_EVENTS = _NEWEST_OF_EACH.format(
    told="""SELECT actor_id AS principal_id,
    CASE WHEN about = 'login' THEN 'login_event' ELSE 'audit_event' END AS source,
    CASE WHEN about = 'login' THEN 'login' ELSE 'administration' END AS kind,
    CASE WHEN at > %(at)s THEN %(at)s ELSE at END AS at,
    'instant' AS precision, type AS detail
  FROM inventory_providerevent WHERE connection_id = %(connection)s AND id > %(after)s
    AND actor_id <> '' AND (about NOT IN ('login', 'logout') OR verb = 'succeeded')"""
)
# Whose keys were used, of each kind of key, by the records that arrive: one that is as it was says
# nothing new. By one of them Tenure reads: that is no use of theirs.
_FROM_KEYS = _NEWEST_OF_EACH.format(
    told="""SELECT k.principal_id, k.kind AS source, 'key_use' AS kind,
    CASE WHEN k.last_used_at > %(at)s THEN %(at)s ELSE k.last_used_at END AS at,
    'instant' AS precision, SUBSTR(k.name, 1, 120) AS detail
  FROM arriving k WHERE k.principal_id <> '' AND k.last_used_at IS NOT NULL
    AND NOT (k.kind = 'admin_key' AND EXISTS (
      SELECT 1 FROM connections_connectionkey o
      WHERE o.connection_id = %(connection)s AND o.owner_id = k.principal_id
        AND o.hint = SUBSTR(k.hint, LENGTH(k.hint) - LENGTH(o.hint) + 1)))"""
)
KEYS_USED = (observed(_FROM_KEYS), raised(f"({_FROM_KEYS})"))

# Whatever was observed before the list of users had their account; and what it means to them.
ADOPT_OBSERVATIONS = """
UPDATE inventory_activityobservation AS o SET account_id = a.id FROM inventory_account a
WHERE o.account_id IS NULL AND o.connection_id = %(connection)s
  AND a.connection_id = %(connection)s AND a.external_id = o.principal_id"""
RAISE_ALL = f"""{_RAISE}
FROM inventory_activityobservation o
WHERE o.connection_id = %(connection)s AND a.id = o.account_id AND {_IS_NEWEST}"""

# A list of what was done lasts no longer than its reading: nothing of it is known from before, and
# nothing ends with it. One more recent than what is known counts as added.
ACTIVITY = Statements(
    noun="activity",
    table="inventory_activityobservation",
    scope="connection_id",
    same="""a.connection_id = %(connection)s AND a.principal_id = s.principal_id
   AND a.source = s.source""",
    columns=ACTIVITY_COLUMNS,
    is_over="1 = 1",
    fingerprint="0",
    someone_must_remain=False,
    replaces=True,
    newest="at",
    differs="s.at > a.at",
    changed=(),
    quiet=(),
    new=(
        observed("SELECT principal_id, source, kind, at, precision, detail FROM arriving"),
        raised("arriving"),
    ),
    appeared=(),
    gone=(),
)
