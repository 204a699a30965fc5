"""What was used and what it cost, in buckets of time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from tenure.simulator.openai.call import Call, Endpoint, Reply
from tenure.simulator.openai.chaining import Placed, chained_page
from tenure.simulator.openai.consumption import DAY_S, between
from tenure.simulator.openai.errors import ApiError
from tenure.simulator.openai.model import Usage
from tenure.simulator.openai.paging import read_limit

PATH = "/v1/organization/usage"
COSTS = "/v1/organization/costs"
PER_TOKEN_USD, PER_REQUEST_USD = 2e-6, 1e-3
_WIDTHS = {"1m": (60, 60, 1440), "1h": (3600, 24, 168), "1d": (DAY_S, 7, 31)}
"""By name: seconds, buckets by default, most buckets."""
_COSTS = {"1d": (DAY_S, 7, 180)}
_PLACES = ("project_id", "user_id", "api_key_id")
_FILTERS = {
    "project_ids": "project_id",
    "user_ids": "user_id",
    "api_key_ids": "api_key_id",
    "models": "model",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of usage: what its results are called, count, and can be grouped by."""

    name: str
    result: str
    counts: tuple[tuple[str, str], ...]
    groups: tuple[str, ...] = (*_PLACES, "model")


_TOKENS = (("input_tokens", "input"), ("num_model_requests", "requests"))
_REQUESTS = (("num_requests", "requests"),)
KINDS = (
    Kind("completions", "completions", (*_TOKENS, ("output_tokens", "output")),
         (*_PLACES, "model", "batch", "service_tier")),
    Kind("decisions", "decisions", (*_TOKENS, ("output_tokens", "output")),
         (*_PLACES, "model", "batch", "service_tier", "api_source")),
    Kind("embeddings", "embeddings", _TOKENS),
    Kind("moderations", "moderations", _TOKENS),
    Kind("images", "images", (("images", "output"), ("num_model_requests", "requests")),
         (*_PLACES, "model", "size", "source")),
    Kind("audio_speeches", "audio_speeches",
         (("characters", "input"), ("num_model_requests", "requests"))),
    Kind("audio_transcriptions", "audio_transcriptions",
         (("seconds", "input"), ("num_model_requests", "requests"))),
    Kind("file_search_calls", "file_searches", _REQUESTS, (*_PLACES, "vector_store_id")),
    Kind("web_search_calls", "web_searches", (*_REQUESTS, ("num_model_requests", "requests")),
         (*_PLACES, "model", "context_level")),
    Kind("vector_stores", "vector_stores", (("usage_bytes", "input"),), ("project_id",)),
    Kind("code_interpreter_sessions", "code_interpreter_sessions",
         (("num_sessions", "requests"),), ("project_id",)),
)  # fmt: skip


def list_usage(kind: Kind, call: Call) -> Reply:
    """P3: every bucket of the time asked for, the empty ones too."""
    grouped = _grouped(call, kind.groups)

    def results(start: int, end: int) -> list[dict[str, Any]]:
        return [
            {"object": f"organization.usage.{kind.result}.result"}
            | {shown: sum(getattr(u, counted) for u in of) for shown, counted in kind.counts}
            | dict.fromkeys(kind.groups)
            | dict(zip(grouped, key, strict=True))
            for key, of in _split(_used(call, [kind.name], start, end), grouped).items()
        ]

    return _buckets(call, _WIDTHS, results)


def list_costs(call: Call) -> Reply:
    """P3, by days: what all kinds of usage cost together."""
    groups = ("project_id", "line_item", "api_key_id", "user_id")
    grouped = _grouped(call, groups)
    fields = ["model" if name == "line_item" else name for name in grouped]

    def results(start: int, end: int) -> list[dict[str, Any]]:
        used = _used(call, [kind.name for kind in KINDS], start, end)
        return [
            {"object": "organization.costs.result", "amount": _amount(of)}
            | dict.fromkeys((*groups, "quantity", "quantity_unit"))
            | dict(zip(grouped, key, strict=True))
            for key, of in _split(used, fields).items()
        ]

    return _buckets(call, _COSTS, results)


def _buckets(
    call: Call,
    widths: dict[str, tuple[int, int, int]],
    results: Callable[[int, int], list[dict[str, Any]]],
) -> Reply:
    width_name = call.one("bucket_width") or "1d"
    if width_name not in widths:
        raise ApiError(400, f"Invalid value: '{width_name}'.", param="bucket_width")
    width, default, most = widths[width_name]
    limit = read_limit(call, most=most, default=default)
    start_time, end_time = _time(call, "start_time"), _time(call, "end_time")
    if start_time is None:
        message = "Missing required parameter: 'start_time'."
        raise ApiError(400, message, param="start_time", code="missing_required_parameter")
    begin = start_time - start_time % width
    end = call.organization.now() if end_time is None else end_time
    count = max(0, -(-(end - begin) // width))

    def read(first: int) -> tuple[list[Placed], bool]:
        last = min(count, first + limit)
        placed = [(n, _bucket(begin + n * width, width, results)) for n in range(first, last)]
        return placed, last < count

    return chained_page(call, read, limit=limit, cursor="page", following="next_page", kind="page")


def _bucket(start: int, width: int, results: Callable[[int, int], list[dict[str, Any]]]) -> bytes:
    times = {"object": "bucket", "start_time": start, "end_time": start + width}
    return msgspec.json.encode({**times, "results": results(start, start + width)})


def _used(call: Call, kinds: list[str], start: int, end: int) -> list[Usage]:
    wanted = {f: set(v) for name, f in _FILTERS.items() if (v := call.many(name))}
    return [
        used
        for kind in kinds
        for used in between(call.organization, kind, start, end)
        if all(getattr(used, name) in values for name, values in wanted.items())
    ]


def _split(used: list[Usage], names: list[str]) -> dict[tuple[Any, ...], list[Usage]]:
    parts: dict[tuple[Any, ...], list[Usage]] = {}
    for one in used:
        parts.setdefault(tuple(getattr(one, name, None) for name in names), []).append(one)
    return parts


def _grouped(call: Call, allowed: tuple[str, ...]) -> list[str]:
    names = call.many("group_by")
    if odd := [name for name in names if name not in allowed]:
        raise ApiError(400, f"Invalid value: '{odd[0]}'.", param="group_by", code="invalid_value")
    return names


def _amount(used: list[Usage]) -> dict[str, Any]:
    tokens = sum(one.input + one.output for one in used)
    requests = sum(one.requests for one in used)
    value = tokens * PER_TOKEN_USD + requests * PER_REQUEST_USD
    return {"value": round(value, 6), "currency": "usd"}


def _time(call: Call, name: str) -> int | None:
    given = call.one(name)
    try:
        return None if given is None else int(given)
    except ValueError:
        message = f"Invalid type for '{name}': expected an integer."
        raise ApiError(400, message, param=name, code="invalid_type") from None


ENDPOINTS = [
    *(
        Endpoint("GET", f"{PATH}/{kind.name}", "usage", partial(list_usage, kind), "api.usage")
        for kind in KINDS
    ),
    Endpoint("GET", COSTS, "costs", list_costs, "api.usage"),
]
