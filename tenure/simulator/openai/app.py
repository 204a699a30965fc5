"""The ASGI application: every endpoint behind the same gate, the control endpoints beside it."""

from __future__ import annotations

import asyncio
import time
from itertools import chain

from starlette.requests import Request
from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from tenure.simulator.openai.call import Call, Endpoint, Reply, parse_query
from tenure.simulator.openai.control import control_routes
from tenure.simulator.openai.endpoints import (
    admin_keys,
    assignments,
    audit_logs,
    groups,
    identity_providers,
    invites,
    models,
    project_groups,
    project_keys,
    projects,
    roles,
    service_accounts,
    usage,
    users,
)
from tenure.simulator.openai.errors import ApiError
from tenure.simulator.openai.simulator import SOMEBODY_ELSE, Delivery, Simulator

COLLECTIONS = (
    users,
    invites,
    projects,
    project_groups,
    project_keys,
    service_accounts,
    groups,
    roles,
    assignments,
    admin_keys,
    identity_providers,
    audit_logs,
    usage,
    models,
)
_DRIPS = 20


def build_app(simulator: Simulator) -> ASGIApp:
    """Everything the simulator answers."""
    endpoints = chain.from_iterable(module.ENDPOINTS for module in COLLECTIONS)
    routes: list[BaseRoute] = [
        Route(e.path, Gate(simulator, e), methods=[e.method], include_in_schema=False)
        for e in endpoints
    ]
    return Router(
        [*routes, *control_routes(simulator)],
        default=Gate(simulator, Endpoint("*", "*", "unknown", _unknown)),
        redirect_slashes=False,
    )


class Gate:
    """One endpoint as an ASGI application."""

    def __init__(self, simulator: Simulator, endpoint: Endpoint) -> None:
        self._simulator = simulator
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        simulator, endpoint = self._simulator, self._endpoint
        method, raw_query = scope["method"], scope["query_string"].decode("latin-1")
        call = Call(
            organization=simulator.organization,
            faults=simulator.faults,
            method=method,
            path=scope["path"],
            collection=endpoint.collection,
            raw_query=raw_query,
            query=parse_query(raw_query),
            params=scope.get("path_params", {}),
            raw_body=await Request(scope, receive).body() if method == "POST" else b"",
            request_id=simulator.next_request_id(),
        )
        delivery = simulator.answer(call, endpoint, dict(scope["headers"]))
        latency = simulator.options.latency_ms / 1000 + delivery.delay
        if latency:
            await asyncio.sleep(latency)
        if delivery.never:
            await simulator.stopping.wait()
        headers = _headers(delivery.reply, call, time.perf_counter() - started)
        await _deliver(delivery, headers, send, simulator.stopping)


def _unknown(call: Call) -> Reply:
    raise ApiError(404, f"Invalid URL ({call.method} {call.path})")


def _headers(reply: Reply, call: Call, took_s: float) -> list[tuple[bytes, bytes]]:
    organization = call.organization
    named = call.faults.value("organization_header")
    headers = [
        (b"content-type", reply.content_type.encode()),
        (b"content-length", str(len(reply.body)).encode()),
        (b"x-request-id", call.request_id.encode()),
        (b"openai-version", b"2020-10-01"),
        (b"openai-processing-ms", str(int(took_s * 1000)).encode()),
        *((name.encode(), value.encode()) for name, value in reply.headers.items()),
    ]
    if call.credential is not None and named != "absent":
        shown = {"slug": organization.slug, "id": organization.id}.get(named, SOMEBODY_ELSE)
        headers.append((b"openai-organization", shown.encode()))
    return headers


async def _deliver(
    delivery: Delivery, headers: list[tuple[bytes, bytes]], send: Send, stopping: asyncio.Event
) -> None:
    reply = delivery.reply
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    body = {"type": "http.response.body", "body": reply.body, "more_body": False}
    if delivery.cut:
        half = reply.body[: len(reply.body) // 2]
        await send({**body, "body": half, "more_body": True})
        raise ConnectionAbortedError
    if delivery.drip:
        step = max(1, len(reply.body) // _DRIPS)
        for start in range(0, len(reply.body), step):
            await send({**body, "body": reply.body[start : start + step], "more_body": True})
            if not stopping.is_set():
                await asyncio.sleep(delivery.drip / _DRIPS)
        body["body"] = b""
    await send(body)
