"""`tenure scan`: who has access and should not, asked once, with nothing kept."""

from __future__ import annotations

import os
import signal
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from tenure.cli.output import NOT_OK, UNREACHABLE, as_json, emit, operator, state, stop
from tenure.cli.provider_options import KeyFile, KeyStdin, Rpm, budget_given, key_given
from tenure.cli.scan_words import words
from tenure.cli.watching import watch
from tenure.cli.working import working

if TYPE_CHECKING:
    from tenure.connections.models import Connection
    from tenure.inventory.models import SyncRun
    from tenure.people.models import PeopleImport
    from tenure.scan.answer import Answer

_QUEUES = ("sync", "rest")
_INTERRUPTED = 130


class FailOn(StrEnum):
    """Which findings make the exit code 1."""

    ANY = "any"
    OVERDUE = "overdue"


class Format(StrEnum):
    """How the answer is written."""

    TABLE = "table"
    JSON = "json"
    GITHUB = "github"
    JUNIT = "junit"


_FOR_CI = (Format.GITHUB, Format.JUNIT)


def scan(
    kind: Annotated[str, typer.Argument(help="what to scan: openai")],
    *,
    people: Annotated[Path, typer.Option(metavar="FILE", help="CSV of your people; - is stdin")],
    api_key_file: KeyFile = None,
    api_key_stdin: KeyStdin = False,
    organization_id: Annotated[
        str, typer.Option(metavar="ORG", help="org-…; found out from the key when left out")
    ] = "",
    base_url: Annotated[str, typer.Option(help="only behind a gateway of your own")] = "",
    rpm: Rpm = "off",
    fail_on: Annotated[FailOn, typer.Option(help="which findings end with code 1")] = FailOn.ANY,
    format_: Annotated[
        Format, typer.Option("--format", help="github and junit are for CI")
    ] = Format.TABLE,
    output: Annotated[
        Path | None, typer.Option("-o", metavar="FILE", help="write that format to a file")
    ] = None,
) -> None:
    """Read an organization, link its accounts to your people and run the tests, keeping nothing."""
    _settle(format_, output)
    if str(people) == "-" and api_key_stdin:
        stop("Standard input holds either the people or the key; give the other one in a file.")
    key, content = key_given(api_key_file, from_stdin=api_key_stdin), _content(people)
    pace = budget_given(rpm)
    from tenure.scan.private import begin_private_installation

    begin_private_installation()
    # Nothing is kept, so nothing has to be put away. An exception could be lost on its way, in a
    # callback of a library that prints what it cannot raise, and the scan would go on.
    signal.signal(signal.SIGINT, lambda *_: os._exit(_INTERRUPTED))
    from tenure.scan.answer import answer
    from tenure.scan.source import PeopleFile

    imported = _import(content)
    connection = _connect(kind, key, organization_id=organization_id, base_url=base_url, rpm=pace)
    found = answer(
        run=_read(connection),
        imported=imported,
        file=PeopleFile(str(people), content),
        fail_on=fail_on.value,
        actor=operator(),
    )
    _tell(found, format_, output, people_file="" if str(people) == "-" else str(people))
    if not found.is_ok:
        raise typer.Exit(NOT_OK)


def _settle(format_: Format, output: Path | None) -> None:
    """Standard output is one thing: with --json a document, refusals included."""
    if output is None:
        state.json |= format_ is Format.JSON
        if state.json and format_ in _FOR_CI:
            stop(f"Leave out --json, or write the {format_} format to a file with -o FILE.")
    elif format_ is Format.TABLE:
        stop("Say what to write to the file with --format json, github or junit.")
    elif not output.parent.is_dir():
        stop(f"Choose another file: there is no directory {output.parent}.")


def _content(people: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(people) == "-" else people.read_bytes()
    except OSError as error:
        stop(f"{people} cannot be read: {error.strerror}.")


def _import(content: bytes) -> PeopleImport:
    from tenure.people.operations.import_people import import_people

    imported = import_people(content=content, is_full=False, is_confirmed=True, actor=operator())
    # What follows from people alone is done now: later it would be done for every account, twice.
    with working(_QUEUES):
        pass
    return imported


def _connect(
    kind: str, key: str, *, organization_id: str, base_url: str, rpm: int | None
) -> Connection:
    from tenure.connections import connecting
    from tenure.connections.operations.connect_organization import connect_organization

    actor = operator()
    credentials = connecting.Credentials(
        organization_id=organization_id, api_key=key, base_url=base_url
    )
    if not organization_id:
        named = connecting.organization_id(kind=kind, credentials=credentials, actor=actor)
        credentials = connecting.Credentials(organization_id=named, api_key=key, base_url=base_url)
    judged = connecting.judge(kind=kind, credentials=credentials, actor=actor)
    return connect_organization(judged=judged, requests_per_minute=rpm, actor=actor)


def _read(connection: Connection) -> SyncRun:
    """Read everything, do all that follows from it, and ask the tests."""
    from tenure.compliance.operations.run_tests import run_tests
    from tenure.inventory.operations.request_sync import request_sync
    from tenure.jobs.ledger import in_trouble

    run = request_sync(connection_ref=connection.ref, actor=operator())
    with working(_QUEUES):
        (run,) = watch([run], out=Console(stderr=True, quiet=state.quiet))
    if run.status == run.Status.FAILED:
        stop(run.reason, code=UNREACHABLE, kind="unreachable", status=502)
    if trouble := in_trouble(_QUEUES):
        stop(
            f"The scan could not finish ({', '.join(trouble)}), so it tells nothing; please report"
            " it with what stands above.",
            code=NOT_OK,
            kind="defect",
            status=500,
        )
    run_tests(actor=operator())
    return run


def _tell(found: Answer, format_: Format, output: Path | None, *, people_file: str) -> None:
    from tenure.scan import document, github, junit

    said, written = document.document(found), ""
    match format_:
        case Format.JSON:
            written = as_json(said)
        case Format.GITHUB:
            written = github.commands(found, people_file=people_file)
        case Format.JUNIT:
            written = junit.report(found)
    if output is not None:
        try:
            output.write_text(written, encoding="utf-8")
        except OSError as error:
            stop(f"Choose another file: {output} cannot be written ({error.strerror}).")
    elif format_ in _FOR_CI:
        sys.stdout.write(written)
        return
    emit(said, words=words(found))
