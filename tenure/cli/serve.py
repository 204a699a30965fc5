"""Running Tenure: the server, more workers, the database's shape, the settings in force."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from tenure.cli import start_django
from tenure.cli.output import NOT_OK, OK, console, emit, state, stop
from tenure.lib.environment import Setting
from tenure.supervisor import claims, kinship
from tenure.supervisor.supervisor import Child, Supervisor


def serve(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    public_url: Annotated[str, typer.Option(help="The address people type.")] = "",
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Only the pages.")] = False,
    ready_file: Annotated[Path | None, typer.Option(help="Written once Tenure answers.")] = None,
) -> None:
    """Serve the pages and do the background work until stopped."""
    kinship.end_with_parent()
    _settle_public_url(public_url, host, port)
    from tenure.config import settings

    claims.claim_home(settings.TENURE_HOME)
    claims.check_address(host, port)
    if ready_file:
        ready_file.unlink(missing_ok=True)
    prepared = _prepare()

    def announce() -> None:
        _announce(settings.TENURE_PUBLIC_URL, prepared, ready_file)

    web = [sys.executable, "-m", "tenure.supervisor.web", host, str(port)]
    children = [Child("web", web)]
    if not no_worker:
        children.append(Child("worker", [sys.executable, "-m", "tenure", "worker"]))
    code = Supervisor(children, lambda: _answers(host, port), announce).run()
    if code != OK:
        stop("Tenure did not come up within a minute; the lines above say why.", code=NOT_OK)


def worker(
    *,
    concurrency: Annotated[int, typer.Option(help="Threads for each queue.", min=1, max=64)] = 2,
) -> None:
    """Do background work until stopped; any number of workers may share one database."""
    kinship.end_with_parent()
    start_django()
    from tenure.audit.sealing import seal_once
    from tenure.cli.preparing import refuse_unless_ready
    from tenure.jobs.worker import Chore, Worker

    refuse_unless_ready()
    working = Worker(concurrency=concurrency, chores=[Chore(seal_once)])
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: working.stop())
    working.run()


def migrate(
    *,
    first_admin_link: Annotated[bool, typer.Option("--first-admin-link", hidden=True)] = False,
) -> None:
    """Bring the database to this version and check that everything is ready to serve."""
    start_django()
    from tenure.cli import preparing

    applied = preparing.migrate_database()
    preparing.refuse_unless_ready()
    document: dict[str, Any] = {"applied": applied, "warnings": preparing.warnings()}
    if first_admin_link:
        from tenure.users.first_admin import first_admin_link as make_link

        document["first_admin_link"] = make_link()
    done = f"Applied {len(applied)} migrations." if applied else "The database is up to date."
    emit(document, words=[done, *document["warnings"]])


def config() -> None:
    """Print the settings in force, without secrets, and where each comes from."""
    from tenure.config.settings import ENVIRONMENT

    read = ENVIRONMENT.settings
    emit(
        {"settings": [_shown(setting) for setting in read]},
        words=[
            f"{setting.name} = {setting.shown or '(empty)'}  [{setting.source}]\n    {setting.help}"
            for setting in read
        ],
    )


def _shown(setting: Setting) -> dict[str, str]:
    return {
        "name": setting.name,
        "value": setting.shown,
        "source": setting.source,
        "help": setting.help,
    }


def _settle_public_url(given: str, host: str, port: int) -> None:
    """The option, else the environment, else where we listen."""
    if given:
        os.environ.pop("TENURE_PUBLIC_URL_FILE", None)
        os.environ["TENURE_PUBLIC_URL"] = given
    elif "TENURE_PUBLIC_URL_FILE" not in os.environ:
        os.environ.setdefault("TENURE_PUBLIC_URL", f"http://{_reachable(host)}:{port}")


def _reachable(host: str) -> str:
    """A host that a client on this machine can call, when we listen on `host`."""
    if host in ("0.0.0.0", "::", ""):  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _prepare() -> dict[str, Any]:
    """Migrate and check, in a process that ends: this one stays small."""
    finished = subprocess.run(
        [sys.executable, "-m", "tenure", "--json", "migrate", "--first-admin-link"],
        env=kinship.as_child_of_mine(),
        stdout=subprocess.PIPE,
        check=False,
    )
    try:
        document: dict[str, Any] = msgspec.json.decode(finished.stdout)
    except msgspec.DecodeError:
        stop("Tenure could not prepare its database; the lines above say why.", code=NOT_OK)
    if finished.returncode != OK:
        stop(document["title"], code=finished.returncode, status=document["status"])
    return document


def _answers(host: str, port: int) -> bool:
    connection = HTTPConnection(_reachable(host).strip("[]"), port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": "127.0.0.1"})
        return connection.getresponse().status < 500  # noqa: PLR2004 - it answers; what is its matter
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _announce(url: str, prepared: dict[str, Any], ready_file: Path | None) -> None:
    link = prepared["first_admin_link"]
    for warning in prepared["warnings"]:
        sys.stderr.write(f"{warning}\n")
    words = [f"Tenure is ready at {url}"]
    if link:
        words.append(f"Create the first admin with this link, good once and for an hour:\n{link}")
    emit(
        {"url": url, "first_admin_link": link, "pid": os.getpid()},
        words=[*words, "Press Ctrl-C to stop."],
    )
    (sys.stdout if state.json else console().file).flush()
    if ready_file:
        draft = ready_file.with_name(f".{ready_file.name}.{os.getpid()}")
        draft.write_bytes(msgspec.json.encode({"url": url, "pid": os.getpid()}))
        draft.replace(ready_file)
