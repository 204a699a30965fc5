"""Things that come and go while somebody is reading page after page."""

from __future__ import annotations

from typing import Any

import msgspec

from tenure.simulator.openai.call import Call
from tenure.simulator.openai.membership import remove_user
from tenure.simulator.openai.organization import User
from tenure.simulator.openai.shelf import Shelf


def churn(call: Call, shelf: Shelf[Any], *, cursor: str | None, page: int) -> None:
    """Before this page is read, remove what its cursor names, or add a twin of the last item."""
    faults = call.faults
    if cursor is not None and faults.on("page_deleted", call, page=page):
        row = shelf.get(cursor)
        if isinstance(row, User):
            remove_user(call.organization, row, faults=faults, actor=None)
        else:
            shelf.remove(cursor)
    if faults.on("page_inserted", call, page=page):
        *_, last = shelf
        prefix = last.id.rstrip("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        minted = call.organization.mint(prefix)
        fields = {"id": minted}
        if isinstance(last, User):
            fields["email"] = f"{minted.lower()}@halden.example"
        shelf.add(msgspec.structs.replace(last, **fields))
