"""`tenure demo`: everything at once, with a believable company."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from tenure.cli.output import emit, state


def demo(
    *,
    port: Annotated[int, typer.Option(help="Port of Tenure's pages.")] = 8000,
    simulator_port: Annotated[
        int, typer.Option(help="Port of the OpenAI simulator; 4010 or any free one by itself.")
    ] = 0,
    reset: Annotated[bool, typer.Option("--reset", help="Start over with fresh data.")] = False,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Do not open a browser.")
    ] = False,
) -> None:
    """Start an OpenAI simulator and Tenure connected to it, and print sign-in links."""
    from tenure.demo.running import Demo

    home = Path(os.environ.get("TENURE_HOME") or ".demo").absolute()
    with Demo(home=home, port=port, simulator_port=simulator_port, reset=reset) as running:
        links = running.furnish()
        document = {
            "url": running.url,
            "simulator": running.control_url,
            "links": links,
            "password": running.password,
        }
        words = [
            "",
            f"  Tenure is ready at {running.url}",
            "",
            *(f"  {who:<9} {link}" for who, link in links.items()),
            "",
            f"  Before something dangerous Tenure asks for a password: {running.password}",
            f"  Each link signs in once within 8 hours. Data is kept in {os.path.relpath(home)}.",
            f"  Members of the simulated OpenAI organization: {running.control_url}/members.html",
            "  Press Ctrl-C to stop everything.",
        ]
        emit(document, words=words)
        if not (no_browser or state.json):
            running.open_browser(links["admin"])
        running.wait()
