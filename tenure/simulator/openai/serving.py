"""Serving the simulator: in the foreground for people, in a thread for tests."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Awaitable, Callable, Iterator

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from tenure.simulator.openai.app import build_app
from tenure.simulator.openai.control import PREFIX
from tenure.simulator.openai.keys import first_of_kind
from tenure.simulator.openai.simulator import Simulator

READY_WITHIN_S = 10.0
STOPPED_WITHIN_S = 2.0


class CannotServeError(RuntimeError):
    """The simulator cannot listen; the message says why."""


@contextlib.contextmanager
def reserved_port(host: str, port: int) -> Iterator[int]:
    """Hold a port without listening on it; the server then shares it.

    The first bind, without sharing, finds out whether somebody else listens there already.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotServeError(f"Port {port} is in use; choose another.") from error
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind((host, port))
        yield holder.getsockname()[1]


async def serve(
    simulator: Simulator,
    *,
    host: str,
    port: int,
    when_ready: Callable[[], None],
    until: Callable[[], Awaitable[object]],
) -> None:
    """Serve until `until` returns; then let go of hanging answers and save the state."""
    server = Server(
        build_app(simulator),
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        log_enabled=False,
        backlog=1024,
    )
    serving = asyncio.create_task(server.serve())
    try:
        await _listening(host, port, serving)
        when_ready()
        await until()
    finally:
        simulator.stopping.set()
        server.stop()  # type: ignore[no-untyped-call]  # granian says no types here
        await asyncio.wait({serving}, timeout=STOPPED_WITHIN_S)
        simulator.save()
        simulator.log.close()


async def _listening(host: str, port: int, serving: asyncio.Task[None]) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while not serving.done() and time.monotonic() < deadline:
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            await asyncio.sleep(0.005)
        else:
            writer.close()
            return
    raise CannotServeError(f"The simulator could not listen on {host}:{port}.")


def ready_line(simulator: Simulator, *, host: str, port: int) -> dict[str, str]:
    """What a caller needs to use the organization: addresses, id, one key of each kind."""
    organization = simulator.organization
    return {
        "url": f"http://{host}:{port}/v1",
        "control_url": f"http://{host}:{port}{PREFIX}",
        "organization_id": organization.id,
        "admin_key": first_of_kind(organization, "admin"),
        "read_only_key": first_of_kind(organization, "read_only"),
        "personal_key": first_of_kind(organization, "personal"),
        "project_key": first_of_kind(organization, "project"),
    }
