"""`tenure people`: import and look at the directory."""

from __future__ import annotations

import sys
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from tenure.cli import start_django
from tenure.cli.output import NOT_OK, emit, operator, state, stop, table

app = typer.Typer(help="The people whose tenure decides who may hold access.", no_args_is_help=True)


class State(StrEnum):
    """Whether somebody's tenure is running."""

    UPCOMING = "upcoming"
    CURRENT = "current"
    ON_LEAVE = "on_leave"
    INACTIVE = "inactive"
    FORMER = "former"


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV with a header line; - reads standard input")],
    *,
    full: Annotated[
        bool, typer.Option(help="the file lists everybody: who is missing is inactive")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="count, change nothing")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="do not ask when many people would end")
    ] = False,
) -> None:
    """Take people from a CSV; bad lines are named and the rest is imported."""
    start_django()
    from tenure.lib.errors import Conflict
    from tenure.people.operations.import_people import import_people

    take = partial(
        import_people,
        content=_content(file),
        is_full=full,
        is_dry_run=dry_run,
        actor=operator(),
    )
    try:
        done = take(is_confirmed=yes)
    except Conflict as refusal:
        if state.json or not sys.stdin.isatty():
            raise
        typer.confirm(f"{refusal} Import it?", abort=True)
        done = take(is_confirmed=True)
    counts = {
        name: getattr(done, name)
        for name in ("created", "updated", "unchanged", "no_longer_listed")
    }
    told = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items())
    words: list[object] = [f"{'Would import' if dry_run else 'Imported'} {file.name}: {told}."]
    words += done.notes
    if done.rejected:
        words.append(table(["Line", "Rejected because"], [bad.values() for bad in done.rejected]))
    emit({**counts, "rejected": done.rejected, "notes": done.notes}, words=words)
    if done.rejected:
        raise typer.Exit(NOT_OK)


def _content(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as error:
        stop(f"{file} cannot be read: {error.strerror}.")


@app.command("list")
def list_(
    state_: Annotated[
        State | None, typer.Option("--state", help="only people in this state")
    ] = None,
) -> None:
    """Everybody, with their state."""
    start_django()
    from tenure.people import queries

    people = queries.with_state(queries.people(actor=operator())).iterator()
    everybody = (_person(person) for person in people)
    data = [person for person in everybody if not state_ or person["state"] == state_]
    columns = ("name", "email", "state", "department", "ends_on")
    rows = ([person[column] for column in columns] for person in data)
    heads = ["Name", "E-mail", "State", "Department", "Last day"]
    nobody = "No such people; take them from a file with: tenure people import FILE.csv"
    emit({"data": data}, words=table(heads, rows) if data else nobody)


@app.command()
def show(email: str) -> None:
    """One person, by work or other e-mail."""
    start_django()
    from tenure.people import queries

    data = _person(queries.person_by_email(email, actor=operator()))
    emit(data, words=table(["Field", "Value"], data.items()))


def _person(person: Any) -> dict[str, object]:  # noqa: ANN401 - models load late
    return {
        "ref": str(person.ref),
        "email": person.email,
        "external_id": person.external_id,
        "name": person.name,
        "state": person.state,
        "kind": person.kind,
        "title": person.title,
        "department": person.department,
        "manager_email": person.manager_email_key,
        "starts_on": person.starts_on and person.starts_on.isoformat(),
        "ends_on": person.ends_on and person.ends_on.isoformat(),
        "time_zone": person.time_zone,
    }
