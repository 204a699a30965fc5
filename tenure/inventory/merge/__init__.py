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
from tenure.inventory.merge.credentials import ADMIN_KEYS, FEDERATION_RULES, PROJECT_KEYS
from tenure.inventory.merge.entitlements import ENTITLEMENTS
from tenure.inventory.merge.grants import GRANTS, GROUP_GRANTS
from tenure.inventory.merge.invitations import INVITATIONS
from tenure.inventory.merge.resources import GROUPS, IDENTITY_PROVIDERS, RESOURCES
from tenure.inventory.merge.services import SERVICES
from tenure.inventory.merge.spend import SPEND
from tenure.inventory.merge.statements import Statements as Statements

TABLES: Mapping[str, Statements] = {
    "users": ACCOUNTS,
    "invites": INVITATIONS,
    "projects": RESOURCES,
    "groups": GROUPS,
    "roles": ENTITLEMENTS,
    "admin_keys": ADMIN_KEYS,
    "identity_providers": IDENTITY_PROVIDERS,
    "group_users": GRANTS,
    "group_roles": GROUP_GRANTS,
    "project_users": GRANTS,
    "project_groups": GROUP_GRANTS,
    "project_group_roles": GROUP_GRANTS,
    "project_roles": ENTITLEMENTS,
    "service_accounts": SERVICES,
    "project_keys": PROJECT_KEYS,
    "federation_rules": FEDERATION_RULES,
    "user_roles": GRANTS,
    "project_user_roles": GRANTS,
    "usage": ACTIVITY,
    "costs": SPEND,
}
