"""`tenure connect` and `tenure connections`: link a provider, look after the link."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tenure.cli import start_django
from tenure.cli.connection_documents import document, found, found_words, rows_of
from tenure.cli.output import emit, operator, state, stop, table
from tenure.cli.provider_options import KeyFile, KeyStdin, Rpm, budget_given, key_given, key_in
from tenure.cli.uploads import Columns, CsvFile, connect_a_file, upload

if TYPE_CHECKING:
    from tenure.connections.connecting import Judged
    from tenure.connections.models import Connection

app = typer.Typer(help="The configured links to providers.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="its name, ref or organization id")]
Yes = Annotated[bool, typer.Option("--yes", help="do not ask")]


app.command("upload")(upload)


class OnOff(StrEnum):
    ON = "on"
    OFF = "off"


class Policy(StrEnum):
    """How far a leaving goes by itself."""

    AUTOMATIC = "automatic"
    APPROVE = "approve"
    MANUAL = "manual"


def connect(
    kind: Annotated[str, typer.Argument(help="what to connect: openai, or file")],
    *,
    organization_id: Annotated[str, typer.Option(help="the organization's id, org-…")] = "",
    api_key_file: KeyFile = None,
    api_key_stdin: KeyStdin = False,
    removal_key_file: Annotated[
        Path | None, typer.Option(help="file with a key used only to take access away")
    ] = None,
    base_url: Annotated[str, typer.Option(help="only behind a gateway of your own")] = "",
    name: Annotated[str, typer.Option(help="how colleagues will know it")] = "",
    owner: Annotated[str, typer.Option(metavar="EMAIL", help="who looks after it")] = "",
    rpm: Rpm = "",
    yes: Annotated[
        bool, typer.Option("--yes", help="store a key that cannot do everything without asking")
    ] = False,
    csv: CsvFile = None,
    columns: Columns = None,
) -> None:
    """Judge a key by live reads, then store it sealed and queue the first sync; or read a file."""
    start_django()
    if kind == "file":
        connect_a_file(csv, name=name, columns=columns, owner=owner)
        return
    if not organization_id:
        stop("Give the organization's id by --organization-id.")
    from tenure.connections import queries
    from tenure.connections.connecting import Credentials, judge
    from tenure.connections.operations.connect_organization import connect_organization

    actor = operator()
    credentials = Credentials(
        organization_id=organization_id,
        api_key=key_given(api_key_file, from_stdin=api_key_stdin),
        base_url=base_url,
        removal_key=key_in(removal_key_file) if removal_key_file else None,
    )
    looking_after = queries.owner_by_email(owner, actor=actor) if owner else None
    judged = judge(kind=kind, credentials=credentials, actor=actor)
    _confirm_limited(judged, yes=yes)
    budget: dict[str, Any] = {"requests_per_minute": budget_given(rpm)} if rpm else {}
    connection = connect_organization(
        judged=judged,
        name=name,
        owner_ref=looking_after.ref if looking_after else None,
        actor=actor,
        **budget,
    )
    emit(
        {"connection": document(connection), "found": found(judged.everyday)},
        words=[
            *([] if judged.needs_confirmation else found_words(judged.everyday)),
            f"Connected to {connection.organization_id} as {connection.name}.",
            "First accounts appear as they are read; everything within about 30 minutes.",
        ],
    )


@app.command("list")
def list_() -> None:
    """Every connection, with its state."""
    start_django()
    from tenure.connections import queries

    data = [document(connection) for connection in queries.connections(actor=operator())]
    columns = ("name", "kind", "organization_id", "state", "key_kind", "removal", "owner")
    rows = ([one[column] for column in columns] for one in data)
    heads = ["Name", "Kind", "Organization", "State", "Key", "Removal", "Owner"]
    emit({"data": data}, words=table(heads, rows) if data else "Nothing is connected yet.")


@app.command()
def show(name: Name) -> None:
    """One connection: what it covers and what its key can do."""
    connection = _connection(name)
    from tenure.connections.budget_panel import budget_document, budget_words

    shown, judged, actor = document(connection), connection.judged, operator()
    rows = rows_of(shown)
    rows += [(f"budget: {name}", words) for name, words in budget_words(connection, actor=actor)]
    shown["budget"] = budget_document(connection, actor=actor)
    emit(
        {"connection": shown, "found": found(judged) if judged else []},
        words=[table(["Field", "Value"], rows), *(found_words(judged) if judged else [])],
    )


@app.command()
def validate(name: Name) -> None:
    """Judge the stored keys again by live reads."""
    connection = _connection(name)
    from tenure.connections.connecting import judge_stored
    from tenure.connections.operations.validate_connection import validate_connection

    actor = operator()
    judged = judge_stored(connection, actor=actor)
    connection = validate_connection(ref=connection.ref, judged=judged, actor=actor)
    emit(
        {"connection": document(connection), "found": found(judged.everyday)},
        words=found_words(judged.everyday),
    )


@app.command("rotate-key")
def rotate_key(
    name: Name, *, api_key_file: KeyFile = None, api_key_stdin: KeyStdin = False, yes: Yes = False
) -> None:
    """Put another key in the place of the everyday key: rotation, or an upgrade."""
    connection = _connection(name)
    from tenure.connections.connecting import Credentials, judge
    from tenure.connections.operations.replace_key import replace_key

    actor = operator()
    credentials = Credentials(
        organization_id=connection.organization_id,
        api_key=key_given(api_key_file, from_stdin=api_key_stdin),
        base_url=connection.base_url,
    )
    judged = judge(kind=connection.kind, credentials=credentials, actor=actor)
    _confirm_limited(judged, yes=yes)
    connection = replace_key(ref=connection.ref, judged=judged, actor=actor)
    emit(
        {"connection": document(connection), "found": found(judged.everyday)},
        words=f"{connection.name} now reads with the key that ends in {judged.everyday.key_hint}.",
    )


@app.command("set")
def set_(
    name: Name,
    *,
    removal: Annotated[OnOff | None, typer.Option(help="may access be taken away?")] = None,
    interval: Annotated[
        int | None, typer.Option(metavar="MIN", help="minutes between reads")
    ] = None,
    owner: Annotated[str, typer.Option(metavar="EMAIL", help="who looks after it")] = "",
    rpm: Rpm = "",
    policy: Annotated[Policy | None, typer.Option(help="how far a leaving goes by itself")] = None,
    brake: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, help="removals per hour before the brake; 0: as usual"),
    ] = None,
    accept_organization: Annotated[
        OnOff | None, typer.Option(help="change it though no answer proves which one it is")
    ] = None,
    rename: Annotated[str, typer.Option(metavar="NAME", help="another name")] = "",
) -> None:
    """Change removal and how far it goes, interval, owner, request budget or name."""
    connection = _connection(name)
    from django.db import transaction

    from tenure.connections import queries
    from tenure.connections.operations.accept_organization import (
        accept_organization as accept,
    )
    from tenure.connections.operations.set_connection import Settings, set_connection
    from tenure.connections.operations.set_removal import set_removal

    actor, settings = operator(), Settings()
    if interval is not None:
        settings["interval_minutes"] = interval
    if owner:
        settings["owner_ref"] = queries.owner_by_email(owner, actor=actor).ref
    if rpm:
        settings["requests_per_minute"] = budget_given(rpm)
    if policy:
        settings["removal_policy"] = policy.value
    if brake is not None:
        settings["brake_per_hour"] = brake or None
    if rename:
        settings["name"] = rename
    with transaction.atomic():
        if settings:
            connection = set_connection(ref=connection.ref, actor=actor, **settings)
        if removal:
            is_on = removal is OnOff.ON
            connection = set_removal(ref=connection.ref, is_on=is_on, actor=actor)
        if accept_organization:
            is_accepted = accept_organization is OnOff.ON
            connection = accept(ref=connection.ref, is_accepted=is_accepted, actor=actor)
    emit({"connection": document(connection)}, words=f"{connection.name} is changed.")


@app.command()
def pause(name: Name) -> None:
    """Stop reading until resumed; keys and history stay."""
    connection = _connection(name)
    from tenure.connections.operations.pause_connection import pause_connection

    connection = pause_connection(ref=connection.ref, actor=operator())
    emit({"connection": document(connection)}, words=f"{connection.name} is paused.")


@app.command()
def resume(name: Name) -> None:
    """Read again, at once and then at its interval."""
    connection = _connection(name)
    from tenure.connections.operations.resume_connection import resume_connection

    connection = resume_connection(ref=connection.ref, actor=operator())
    emit({"connection": document(connection)}, words=f"{connection.name} is read again.")


@app.command()
def disconnect(name: Name, *, yes: Yes = False) -> None:
    """Wipe its keys and stop reading; the history stays."""
    connection = _connection(name)
    from tenure.connections.operations.disconnect_connection import disconnect_connection

    question = f"Wipe the keys of {connection.name} and stop reading {connection.organization_id}?"
    _ask(question, yes=yes)
    connection = disconnect_connection(ref=connection.ref, actor=operator())
    emit(
        {"connection": document(connection)},
        words=f"{connection.name} is disconnected and its keys are wiped; connecting"
        f" {connection.organization_id} again continues its history.",
    )


def _connection(name: str) -> Connection:
    start_django()
    from tenure.connections import queries

    return queries.connection_by_name(name, actor=operator())


def _confirm_limited(judged: Judged, *, yes: bool) -> None:
    """A key that cannot do everything is shown, and stored only when somebody wants it."""
    if not judged.needs_confirmation:
        return
    from tenure.connections import wording

    if not state.json:
        emit(None, words=found_words(judged.everyday))
    _ask("Store it?", yes=yes, because=wording.headline(judged.everyday))


def _ask(question: str, *, yes: bool, because: str = "") -> None:
    if yes:
        return
    if state.json or not sys.stdin.isatty():
        stop(f"{because} Nothing was changed; add --yes to go on.".strip())
    typer.confirm(question, abort=True)
