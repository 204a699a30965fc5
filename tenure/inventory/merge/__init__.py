"""The set-based sync: facts go to a temporary table and from there into the inventory.

Three statements carry it, the same on both databases and whatever the number of rows:

    changed   UPDATE … FROM arriving              what is there and differs
    new       INSERT … ON CONFLICT DO NOTHING     what is not there yet
    gone      UPDATE … FROM missing               once, when the list was read completely

No other module inserts what a provider keeps, or writes SQL of its own. Records that come byte for
byte as before never get here: they were recognized by their fingerprint. ON CONFLICT leans on the
unique key; "WHERE NOT EXISTS" in its place goes quadratic on PostgreSQL when the table was analysed
while it was empty.
"""

from __future__ import annotations

from collections.abc import Mapping

from tenure.inventory.merge.accounts import ACCOUNTS
from tenure.inventory.merge.activity import ACTIVITY
from tenure.inventory.merge.grants import GRANTS
from tenure.inventory.merge.invitations import INVITATIONS
from tenure.inventory.merge.resources import RESOURCES
from tenure.inventory.merge.spend import SPEND
from tenure.inventory.merge.statements import Statements as Statements

TABLES: Mapping[str, Statements] = {
    "users": ACCOUNTS,
    "invites": INVITATIONS,
    "projects": RESOURCES,
    "project_users": GRANTS,
    "usage": ACTIVITY,
    "costs": SPEND,
}
