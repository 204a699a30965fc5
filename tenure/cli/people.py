"""`tenure people`: import and look at the directory."""

from __future__ import annotations

import sys
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from tenure.cli import start_django
from tenure.cli.output import NOT_OK, emit, operator, state, stop, table
from tenure.lib.clock import now, rfc3339
from tenure.lib.when import instant_of

app = typer.Typer(help="The people whose tenure decides who may hold access.", no_args_is_help=True)


Email = Annotated[str, typer.Argument(metavar="EMAIL", help="work or other e-mail, or the ref")]


class Counts(StrEnum):
    """Whose dates and status hold after a merge."""

    BOTH = "both"
    KEPT = "kept"
    MERGED = "merged"


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
    source: Annotated[
        str, typer.Option(metavar="NAME", help="the people source that the file speaks for")
    ] = "CSV",
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
        source=source,
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
    *,
    state_: Annotated[
        State | None, typer.Option("--state", help="only people in this state")
    ] = None,
    department: Annotated[str, typer.Option(help="only this department")] = "",
    manager: Annotated[str, typer.Option(metavar="EMAIL", help="only whom they manage")] = "",
    source: Annotated[str, typer.Option(metavar="NAME", help="only whom this source knows")] = "",
) -> None:
    """Everybody, with their state."""
    start_django()
    from tenure.people import queries

    chosen = queries.narrowed(
        department=department, manager=manager, source=source, of=queries.people(actor=operator())
    )
    people = queries.with_state(chosen).iterator()
    everybody = (_person(person) for person in people)
    data = [person for person in everybody if not state_ or person["state"] == state_]
    columns = ("name", "email", "state", "department", "ends_on")
    rows = ([person[column] for column in columns] for person in data)
    heads = ["Name", "E-mail", "State", "Department", "Last day"]
    nobody = "No such people; take them from a file with: tenure people import FILE.csv"
    emit({"data": data}, words=table(heads, rows) if data else nobody)


@app.command()
def show(email: Email) -> None:
    """One person, by work or other e-mail, and what became different of them."""
    start_django()
    from tenure.people import queries

    person = queries.person_by_email(email, actor=operator())
    data = _person(person)
    changes = [
        {name: getattr(change, name) for name in ("field", "before", "after", "source")}
        | {"at": rfc3339(change.at)}
        for change in queries.changes_of(person, actor=operator())
    ]
    merges = [
        {
            "ref": str(one.ref),
            "merged": str(one.merged),
            "counts": one.counts,
            "at": rfc3339(one.at),
        }
        for one in queries.merges_of(person, actor=operator()).filter(undone_at=None)
    ]
    words: list[object] = [table(["Field", "Value"], data.items())]
    if changes:
        heads = ["Changed", "From", "To", "By", "When"]
        words.append(table(heads, [[*one.values()] for one in changes]))
    if merges:
        words.append(
            table(["Ref", "Merged", "Counts", "When"], [[*one.values()] for one in merges])
        )
    emit({**data, "changes": changes, "merges": merges}, words=words)


@app.command()
def explain(email: Email) -> None:
    """Why somebody has their state: the rule, what it looked at, and who says so since when."""
    start_django()
    from tenure.people import queries

    person = queries.person_by_email(email, actor=operator())
    why = queries.explained(person, actor=operator())
    document = {
        "person": str(person.ref),
        "state": why.state,
        "may_hold_access": why.may_hold_access,
        "rule": why.rule,
        "inputs": [_said(one) for one in why.inputs],
        "fields": [_said(one) for one in why.fields],
    }
    heads = ["", "Value", "Said by", "Last said"]
    told = [
        table(heads, [[*_said(one).values()] for one in some]) for some in (why.inputs, why.fields)
    ]
    emit(document, words=[f"{person} is {why.state.replace('_', ' ')}. {why.rule}", *told])


def _said(one: Any) -> dict[str, object]:  # noqa: ANN401 - loads late
    value = one.value.isoformat() if one.is_day else str(one.value)
    said_at = rfc3339(one.at) if one.at else None
    return {"name": one.label, "value": value, "source": one.source, "at": said_at}


@app.command()
def leave(
    email: Email,
    *,
    at: Annotated[
        str, typer.Option("--at", metavar="WHEN", help="the last day, an instant, or now")
    ],
    reason: Annotated[str, typer.Option(help="why you say so; shown and audited")],
) -> None:
    """Mark somebody as left; this stands above every source until it is cleared."""
    start_django()
    from tenure.people import queries
    from tenure.people.operations.mark_person_left import mark_person_left

    person = queries.person_by_email(email, actor=operator())
    done = mark_person_left(
        person_ref=person.ref, at=_last_day_or_instant(at), reason=reason, actor=operator()
    )
    document = {"ref": str(done.ref), "email": done.email, "left_at": rfc3339(_known(done.left_at))}
    emit(document, words=f"{done} has left from {document['left_at']}.")


@app.command("clear-leave")
def clear_leave(email: Email) -> None:
    """Take back that somebody has left; what the sources say holds again."""
    start_django()
    from tenure.people import queries
    from tenure.people.operations.clear_person_left import clear_person_left

    person = queries.person_by_email(email, actor=operator())
    clear_person_left(person_ref=person.ref, actor=operator())
    data = _person(queries.person_by_email(email, actor=operator()))
    emit(data, words=f"{person} is {data['state']} again, as the sources say.")


@app.command()
def merge(
    email: Email,
    other: Annotated[str, typer.Argument(metavar="EMAIL", help="who becomes part of the first")],
    *,
    counts: Annotated[
        Counts | None, typer.Option(help="whose dates hold when only one of them is here")
    ] = None,
    reason: Annotated[str, typer.Option(help="how you know")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Two entries are one human: keep the first, and make the other part of it."""
    start_django()
    from tenure.people import queries
    from tenure.people.operations.merge_people import merge_people

    kept = queries.person_by_email(email, actor=operator())
    merged = queries.person_by_email(other, actor=operator())
    done = merge_people(
        kept_ref=kept.ref,
        merged_ref=merged.ref,
        counts=counts or "",
        reason=reason,
        is_confirmed=yes,
        actor=operator(),
    )
    document = {"ref": str(done.ref), "kept": str(kept.ref), "merged": str(merged.ref)}
    words = f"{merged} is part of {kept} now; undo it with: tenure people unmerge {done.ref}"
    emit({**document, "counts": done.counts}, words=words)


@app.command()
def unmerge(ref: Annotated[str, typer.Argument(metavar="REF", help="the merge's ref")]) -> None:
    """Undo a merge: each is again what the sources say of them alone."""
    start_django()
    from tenure.people.operations.unmerge_people import unmerge_people

    done = unmerge_people(merge_ref=ref, actor=operator())
    document = {"ref": str(done.ref), "kept": str(done.kept.ref), "merged": str(done.merged.ref)}
    emit(document, words=f"{done.merged} and {done.kept} are two people again.")


def _last_day_or_instant(written: str) -> date | datetime:
    try:
        return now() if written == "now" else date.fromisoformat(written)
    except ValueError:
        return instant_of(written, zone=ZoneInfo("UTC"), now=now())


def _known(moment: datetime | None) -> datetime:
    if moment is None:
        raise ValueError("Somebody who was marked as left has an instant of it.")
    return moment


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
        "left_at": person.left_at and rfc3339(person.left_at),
    }
