"""One project as its page shows it: who reaches it, by which path, and what happened to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import QueryDict

from tenure.inventory import (
    access_rules,
    access_wording,
    credential_wording,
    event_wording,
    queries,
    timelines,
    wording,
)
from tenure.inventory.listing import reach_list
from tenure.inventory.models import Account, Resource, ResourceChange
from tenure.inventory.queries import GrantLine
from tenure.inventory.records import pretty
from tenure.lib.actor import Actor
from tenure.lib.clock import now

_MOST_STEPS = 40


def project_context(
    project: Resource,
    changes: Iterable[ResourceChange],
    address: QueryDict,
    *,
    actor: Actor,
) -> dict[str, Any]:
    """Context of a project's page. Three queries more."""
    reached = reach_list(project, address, actor=actor)
    grants = queries.grants_on(project, reached["rows"], actor=actor)
    active = [grant for grant in grants if grant.ended_at is None]
    for account in reached["rows"]:
        _say_how(account, [one for one in active if one.account_id == account.pk])
    history = _history(project, changes, grants, ())
    return {
        "project": project,
        "said": access_wording.project_state(project),
        "remark": access_wording.remark_on_list(project),
        "strangers": [
            grant for grant in active if grant.account_id is None and grant.group_ref is None
        ],
        "groups": _groups(active),
        "history": history[:_MOST_STEPS],
        "leavers_can_reach": access_wording.leavers_can_reach(reached["reach"]["leavers"]),
        "has_earlier": len(history) > _MOST_STEPS,
        "raw": pretty(project.raw) if project.raw else "",
        "began": access_wording.known(
            at=project.began_at,
            not_before=project.began_not_before,
            known_by=project.began_known_by,
        ),
        "may_scope": actor.may("resources.scope", connection=str(project.connection.ref)),
        "may_see_people": actor.may_somewhere("people.view"),
        "may_see_runs": actor.may("connections.view", connection=str(project.connection.ref)),
        **reached,
    }


def rules_of_project(project: Resource, *, actor: Actor) -> dict[str, Any]:
    """Context of the block of rules by which somebody acts in it without a key. Three queries."""
    at, rules = now(), queries.rules_with_owners(project, actor=actor)
    said = [(rule, credential_wording.reach(rule, at=at)) for rule in rules]
    return {"rules": said[: queries.MOST_KEYS], "has_more": len(said) > queries.MOST_KEYS}


def told_history_of_project(
    project: Resource, changes: Iterable[ResourceChange], *, actor: Actor
) -> list[dict[str, Any]]:
    """What happened to it, with what the log tells, for the page that has no question left."""
    grants = queries.grants_on(project, [], actor=actor)
    events = queries.told_of_project(project, actor=actor)
    return _history(project, changes, grants, events)[:_MOST_STEPS]


def _history(
    project: Resource,
    changes: Iterable[ResourceChange],
    grants: Iterable[GrantLine],
    events: Iterable[Any],
) -> list[dict[str, Any]]:
    steps = timelines.steps_of_project(changes)
    steps += timelines.steps_of_grants(grants, timelines.OF_A_PROJECT)
    steps = event_wording.with_authors(steps, events, about_a_project=True)
    if project.scope_decided_at is not None:
        steps.append(_decision(project))
    return timelines.newest_first(steps)


def ways_to(account: Any, grants: Sequence[GrantLine]) -> frozenset[access_rules.Access]:  # noqa: ANN401 - an account with its person
    """By which ways an account reaches an open project, from its active grants there. Whoever has
    none owns the organization, through whatever group."""
    own = [grant.role_name or grant.role for grant in grants if not grant.via]
    through = [(grant.role_name or grant.role, grant.via) for grant in grants if grant.via]
    return access_rules.project_access(
        is_gone=account.status == Account.Status.GONE,
        owns_organization=account.role == access_rules.OWNER or not grants,
        project_is_open=True,
        granted=own,
        through=through,
    )


def _groups(active: Iterable[GrantLine]) -> list[dict[str, Any]]:
    """The groups that hold something on it, each with its roles in words."""
    of_group: dict[Any, dict[str, Any]] = {}
    for grant in active:
        if grant.group_ref is None or grant.via:
            continue
        known = of_group.setdefault(grant.group_ref, {"grant": grant, "roles": []})
        if grant.list_kind != queries.GROUPS_OF_PROJECT:
            known["roles"].append(access_wording.project_role(grant.role, grant.role_name))
    return list(of_group.values())


def _say_how(account: Any, grants: Sequence[GrantLine]) -> None:  # noqa: ANN401 - an account with its person
    """Give a row its words."""
    accesses = ways_to(account, grants)
    grant = next((one for one in grants if not one.via), next(iter(grants), None))
    is_implied = any(one.path == "organization owner" for one in accesses)
    account.grant = grant
    first, *others = access_wording.in_order(accesses)
    account.how = access_wording.path(first)
    account.role_there = access_wording.project_role(first.role)
    account.also = [access_wording.path(one) for one in others]
    account.group = next((one for one in grants if one.via and one.via == first.group), None)
    account.is_privileged = any(one.role == access_rules.OWNER for one in accesses)
    account.is_implied = is_implied
    account.attention = wording.attention(account)
    account.person_label = wording.person_label(account)
    account.person_said = wording.PERSON_STATES.get(account.person_state)
    if grant is not None:
        account.added = access_wording.added(
            at=grant.began_at, not_before=grant.began_not_before, known_by=grant.began_known_by
        )


def _decision(project: Resource) -> dict[str, Any]:
    out = project.is_out_of_scope
    note = f"By {project.scope_decided_by}."
    return {
        "text": "Marked out of scope" if out else "Taken back into scope",
        "at": project.scope_decided_at,
        "icon": "eye-off" if out else "eye",
        "note": f"{note} {project.scope_reason}" if out else note,
    }
