"""Things that come and go while somebody is reading page after page."""

from __future__ import annotations

from typing import Any

import msgspec

from tenure.simulator.openai.call import Call
from tenure.simulator.openai.groups import delete_group
from tenure.simulator.openai.membership import remove_user
from tenure.simulator.openai.model import Group, Project, ProjectGroup, User
from tenure.simulator.openai.shelf import Shelf


def churn(call: Call, shelf: Shelf[Any], *, cursor: str | None, page: int) -> None:
    """Before this page is read, remove what its cursor names, or add a twin of the last item."""
    faults = call.faults
    if cursor is not None and faults.on("page_deleted", call, page=page):
        row = shelf.get(cursor)
        if isinstance(row, User):
            remove_user(call.organization, row, faults=faults, actor=None)
        elif isinstance(row, Group):
            delete_group(call.organization, row, faults=faults, actor=None)
        else:
            shelf.remove(cursor)
    if len(shelf) and faults.on("page_inserted", call, page=page):
        *_, last = shelf
        _add(call, shelf, _twin(call, last))


def _twin(call: Call, row: Any) -> Any:  # noqa: ANN401 - rows of every kind
    prefix = row.id.rstrip("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    minted = call.organization.mint(prefix)
    if isinstance(row, dict):
        return type(row)(row | {"id": minted})
    fields = {"group_id" if isinstance(row, ProjectGroup) else "id": minted}
    if isinstance(row, User):
        fields["email"] = f"{minted.lower()}@halden.example"
    return msgspec.structs.replace(row, **fields)


def _add(call: Call, shelf: Shelf[Any], row: Any) -> None:  # noqa: ANN401 - rows of every kind
    shelf.add(row)
    if isinstance(row, Project):
        call.organization.members[row.id] = Shelf()
    if isinstance(row, Group):
        call.organization.group_members[row.id] = Shelf()
