"""The page families whose pages are chained by a token that is nobody's id.

family  request           answer                        limit
P2      after=<next>      data, has_more, next          0-1000, default varies
P3      page=<next_page>  buckets, has_more, next_page  by width of the buckets
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from tenure.simulator.openai.call import Call, Reply
from tenure.simulator.openai.churn import churn
from tenure.simulator.openai.errors import ApiError
from tenure.simulator.openai.paging import damaged, read_limit
from tenure.simulator.openai.rows import odd_item, reshape
from tenure.simulator.openai.shelf import R, Shelf

Placed = tuple[int, bytes]
Read = Callable[[int], tuple[list[Placed], bool]]
"""From a position on: rows with their positions, and whether more follow."""

_TOKEN = re.compile(r"cursor_(?P<start>\d{1,12})(?P<filled>_filled)?")


def token_page(call: Call, shelf: Shelf[R], *, most: int = 1000, default: int = 1000) -> Reply:
    """P2, in either order. A limit of 0 is allowed, and gets nothing."""
    limit = read_limit(call, least=0, most=most, default=default)
    rows = Shelf(reversed(list(shelf))) if call.one("order") == "desc" else shelf
    now = call.organization.clock.now()

    def read(start: int) -> tuple[list[Placed], bool]:
        if not limit:
            return [], False
        if call.faults:
            before = rows.id_before(start)
            churn(call, rows, cursor=before if start else None, page=start // limit + 1)
        found, has_more = rows.page(start, limit, now=now)
        return [(at, rows.json_at(at)) for at in found], has_more

    return chained_page(call, read, limit=limit)


def chained_page(
    call: Call, read: Read, *, limit: int, cursor: str = "after", following: str = "next",
    kind: str = "list",
) -> Reply:  # fmt: skip
    """A page where the token says, with everything that is set to go wrong."""
    given = call.one(cursor)
    token = _TOKEN.fullmatch(given or "cursor_0")
    if token is None:
        raise ApiError(400, "Invalid cursor.", param=cursor, code="invalid_cursor")
    start = int(token["start"])
    placed, has_more = read(start)
    leads = f"cursor_{placed[-1][0] + 1}" if has_more and placed else None
    rows = [row for _, row in placed]
    page = start // (limit or 1) + 1
    if call.faults:
        if call.faults.on("page_short", call, page=page) and len(rows) > 1:
            half = len(rows) // 2
            rows, has_more, leads = rows[:half], True, f"cursor_{placed[half - 1][0] + 1}"
        rows = _spoiled(call, rows, page, before=placed[:1], read=read, limit=limit)
        if not token["filled"] and call.faults.on("page_empty_more", call, page=page):
            rows, has_more, leads = [], True, f"cursor_{start}_filled"
        has_more, leads = _misled(call, page, given, has_more=has_more, leads=leads, limit=limit)
    body = msgspec.json.encode(
        {"object": kind, "data": [msgspec.Raw(row) for row in rows], "has_more": has_more,
         following: leads}
    )  # fmt: skip
    return Reply(200, damaged(call, page, body) if call.faults else body)


def _spoiled(
    call: Call, rows: list[bytes], page: int, *, before: list[Placed], read: Read, limit: int
) -> list[bytes]:
    rows = reshape(call, rows)
    first = before[0][0] if before else 0
    if first and call.faults.on("page_duplicate", call, page=page):
        earlier, _ = read(max(0, first - limit))
        rows = [*(row for at, row in earlier[-1:]), *rows] if earlier else rows
    if rows and (odd := call.faults.value("page_odd_item", call, page=page)) != "off":
        rows = [odd_item(rows[0], odd), *rows[1:]]
    return rows


def _misled(
    call: Call, page: int, given: str | None, *, has_more: bool, leads: str | None, limit: int
) -> tuple[bool, str | None]:
    faults = call.faults
    if leads and faults.on("page_skipped", call, page=page):
        leads = f"cursor_{int(leads.split('_')[1]) + limit}"
    if faults.on("page_circle", call, page=page):
        has_more, leads = True, f"cursor_{limit}"
    if faults.on("page_null_cursor", call, page=page):
        has_more, leads = True, None
    if faults.on("page_repeated_cursor", call, page=page):
        has_more, leads = True, given or "cursor_0"
    return has_more, leads
