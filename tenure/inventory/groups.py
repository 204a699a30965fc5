"""Groups as their pages show them."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.urls import reverse

from tenure.inventory import (
    access_wording,
    event_wording,
    group_wording,
    queries,
    role_wording,
    timelines,
    wording,
)
from tenure.inventory.listing import chips, foot_of, searched
from tenure.inventory.models import Collection, ResourceChange
from tenure.inventory.queries import GROUP_FILTERS, MEMBER_FILTERS, MOST_GRANTS, GroupsAsked
from tenure.inventory.records import pretty
from tenure.lib.actor import Actor

_MOST_STEPS = 40


def group_list(address: QueryDict, *, actor: Actor) -> dict[str, Any]:
    """Context of /groups. Four queries."""
    asked = GroupsAsked(
        show=address.get("show") or "all",
        search=searched(address),
        cursor=address.get("cursor", ""),
    )
    leavers = queries.leavers_in_groups(actor=actor)
    page = queries.group_page(asked, leavers=leavers, actor=actor)
    counts = queries.group_counts(leavers=leavers, actor=actor)
    held = {"show": asked.show, "q": asked.search}
    is_empty = not counts["all"] and not counts["over"]
    for group in page.rows:
        say(group)
    return {
        "asked": asked,
        "rows": page.rows,
        "filters": chips(GROUP_FILTERS, counts, held),
        "has_several_connections": counts["connections"] > 1,
        "tabs": tabs("groups"),
        "is_empty": is_empty,
        "lists": [_none_of(one) for one in queries.lists_of_groups(actor=actor)]
        if is_empty
        else [],
        **foot_of(page, counts[asked.show], held, asked.search, ("group", "groups")),
    }


def _none(actor: Actor) -> list[dict[str, str]]:
    return [_none_of(one) for one in queries.lists_of_groups(actor=actor)]


def _none_of(groups: Collection) -> dict[str, str]:
    """Why there are no groups of a connection: there are none, or nobody could tell us."""
    name = groups.connection.name
    if groups.state == "complete":
        title = f"{name} has no groups"
        says = "Its list of groups is empty: everybody has what they have by themselves."
    elif groups.state == "unavailable":
        title = f"The groups of {name} cannot be read"
        says = f"{groups.reason} Until then, what is held through groups is missing here."
    else:
        title = f"The groups of {name} have not been read yet"
        says = groups.reason or "They appear here with the next sync."
    icon = "eye-off" if groups.state == "unavailable" else "users-group"
    return {"state": groups.state, "title": title, "says": says, "icon": icon}


def tabs(here: str) -> list[dict[str, Any]]:
    """The two lists that have one entry of the navigation, for {% tabs %}."""
    return [
        {"label": name.capitalize(), "url": reverse(f"inventory:{name}"), "current": name == here}
        for name in ("groups", "roles")
    ]


def say(group: Any) -> None:  # noqa: ANN401 - a group with its counts
    """Give a row its words."""
    group.said = group_wording.group_state(group)
    group.remark = access_wording.remark_on_list(group)
    group.role_labels = [role_wording.label(one.external_id, one.name) for one in group.roles]
    group.is_privileged = any(role_wording.is_privileged(one) for one in group.roles)


def group_context(
    group: Any,  # noqa: ANN401 - a group with its counts and lists
    changes: list[ResourceChange],
    address: QueryDict,
    *,
    actor: Actor,
) -> dict[str, Any]:
    """Context of a group's page. Three queries more."""
    show, cursor = address.get("show") or "all", address.get("cursor", "")
    page = queries.member_page(group, show=show, cursor=cursor, actor=actor)
    grants = queries.grants_on(group, page.rows, actor=actor)
    given = queries.given_by(group, actor=actor)
    since = {one.account_id: one for one in grants if one.ended_at is None}
    for account in page.rows:
        _say_since(account, since.get(account.pk))
    history = timelines.newest_first(_steps(changes, grants, given))
    members = group.member_count or 0
    counts = {"all": members, "leavers": group.leaver_count}
    return {
        "group": group,
        "said": group_wording.group_state(group),
        "rows": page.rows,
        "show": show,
        "filters": chips(MEMBER_FILTERS, counts, {"show": show, "q": ""}),
        "strangers": [one for one in grants if one.ended_at is None and one.account_id is None],
        "leavers": access_wording.leavers_in_group(group.leaver_count),
        "gives": group_wording.current(given) if group.is_open else [],
        "gave": [group_wording.given(line) for line in given if line.ended_at is not None],
        "is_cut": len(given) > MOST_GRANTS,
        "lists": _lists(group),
        "history": history[:_MOST_STEPS],
        "has_earlier": len(history) > _MOST_STEPS,
        "raw": pretty(group.raw) if group.raw else "",
        "began": access_wording.known(
            at=group.began_at, not_before=group.began_not_before, known_by=group.began_known_by
        ),
        "may_see_people": actor.may_somewhere("people.view"),
        "may_see_runs": actor.may("connections.view", connection=str(group.connection.ref)),
        **foot_of(page, counts[show], {"show": show, "q": ""}, "", ("member", "members")),
    }


def _say_since(account: Any, grant: queries.GrantLine | None) -> None:  # noqa: ANN401 - an account with its person
    account.attention = wording.attention(account)
    account.person_label = wording.person_label(account)
    account.person_said = wording.PERSON_STATES.get(account.person_state)
    account.added = grant and access_wording.added(
        at=grant.began_at, not_before=grant.began_not_before, known_by=grant.began_known_by
    )


def _lists(group: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - a group with its lists
    """The lists that tell of a group: when each was read, and what is wrong with it."""
    lists = (
        ("Members", group.read_at, group.read_state, group.read_reason, group.read_in),
        ("Roles", group.roles_read_at, group.roles_read_state, group.roles_read_reason, None),
    )
    return [
        {
            "label": label,
            "read_at": read_at,
            "read_in": read_in,
            "reason": reason if state not in ("", "complete") else "",
            "remark": _REMARKS.get(state, ""),
            "is_unread": read_at is None,
        }
        for label, read_at, state, reason, read_in in lists
    ]


_REMARKS = {
    "unavailable": "Cannot be read",
    "incomplete": "Last reading broke off",
}


def told_history_of_group(
    group: Any,  # noqa: ANN401 - same
    changes: list[ResourceChange],
    *,
    actor: Actor,
) -> list[dict[str, Any]]:
    """What happened to it, with what the log tells, for the page that has no question left."""
    grants, given = queries.grants_on(group, [], actor=actor), queries.given_by(group, actor=actor)
    events = queries.told_of_group(group, actor=actor)
    steps = _steps(changes, grants, given)
    told = event_wording.with_authors(steps, events, about_a_project=True)
    return timelines.newest_first(told)[:_MOST_STEPS]


def _steps(changes: Any, grants: Any, given: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - rows and lines
    steps = group_wording.steps_of_group(changes) + group_wording.steps_of_members(grants)
    return steps + group_wording.steps_of_given(given)
