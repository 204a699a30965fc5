"""Costs of users, keys and projects become what was spent."""

# ruff: noqa: S608 - the statements are put together from names of ours, never from values
from __future__ import annotations

from tenure.inventory.arrivals import SPEND_COLUMNS
from tenure.inventory.merge.statements import OF_THE_MISSING, Statements

SPEND = Statements(
    noun="spend",
    table="inventory_spend",
    scope="connection_id",
    same="a.connection_id = %(connection)s AND a.external_id = s.external_id",
    columns=SPEND_COLUMNS,
    is_over="1 = 0",
    someone_must_remain=False,
    # Nobody loses anything by it: a month without spend ends all of it at once.
    is_braked=False,
    differs="a.amount <> s.amount",
    changed=(
        """
UPDATE inventory_spend AS a SET amount = s.amount, fingerprint = s.fingerprint
FROM arriving s, different d WHERE a.id = d.row_id AND s.n = d.n""",
    ),
    quiet=(),
    new=(
        """
INSERT INTO inventory_spend (connection_id, external_id, principal_id, key_id, project_id, amount,
  currency, fingerprint)
SELECT %(connection)s, s.external_id, s.principal_id, s.key_id, s.project_id, s.amount,
  s.currency, s.fingerprint
FROM arriving s WHERE s.external_id IS NOT NULL
ON CONFLICT (connection_id, external_id) DO NOTHING""",
    ),
    appeared=(),
    gone=(
        f"""
DELETE FROM inventory_spend WHERE id IN (SELECT m.row_id FROM missing m WHERE {OF_THE_MISSING})""",
    ),
)
