"""`tenure simulator`: an OpenAI organization of your own, to try and to break."""

from __future__ import annotations

import asyncio
import json
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from tenure.simulator.openai.company import Company
from tenure.simulator.openai.company_file import BadCompanyError, read_company
from tenure.simulator.openai.faults import BadFaultError
from tenure.simulator.openai.serving import CannotServeError, ready_line, reserved_port, serve
from tenure.simulator.openai.simulator import Options, Simulator
from tenure.simulator.openai.statefile import BadStateError
from tenure.simulator.openai.switches import table
from tenure.supervisor import kinship

REFUSED = 2
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def simulator(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes a free one.", min=0, max=65_535)] = 4010,
    users: Annotated[int, typer.Option(help="People to invent.", min=1)] = 25,
    projects: Annotated[int, typer.Option(help="Projects to invent.", min=0)] = 3,
    members: Annotated[int, typer.Option(help="Members of each project.", min=0)] = 5,
    invites: Annotated[int, typer.Option(help="Pending invites to invent.", min=0)] = 2,
    service_accounts: Annotated[
        int, typer.Option(help="Service accounts, spread over the projects.", min=0)
    ] = 0,
    groups: Annotated[int, typer.Option(help="Groups with roles and projects.", min=0)] = 3,
    keys: Annotated[int, typer.Option(help="Keys of the projects to invent.", min=0)] = 10,
    admin_keys: Annotated[int, typer.Option(help="More admin keys to invent.", min=0)] = 1,
    days: Annotated[int, typer.Option(help="Days of logins and usage to invent.", min=0)] = 30,
    seed: Annotated[str, typer.Option(help="The same seed invents the same company.")] = "halden",
    company: Annotated[
        Path | None, typer.Option(help="A company of your own as JSON, instead of an invented one.")
    ] = None,
    starts_at: Annotated[
        str | None,
        typer.Option("--now", help="Start the organization's clock at this ISO date or instant."),
    ] = None,
    latency_ms: Annotated[float, typer.Option(help="Added to every answer.", min=0)] = 0.0,
    rpm: Annotated[
        str,
        typer.Option(
            help='Requests per minute: a number, "observed" (60, and 10 for each '
            'endpoint of a project) or "off".'
        ),
    ] = "off",
    state: Annotated[
        Path | None, typer.Option(help="Continue from this file, and keep it up to date.")
    ] = None,
    request_log: Annotated[Path | None, typer.Option(help="Log requests as JSON lines.")] = None,
    fault: Annotated[
        list[str] | None, typer.Option(help="A switch as NAME=VALUE[@WHERE][#NTH][xTIMES].")
    ] = None,
    help_faults: Annotated[bool, typer.Option(help="List the switches and stop.")] = False,
) -> None:
    """Serve a faithful OpenAI organization; prints one JSON line with addresses and keys."""
    if help_faults:
        typer.echo(table())
        return
    kinship.end_with_parent()
    try:
        options = Options(
            company=Company(
                seed=seed,
                users=users,
                projects=projects,
                members=members,
                invites=invites,
                service_accounts=service_accounts,
                groups=groups,
                keys=keys,
                admin_keys=admin_keys,
                days=days,
                written=read_company(company) if company else None,
            ),
            starts_at=_instant(starts_at),
            rpm=_checked_rpm(rpm),
            latency_ms=latency_ms,
            state=state,
            request_log=request_log,
            faults=tuple(fault or ()),
        )
        with reserved_port(host, port) as held:
            asyncio.run(_run(Simulator(options), host, held))
    except (BadCompanyError, BadFaultError, BadStateError, CannotServeError) as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(REFUSED) from None


async def _run(organization: Simulator, host: str, port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in _STOP_SIGNALS:
        loop.add_signal_handler(number, stop.set)

    def say_ready() -> None:
        typer.echo(json.dumps(ready_line(organization, host=host, port=port)))

    await serve(organization, host=host, port=port, when_ready=say_ready, until=stop.wait)


def _checked_rpm(rpm: str) -> str:
    if rpm in {"off", "observed"} or (rpm.isdigit() and int(rpm) > 0):
        return rpm
    raise typer.BadParameter('Give a number of requests per minute, "observed" or "off".')


def _instant(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("Give --now as 2026-11-23 or 2026-11-23T09:00:00Z.") from None
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp()
