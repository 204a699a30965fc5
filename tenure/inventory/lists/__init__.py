"""Every list of the inventory: rows as endpoints and exports show them."""

from __future__ import annotations

from tenure.inventory.lists.accounts import ACCOUNTS, LINK_SUGGESTIONS, PEOPLE
from tenure.inventory.lists.accounts import accounts as accounts
from tenure.inventory.lists.accounts import link_suggestions as link_suggestions
from tenure.inventory.lists.accounts import people as people
from tenure.inventory.lists.groups import GROUP_MEMBERS, GROUPS, ROLE_HOLDERS, ROLES
from tenure.inventory.lists.groups import group_members as group_members
from tenure.inventory.lists.groups import groups as groups
from tenure.inventory.lists.groups import role_holders as role_holders
from tenure.inventory.lists.groups import roles as roles
from tenure.inventory.lists.keys import CREDENTIALS
from tenure.inventory.lists.keys import credentials as credentials
from tenure.inventory.lists.projects import PROJECT_ACCOUNTS, PROJECTS
from tenure.inventory.lists.projects import project_accounts as project_accounts
from tenure.inventory.lists.projects import projects as projects
from tenure.inventory.lists.runs import COLLECTIONS, RUNS
from tenure.inventory.lists.runs import collections as collections
from tenure.inventory.lists.runs import runs as runs

LISTS = (
    *(ACCOUNTS, LINK_SUGGESTIONS, PEOPLE, PROJECTS, PROJECT_ACCOUNTS, CREDENTIALS),
    *(GROUPS, GROUP_MEMBERS, ROLES, ROLE_HOLDERS, RUNS, COLLECTIONS),
)
