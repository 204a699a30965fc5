"""Why a reviewer should look twice. Pure: no database, no clock. `flagging` is the same in SQL.

flag          holds of what
leaver        whose person, or owner, may not hold access
unlinked      what is a person's and nobody is linked; what needs an owner and has none
on_leave      whose person is on leave
new           what the last completed review did not have; nothing, where there was none
role_raised   a right that ranks higher than it did in the last review, or became privileged
privileged    owning the organization or a project, keys that administer, offers of such rights
dormant       an account last active before its dormant day; nobody knows: not
unused        a key last used before its dormant day, or never, and made before it
external      an account marked as external

Ranks of roles: owner 3, member 2, reader and viewer 1. Of any other word nobody knows the rank, so
it is raised only by becoming privileged.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal, get_args

Flag = Literal[
    "leaver",
    "unlinked",
    "on_leave",
    "new",
    "role_raised",
    "privileged",
    "dormant",
    "unused",
    "external",
]
FLAGS: tuple[Flag, ...] = get_args(Flag)
OWNER = "owner"
RANKS: Mapping[str, int] = MappingProxyType({"owner": 3, "member": 2, "reader": 1, "viewer": 1})
# What somebody has to answer for: kinds of accounts that are one person's, and those that are not.
OF_A_PERSON, OF_AN_OWNER = ("person", "external"), ("service", "shared")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the flags follow from; `dormant_before` is the day that counts as long ago.

    `was_role` and `was_privileged` are of the last review, None where the thing was not in it.
    """

    kind: str
    account_kind: str = ""
    has_account: bool = True
    has_person: bool = True
    may_hold_access: bool = True
    is_on_leave: bool = False
    organization_role: str = ""
    role: str = ""
    path: str = "direct"
    thing_kind: str = ""
    resource_kind: str = ""
    active_at: datetime | None = None
    last_used_at: datetime | None = None
    created_at: datetime | None = None
    had_review: bool = False
    was_role: str | None = None
    was_privileged: bool | None = None
    dormant_before: datetime


def is_privileged(facts: Facts) -> bool:
    """kind                role     thing        -> privileged

    grant, invitation   owner    any             yes
    service account     owner    any             yes
    credential          any      admin key       yes
    any                 other    any other       no
    """
    return facts.role == OWNER or facts.thing_kind == "admin_key"


def is_role_raised(facts: Facts) -> bool:
    """in the last review   rank then     rank now   privileged then   now   -> raised

    no                   any           any        any               any      no
    yes                  known, less   known      any               any      yes
    yes                  any           any        no                yes      yes
    yes                  any other                any other                  no
    """
    if facts.was_role is None:
        return False
    then, now = RANKS.get(facts.was_role), RANKS.get(facts.role)
    is_higher = then is not None and now is not None and then < now
    return is_higher or (is_privileged(facts) and facts.was_privileged is False)


def is_unlinked(facts: Facts) -> bool:
    """kind               has an account   has a person or owner   -> unlinked

    grant, service     yes              yes                        no
    grant, service     yes              no                         yes
    credential         no               any                        yes
    credential         yes              no                         yes
    invitation         any              no                         yes
    """
    return not facts.has_person or (facts.kind == "credential" and not facts.has_account)


def is_unused(facts: Facts) -> bool:
    """credential   last used      made        -> unused

    no           any            any            no
    yes          long ago       any            yes
    yes          since          any            no
    yes          never known    long ago       yes
    yes          never known    since, or      no
                                nobody knows
    """
    if facts.kind != "credential":
        return False
    used = facts.last_used_at or facts.created_at
    return used is not None and used < facts.dormant_before


def flags_of(facts: Facts) -> frozenset[Flag]:
    """Every flag of one row."""
    is_account = facts.kind in ("grant", "service_account")
    told: dict[Flag, bool] = {
        "leaver": facts.has_person and not facts.may_hold_access,
        "unlinked": is_unlinked(facts),
        "on_leave": facts.has_person and facts.may_hold_access and facts.is_on_leave,
        "new": facts.had_review and facts.was_role is None,
        "role_raised": is_role_raised(facts),
        "privileged": is_privileged(facts),
        "dormant": is_account
        and facts.active_at is not None
        and facts.active_at < facts.dormant_before,
        "unused": is_unused(facts),
        "external": facts.account_kind == "external",
    }
    return frozenset(flag for flag, holds in told.items() if holds)


def covers(
    scope: str, kinds: Collection[str], *, asked_scope: str, asked_kinds: Collection[str]
) -> bool:
    """Whether what an earlier campaign did not have is new in a later one.

    earlier scope   kinds             later scope   -> it is new
    all             all, or as many   any              yes
    privileged      all, or as many   privileged       yes
    any             fewer             any              no: nobody had asked for it
    any other                         any other        no
    """
    has_kinds = not kinds or bool(asked_kinds and set(asked_kinds) <= set(kinds))
    return has_kinds and scope in ("all", asked_scope) and scope != "changed"
