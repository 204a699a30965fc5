"""What happened to access, as entries for {% timeline %}."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tenure.inventory.access_wording import PROJECT_ROLES, known, project_role, with_article
from tenure.inventory.models import Account, KnownBy, ResourceChange
from tenure.inventory.queries import GROUPS_OF_PROJECT, GrantLine

Entry = dict[str, Any]
_PROJECT_STEPS = {
    "appeared": ("folder-plus", "Project appeared"),
    "reappeared": ("folder-up", "Project came back"),
    "ended": ("folder-off", "Project is no longer listed"),
}


# What is said of a grant, and of which side of it: what changed, what began, what ended.
OF_AN_ACCOUNT = (
    "{project}: {before} → {role}",
    "{Role} of {project}",
    "No longer {role} of {project}",
)
OF_A_PROJECT = "{who}: {before} → {role}", "{who} became {a_role}", "{who} is no longer {a_role}"
# Of a group: being there, and what it may there, are told by two lists.
_OF_A_GROUP = "{who}: {before} → {role}", "{who} was added", "{who} was taken out"


def steps_of_grants(grants: Iterable[GrantLine], said: tuple[str, str, str]) -> list[Entry]:
    """What changed, began and ended.

    Where one role ends and another begins in one reading, that is one step: it changed.
    """
    # What is held through a group is told by being in it.
    in_order = sorted((one for one in grants if not one.via), key=lambda grant: grant.id)
    earlier: dict[tuple[int, str], GrantLine] = {}
    followed: set[int] = set()
    entries: list[Entry] = []
    for grant in in_order:
        key = grant.list_id, grant.external_id
        changed, began, _ = _said_of(grant, said)
        before = earlier.get(key)
        if before is not None and before.ended_in == grant.began_in:
            followed.add(before.id)
            words = _words(grant) | {"before": _words(before)["role"]}
            entries.append(_began(grant, changed.format(**words), "switch-horizontal"))
        else:
            entries.append(_began(grant, began.format(**_words(grant)), "folder-plus"))
        earlier[key] = grant
    over = [one for one in in_order if one.ended_at is not None and one.id not in followed]
    return entries + [
        _ended(grant, _said_of(grant, said)[2].format(**_words(grant))) for grant in over
    ]


def _said_of(grant: GrantLine, said: tuple[str, str, str]) -> tuple[str, str, str]:
    return _OF_A_GROUP if said is OF_A_PROJECT and grant.list_kind == GROUPS_OF_PROJECT else said


def _words(grant: GrantLine) -> dict[str, str]:
    said = project_role(grant.role, grant.role_name)
    role = said.lower() if said in PROJECT_ROLES.values() else said
    return {
        "project": grant.project,
        "who": f"The group {grant.who}" if grant.group_ref else grant.who,
        "role": role,
        "a_role": with_article(role),
        "Role": said,
    }


def life_of_account(account: Account) -> list[Entry]:
    """When an account was there, as its row tells: its last time, if it went and came back."""
    note = known(
        at=account.began_at,
        not_before=account.began_not_before,
        known_by=account.began_known_by,
    )
    began = {"text": f"Account {account} appeared", "at": account.began_at, "icon": "user-plus"}
    steps: list[Entry] = [began | {"note": note, "moment": ("account_began", account.pk)}]
    if account.ended_at is not None:
        note = known(
            at=account.ended_at,
            not_before=account.ended_not_before,
            known_by=account.ended_known_by,
        )
        ended = {"text": f"Account {account} gone", "at": account.ended_at, "icon": "user-minus"}
        steps.append(ended | {"note": note, "moment": ("account_ended", account.pk)})
    return steps


def steps_of_project(changes: Iterable[ResourceChange]) -> list[Entry]:
    """The life of a project at the provider."""
    entries = []
    for change in changes:
        note = known(at=change.at, not_before=change.not_before, known_by=change.known_by)
        icon, text = _PROJECT_STEPS.get(change.kind, ("pencil", ""))
        if change.kind == ResourceChange.Kind.APPEARED and change.known_by == KnownBy.PROVIDER:
            text = "Project created"
        if change.field == "archived":
            icon, text = "archive", "Archived" if change.after == "yes" else "No longer archived"
        elif change.field:
            text = f"Renamed: {change.before or 'no name'} → {change.after or 'no name'}"
        entry = {"text": text, "at": change.at, "note": note, "icon": icon}
        entries.append(entry | {"moment": ("resource_change", change.pk)})
    return entries


def newest_first(entries: Iterable[Entry]) -> list[Entry]:
    """In the order of a timeline."""
    return sorted(entries, key=lambda entry: entry["at"], reverse=True)


def _began(grant: GrantLine, text: str, icon: str) -> Entry:
    note = known(
        at=grant.began_at, not_before=grant.began_not_before, known_by=grant.began_known_by
    )
    moment = ("grant_began", grant.id)
    return {"text": text, "at": grant.began_at, "note": note, "icon": icon, "moment": moment}


def _ended(grant: GrantLine, text: str) -> Entry:
    note = known(
        at=grant.ended_at,  # type: ignore[arg-type] # asked before
        not_before=grant.ended_not_before,
        known_by=grant.ended_known_by,
    )
    entry = {"text": text, "at": grant.ended_at, "note": note, "icon": "folder-minus"}
    return entry | {"moment": ("grant_ended", grant.id)}
