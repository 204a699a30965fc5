"""The provider's page families, and everything a page has been seen to get wrong.

family  request                     answer                               limit
P1      after=<last id>             data, first_id, last_id, has_more    1-100, default 20
P1k     after=<last id>, order      the same                             1-100, default 20
P2      after=<next>, order         data, has_more, next                 0-1000, default varies
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from tenure.simulator.openai.call import Call, Reply
from tenure.simulator.openai.churn import churn
from tenure.simulator.openai.errors import ApiError, not_found
from tenure.simulator.openai.identifiers import derive
from tenure.simulator.openai.rows import odd_item, reshape
from tenure.simulator.openai.shelf import R, Shelf

_NULL = b"null"
_NO_LIST = {"object": b'{"users":[]}', "text": b'"none"', "null": _NULL}
_TOKEN = re.compile(r"cursor_(?P<start>\d{1,12})(?P<filled>_filled)?")
_NOBODY: frozenset[str] = frozenset()


def read_limit(call: Call, *, least: int = 1, most: int = 100, default: int = 20) -> int:
    """The page size asked for; outside of the bounds is refused, as the provider does."""
    given = call.one("limit")
    if given is None:
        return default
    try:
        limit = int(given)
    except ValueError:
        message = f"Invalid type for 'limit': expected an integer, but got '{given}' instead."
        raise ApiError(400, message, param="limit", code="invalid_type") from None
    if limit > most:
        message = (
            "Invalid 'limit': integer above maximum value. "
            f"Expected a value <= {most}, but got {limit} instead."
        )
        raise ApiError(400, message, param="limit", code="integer_above_max_value")
    if limit < least:
        message = (
            "Invalid 'limit': integer below minimum value. "
            f"Expected a value >= {least}, but got {limit} instead."
        )
        raise ApiError(400, message, param="limit", code="integer_below_min_value")
    return limit


def cursor_page(call: Call, shelf: Shelf[R], *, hidden: frozenset[str] = _NOBODY) -> Reply:
    """P1: a page after the item whose id is the cursor."""
    limit = read_limit(call)
    after = call.one("after")
    now = call.organization.clock.now()
    start = 0 if after is None else _start(shelf, after)
    faults, page = call.faults, start // limit + 1
    if faults:
        churn(call, shelf, cursor=after, page=page)
    if after is not None and shelf.is_gone(after):
        _refuse_gone(call, after)
    found, has_more = shelf.page(start, limit, now=now, hidden=hidden)
    rows = [shelf.json_at(at) for at in found]
    first = shelf.id_at(found[0]) if found else None
    last = shelf.id_at(found[-1]) if found else None
    if not faults:
        return Reply(200, _envelope(rows, first, last, has_more=has_more))
    rows = reshape(call, rows)
    if after and faults.on("page_duplicate", call, page=page):
        twin = shelf.readable(after, now=now)
        rows = [twin, *rows] if twin else rows
    if faults.on("page_short", call, page=page) and len(found) > 1:
        found, has_more = found[: len(found) // 2], True
        rows, last = rows[: len(found)], shelf.id_at(found[-1])
    if last is not None:
        last = _led_on(call, shelf, page, last, position=found[-1] + 1, limit=limit)
    may_be_empty = after is None or not shelf.is_alias(after)
    if may_be_empty and faults.on("page_empty_more", call, page=page):
        hint = _stand_in(shelf, last or "none", start)
        return Reply(200, _envelope([], None, hint, has_more=True))
    if misleading := _misleading(call, shelf, page, here=after or first, limit=limit):
        (last,), has_more = misleading, True
    if rows and (odd := faults.value("page_odd_item", call, page=page)) != "off":
        rows = [odd_item(rows[0], odd), *rows[1:]]
    return Reply(200, _damaged(call, page, _envelope(rows, first, last, has_more=has_more)))


def token_page(
    call: Call, rows: list[Any], *, least: int = 0, most: int = 1000, default: int = 1000
) -> Reply:
    """P2: pages chained by `next`, a token that is nobody's id."""
    limit = read_limit(call, least=least, most=most, default=default)
    ordered = rows[::-1] if call.one("order") == "desc" else rows
    after = call.one("after")
    token = _TOKEN.fullmatch(after or "cursor_0")
    if token is None:
        raise ApiError(400, "Invalid cursor.", param="after", code="invalid_cursor")
    start = int(token["start"])
    chosen = ordered[start : start + limit]
    has_more = limit > 0 and start + limit < len(ordered)
    following = f"cursor_{start + limit}" if has_more else None
    faults, page = call.faults, start // (limit or 1) + 1
    if not token["filled"] and faults.on("page_empty_more", call, page=page):
        chosen, has_more, following = [], True, f"cursor_{start}_filled"
    if faults.on("page_null_cursor", call, page=page):
        has_more, following = True, None
    if faults.on("page_repeated_cursor", call, page=page):
        has_more, following = True, after or "cursor_0"
    body = {"object": "list", "data": chosen, "has_more": has_more, "next": following}
    return Reply(200, _damaged(call, page, msgspec.json.encode(body)))


def _led_on(call: Call, shelf: Shelf[R], page: int, last: str, *, position: int, limit: int) -> str:
    """The cursor to the next page: the last item's id, or one of its own."""
    if call.faults.on("page_wrong_last_id", call, page=page):
        return _stand_in(shelf, last, position)
    if call.faults.on("page_skipped", call, page=page):
        return _stand_in(shelf, last, position + limit)
    return last


def _misleading(
    call: Call, shelf: Shelf[R], page: int, *, here: str | None, limit: int
) -> tuple[str | None] | None:
    """A cursor that leads nowhere new, or None when the true one shall be sent."""
    if call.faults.on("page_circle", call, page=page):
        first_page, _ = shelf.page(0, limit, now=call.organization.clock.now())
        return (shelf.id_at(first_page[-1]),)
    if call.faults.on("page_repeated_cursor", call, page=page):
        return (here,)
    return (None,) if call.faults.on("page_null_cursor", call, page=page) else None


def _start(shelf: Shelf[R], after: str) -> int:
    start = shelf.position_after(after)
    if start is None:
        raise ApiError(400, f"Invalid cursor: '{after}'.", param="after", code="invalid_cursor")
    return start


def _refuse_gone(call: Call, after: str) -> None:
    gone = call.faults.value("cursor_gone")
    if gone == "404":
        raise not_found(f"'{after}'")
    if gone == "400":
        raise ApiError(400, f"Invalid cursor: '{after}'.", param="after", code="invalid_cursor")


def _stand_in(shelf: Shelf[R], name: str, position: int) -> str:
    """A cursor that names no row but leads to `position`."""
    cursor = f"{name.partition('-')[0]}_{derive('cursor', name, position)}"
    shelf.alias(cursor, position)
    return cursor


def _envelope(rows: list[bytes], first: str | None, last: str | None, *, has_more: bool) -> bytes:
    return b"".join(
        (
            b'{"object":"list","data":[',
            b",".join(rows),
            b'],"first_id":',
            _NULL if first is None else msgspec.json.encode(first),
            b',"last_id":',
            _NULL if last is None else msgspec.json.encode(last),
            b',"has_more":true}' if has_more else b',"has_more":false}',
        )
    )


def _damaged(call: Call, page: int, body: bytes) -> bytes:
    faults = call.faults
    fields: dict[str, msgspec.Raw] = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    if faults.on("page_no_has_more", call, page=page):
        del fields["has_more"]
    if faults.on("page_no_data", call, page=page):
        del fields["data"]
    odd = faults.value("page_odd_data", call, page=page)
    if odd != "off":
        fields["data"] = msgspec.Raw(_NO_LIST[odd])
    return msgspec.json.encode(fields)
