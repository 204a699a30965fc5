"""`tenure tests`: the automated questions and their answers."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from tenure.cli import start_django
from tenure.cli.output import NOT_OK, emit, operator, table

app = typer.Typer(help="Automated questions over the inventory.", no_args_is_help=True)


class FailOn(StrEnum):
    """Which open findings make the exit code 1."""

    OVERDUE = "overdue"
    ANY = "any"


@app.command("list")
def list_() -> None:
    """Every test with its latest answer."""
    start_django()
    _print(_lines())


@app.command()
def run(
    test: Annotated[list[str] | None, typer.Option(help="only this test; may be repeated")] = None,
    fail_on: Annotated[FailOn, typer.Option(help="which findings end with code 1")] = FailOn.ANY,
) -> None:
    """Ask the tests now. Ends with 1 when something fails, or cannot be judged."""
    start_django()
    from tenure.compliance.operations.run_tests import run_tests

    run_tests(slugs=test or (), actor=operator())
    lines = [line for line in _lines() if not test or line["slug"] in test]
    _print(lines)
    counted = "overdue" if fail_on is FailOn.OVERDUE else "findings"
    if any(line["state"] == "invalid" or line[counted] for line in lines):
        raise typer.Exit(NOT_OK)


def _lines() -> list[dict[str, Any]]:
    from tenure.compliance import queries

    return [
        {
            "slug": line.slug,
            "title": line.definition.title,
            "state": line.row.state,
            "reason": line.row.state_reason,
            "coverage": line.row.coverage,
            "findings": line.open,
            "overdue": line.overdue,
        }
        for line in queries.tests(actor=operator())
    ]


def _print(lines: list[dict[str, Any]]) -> None:
    rows = (
        (
            line["slug"],
            line["state"].replace("_", " "),
            line["findings"],
            line["overdue"],
            line["reason"],
        )
        for line in lines
    )
    emit({"tests": lines}, words=table(["Test", "State", "Open", "Overdue", "Why"], rows))
