"""The command line: parse, one operation or query, a table or JSON. One file per command group."""

from __future__ import annotations

import contextlib
import os
import sys
from importlib import import_module

import typer
from typer.exceptions import TyperException

from tenure.cli.output import NOT_OK, REFUSED, UNREACHABLE, state, stop
from tenure.lib.starting import start_django as start_django

# name on the command line -> module, and the function in it (a group when there is none)
_COMMANDS: dict[str, tuple[str, str | None]] = {
    "serve": ("tenure.cli.serve", "serve"),
    "worker": ("tenure.cli.serve", "worker"),
    "migrate": ("tenure.cli.serve", "migrate"),
    "config": ("tenure.cli.serve", "config"),
    "demo": ("tenure.cli.demo", "demo"),
    "simulator": ("tenure.cli.simulator", "simulator"),
    "secrets": ("tenure.cli.secrets", None),
    "connect": ("tenure.cli.connections", "connect"),
    "connections": ("tenure.cli.connections", None),
    "sync": ("tenure.cli.sync", None),
    "people": ("tenure.cli.people", None),
    "accounts": ("tenure.cli.accounts", None),
    "access": ("tenure.cli.access", "access"),
    "projects": ("tenure.cli.projects", None),
    "events": ("tenure.cli.events", "events"),
    "groups": ("tenure.cli.groups", None),
    "roles": ("tenure.cli.roles", None),
    "credentials": ("tenure.cli.credentials", None),
    "tests": ("tenure.cli.tests", None),
    "findings": ("tenure.cli.findings", None),
    "offboard": ("tenure.cli.offboard", "offboard"),
    "offboardings": ("tenure.cli.offboardings", None),
    "reviews": ("tenure.cli.reviews", None),
    "requests": ("tenure.cli.requests", None),
    "operations": ("tenure.cli.operations", None),
    "export": ("tenure.cli.export", "export"),
    "scan": ("tenure.cli.scan", "scan"),
    "evidence": ("tenure.cli.evidence", None),
    "audit": ("tenure.cli.audit", None),
    "users": ("tenure.cli.users", None),
    "tokens": ("tenure.cli.tokens", None),
    "targets": ("tenure.cli.targets", None),
    "webhooks": ("tenure.cli.webhooks", None),
}

# The filters of a list are options of `export`, and only the list knows them.
_ANY_OPTION = {"allow_extra_args": True, "ignore_unknown_options": True}


def main(argv: list[str] | None = None) -> None:
    """Run one command. Global flags may stand anywhere on the line."""
    arguments = _take_global_flags(sys.argv[1:] if argv is None else argv)
    try:
        code = _commands(arguments)(args=arguments, standalone_mode=False, prog_name="tenure")
    except typer.Exit as left:
        code = left.exit_code
    except Exception as error:  # noqa: BLE001 - told in one sentence, or raised again inside
        code = _refuse(error)
    if arguments[:1] not in (["audit"], ["scan"]):
        _seal_own_events()
    sys.exit(code if isinstance(code, int) else 0)


def _seal_own_events() -> None:
    """What a command did is sealed before it ends: there may be no worker to do it.

    `tenure audit` is left out, so that it reports the log as it found it, and `tenure scan`, whose
    log ends with it.
    """
    from django.apps import apps
    from django.db import DatabaseError

    if not apps.ready:
        return
    from tenure.audit.sealing import seal_once

    with contextlib.suppress(DatabaseError):
        seal_once()


def _take_global_flags(arguments: list[str]) -> list[str]:
    rest: list[str] = []
    waiting = iter(arguments)
    for word in waiting:
        if word == "--":
            return [*rest, word, *waiting]
        if word == "--json":
            state.json = True
        elif word in ("-q", "--quiet"):
            state.quiet = True
        elif word in ("-v", "--verbose"):
            state.verbose += 1
            os.environ["TENURE_LOG_LEVEL"] = "DEBUG" if state.verbose > 1 else "INFO"
        elif word == "--home" or word.startswith("--home="):
            value = word.partition("=")[2] or next(waiting, "")
            os.environ["TENURE_HOME"] = value
        else:
            rest.append(word)
    # `config` tells what serves would be told; the others are quiet.
    if rest[:1] not in (["serve"], ["worker"], ["config"]):
        os.environ.setdefault("TENURE_LOG_LEVEL", "WARNING")
    return rest


def _commands(arguments: list[str]) -> typer.Typer:
    """The one command that is asked for, imported; all of them only for help."""
    app = typer.Typer(
        name="tenure",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_root)
    wanted = [word for word in arguments if word in _COMMANDS][:1] or list(_COMMANDS)
    for name in wanted:
        module_name, function = _COMMANDS[name]
        module = import_module(module_name)
        if function is None:
            app.add_typer(module.app, name=name)
        else:
            settings = _ANY_OPTION if name == "export" else None
            app.command(name, context_settings=settings)(getattr(module, function))
    return app


def _root() -> None:
    """Access governance for AI platforms.

    Anywhere on the line: --home DIR for where the data is, --json for one JSON document,
    -q for fewer words, -v for a log of what happens (-vv for all of it).
    """


def _refuse(error: Exception) -> int:
    """Our refusals and the parser's become a sentence and a code; anything else is a defect."""
    from tenure.lib.environment import BadSetting
    from tenure.lib.errors import DomainError

    error = _about_the_database(error)
    try:
        if isinstance(error, DomainError):
            code = UNREACHABLE if error.kind == "unreachable" else REFUSED
            stop(str(error), code=code, kind=error.kind, status=error.status)
        if isinstance(error, typer.Abort):
            stop("Stopped; nothing more was changed.", code=NOT_OK, kind="aborted")
        if isinstance(error, TyperException):
            stop(_usage(error), kind="usage")
        if isinstance(error, BadSetting):
            stop(str(error), kind="setting")
    except typer.Exit as left:
        return left.exit_code
    raise error


def _usage(error: TyperException) -> str:
    """What is wrong with the line, and where the right one is told."""
    said, command = error.format_message().replace("Value error, ", ""), getattr(error, "ctx", None)
    return f"{said.rstrip('.')}; see: {command.command_path} --help" if command else said


def _about_the_database(error: Exception) -> Exception:
    """The refusal, when the database was never migrated or cannot be reached; else the error."""
    from django.db import DatabaseError

    from tenure.cli.preparing import is_migrated
    from tenure.lib.errors import Invalid, Unreachable

    if not isinstance(error, DatabaseError):
        return error
    try:
        if is_migrated():
            return error
    except DatabaseError:
        return Unreachable(
            "The database cannot be reached; start it, or correct TENURE_DATABASE_URL."
        )
    return Invalid("The database is not ready for this version; run: tenure migrate")


if __name__ == "__main__":
    main()
