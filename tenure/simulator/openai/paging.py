"""The provider's page families, and everything a page has been seen to get wrong.

family  request                     answer                               limit
P1      after=<last id>             data, first_id, last_id, has_more    1-100, default 20
P1k     after=<last id>, order      the same                             1-100, default 20
P2, P3  see chaining.py
"""

from __future__ import annotations

import msgspec

from tenure.simulator.openai.call import Call, Reply
from tenure.simulator.openai.churn import churn
from tenure.simulator.openai.errors import ApiError, not_found
from tenure.simulator.openai.identifiers import derive
from tenure.simulator.openai.rows import odd_item, reshape
from tenure.simulator.openai.shelf import R, Shelf

_NULL = b"null"
_NO_LIST = {"object": b'{"users":[]}', "text": b'"none"', "null": _NULL}
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
    start = 0 if after is None else _start(call, shelf, after)
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
        last = _led_on(call, page, last, position=found[-1] + 1, limit=limit)
    may_be_empty = after is None or after not in call.organization.cursors
    if may_be_empty and faults.on("page_empty_more", call, page=page):
        hint = _stand_in(call, last or "none", start)
        return Reply(200, _envelope([], None, hint, has_more=True))
    if misleading := _misleading(call, shelf, page, here=after or first, limit=limit):
        (last,), has_more = misleading, True
    if rows and (odd := faults.value("page_odd_item", call, page=page)) != "off":
        rows = [odd_item(rows[0], odd), *rows[1:]]
    return Reply(200, damaged(call, page, _envelope(rows, first, last, has_more=has_more)))


def _led_on(call: Call, page: int, last: str, *, position: int, limit: int) -> str:
    """The cursor to the next page: the last item's id, or one of its own."""
    if call.faults.on("page_wrong_last_id", call, page=page):
        return _stand_in(call, last, position)
    if call.faults.on("page_skipped", call, page=page):
        return _stand_in(call, last, position + limit)
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


def _start(call: Call, shelf: Shelf[R], after: str) -> int:
    start = call.organization.cursors.get(after, shelf.position_after(after))
    if start is None:
        raise ApiError(400, f"Invalid cursor: '{after}'.", param="after", code="invalid_cursor")
    return start


def _refuse_gone(call: Call, after: str) -> None:
    gone = call.faults.value("cursor_gone")
    if gone == "404":
        raise not_found(f"'{after}'")
    if gone == "400":
        raise ApiError(400, f"Invalid cursor: '{after}'.", param="after", code="invalid_cursor")


def _stand_in(call: Call, name: str, position: int) -> str:
    """A cursor that names no row but leads to `position`."""
    cursor = f"{name.partition('-')[0]}_{derive('cursor', call.path, name, position)}"
    call.organization.cursors[cursor] = position
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


def damaged(call: Call, page: int, body: bytes) -> bytes:
    """The answer without a field it needs, or with one of another type."""
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
