"""The endpoints of the inventory."""

from tenure.inventory.api.accounts import endpoints as accounts
from tenure.inventory.api.credentials import endpoints as credentials
from tenure.inventory.api.events import endpoints as events
from tenure.inventory.api.groups import endpoints as groups
from tenure.inventory.api.linking import endpoints as linking
from tenure.inventory.api.marks import endpoints as marks
from tenure.inventory.api.people import endpoints as people
from tenure.inventory.api.projects import endpoints as projects
from tenure.inventory.api.roles import endpoints as roles
from tenure.inventory.api.runs import endpoints as runs

__all__ = [
    "accounts",
    "credentials",
    "events",
    "groups",
    "linking",
    "marks",
    "people",
    "projects",
    "roles",
    "runs",
]
