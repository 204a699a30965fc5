"""What removing means, by what there is now. Pure: no database, no clock.

thing                              there now        -> by whom
anything                           no                  nobody: already gone
role of the organization           yes, from an IdP    by hand: remove them in the IdP
                                   yes                 Tenure: the member leaves the organization
another role of the organization   yes                 by hand: take the role away
role of a project, predefined      yes                 Tenure: the member leaves the project
role of a project, any other       yes                 by hand: take the role away
through a group, or a place in it  yes, from an IdP    by hand: remove them from it in the IdP
                                   yes                 Tenure: the member leaves the group
service account                    yes, in a project   Tenure: removed with its keys
                                   yes, elsewhere      by hand
key                                yes                 Tenure: revoked
federation rule                    yes                 by hand: remove the rule
invitation                         yes                 Tenure: cancelled
                                   accepted            Tenure: the member leaves the organization
any, to change a role              yes                 by hand: give the other role instead

Where the connection is to be changed by hand alone, whatever is Tenure's is done by hand too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

What = Literal["member", "place", "service_account", "credential", "invitation", "by_hand", "gone"]
PREDEFINED = ("owner", "member", "viewer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """What is to go, as it is now. `was_accepted` is of an invitation whose account there is."""

    kind: str
    path: str
    is_there: bool
    resource_kind: str = ""
    role: str = ""
    is_scim_managed: bool = False
    thing_kind: str = ""
    has_project: bool = False
    was_accepted: bool = False
    is_change: bool = False


def what_removes(thing: Thing) -> What:
    """Which operation, or that a person does it, or that nothing is left to do."""
    if thing.was_accepted:
        return "member"
    if not thing.is_there:
        return "gone"
    if thing.is_change:
        return "by_hand"
    if thing.kind == "grant":
        return _of_right(thing)
    told: dict[str, What] = {
        "service_account": "service_account" if thing.has_project else "by_hand",
        "credential": "by_hand" if thing.thing_kind == "federation_rule" else "credential",
    }
    return told.get(thing.kind, "invitation")


def _of_right(thing: Thing) -> What:
    if thing.is_scim_managed and thing.path != "direct":
        return "by_hand"
    if thing.path == "organization":
        return "member"
    if thing.path in ("group", "membership"):
        return "place"
    is_plain = thing.resource_kind == "project" and thing.role in PREDEFINED
    return "place" if is_plain else "by_hand"


def state_after(operation: str, *, came_back: bool) -> str:
    """What a remediation is while its operation is in some state.

    operation                                 came back   -> remediation
    any                                       yes            failed: a person has to look
    verified                                  no             verified
    overridden                                no             waived
    blocked, failed, cancelled                no             failed
    any other                                 no             in_progress
    """
    if came_back and operation not in ("verified", "overridden"):
        return "failed"
    return {
        "verified": "verified",
        "overridden": "waived",
        "blocked": "failed",
        "failed": "failed",
        "cancelled": "failed",
    }.get(operation, "in_progress")
