"""What a sync costs: CPU, statements and rows written, first, unchanged and with 1 % churn.

    python benchmarks/sync_cost.py [--users 10000] [--database sqlite|postgres]

The simulator runs in a process of its own; counted is the CPU of the process that reads, merges
and stores (on PostgreSQL without the server's). Two yardsticks: the bare copy puts the same number
of rows, as they are, into a table without any index; "fetch only" reads and decodes every page and
keeps nothing. Compare the ratios, not the seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

ADA = "ada"


def main() -> None:
    options = _arguments()
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="tenure-bench-"))
        _environment(home, options.database, stack)
        ready = _simulator(options.users, stack)
        _start_django()
        connection = _connect(ready)
        bare = _bare_copy(options.users)
        rows = [("bare copy", bare, options.users, None), _fetched(connection)]
        rows += [_measured("first", connection), _measured("unchanged", connection)]
        _churn(ready, options.users // 100)
        rows += [_measured("1 % churn", connection)]
    _report(options, rows, bare)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--users", type=int, default=10_000)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    return parser.parse_args()


def _environment(home: str, database: str, stack: ExitStack) -> None:
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "tenure.config.settings",
        "TENURE_HOME": home,
        "TENURE_LOG_LEVEL": "WARNING",
        "TENURE_PROVIDER_HOSTS_ALLOW": "127.0.0.1",
    }
    if database == "postgres":
        from tenure.testing.postgres import throwaway_cluster

        cluster = throwaway_cluster()
        stack.callback(cluster.stop)
        os.environ["TENURE_DATABASE_URL"] = cluster.url


def _simulator(users: int, stack: ExitStack) -> dict[str, str]:
    process = subprocess.Popen(  # noqa: S603 - our own command line
        [sys.executable, "-m", "tenure", "simulator", "--port=0", f"--users={users}", "--rpm=off"],
        stdout=subprocess.PIPE,
    )
    stack.callback(process.wait)
    stack.callback(process.terminate)
    return json.loads(process.stdout.readline())


def _start_django() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _connect(ready: dict[str, str]) -> object:
    from tenure.connections.connecting import judge
    from tenure.connections.operations.connect_organization import connect_organization
    from tenure.connectors.base import Credentials
    from tenure.testing.cast import actor_of

    credentials = Credentials(
        organization_id=ready["organization_id"], api_key=ready["admin_key"], base_url=ready["url"]
    )
    judged = judge(kind="openai", credentials=credentials, actor=actor_of(ADA))
    return connect_organization(
        judged=judged, name="Bench", requests_per_minute=None, actor=actor_of(ADA)
    )


def _bare_copy(count: int) -> float:
    """CPU seconds to put as many such rows into a table of their own."""
    from django.db import connection, transaction

    rows = [(f"user-{n:08}", f"u{n}@halden.example", f"User {n}", "x" * 560) for n in range(count)]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (id text, email text, name text, raw text)")
        began = time.process_time()
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with cursor.copy("COPY bare FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                cursor.executemany("INSERT INTO bare VALUES (%s, %s, %s, %s)", rows)
        spent = time.process_time() - began
        cursor.execute("DROP TABLE bare")
    return spent


def _fetched(connection: object) -> tuple[str, float, int, dict[str, int]]:
    """Every page read and decoded, nothing kept; the second time, when all is imported."""
    from contextlib import closing

    from tenure.connections.connecting import open_connector
    from tenure.connectors.base import Collection, Page

    spent, pages = 0.0, 0
    for _ in range(2):
        began = time.process_time()
        with closing(open_connector(connection)) as connector:
            lists = [Collection(kind=k.kind) for k in connector.collection_kinds() if not k.parent]
            events = [event for one in lists for event in connector.read(one)]
        spent = time.process_time() - began
        pages = sum(isinstance(event, Page) for event in events)
    return "fetch only", spent, 0, {"pages": pages}


def _measured(what: str, connection: object) -> tuple[str, float, int, dict[str, int]]:
    """One sync: CPU seconds, account rows written, and the run's own counts."""
    from tenure.inventory import syncing
    from tenure.inventory.operations.request_sync import request_sync
    from tenure.testing.cast import actor_of

    run = request_sync(connection_ref=connection.ref, actor=actor_of(ADA))
    before, began = _versions(), time.process_time()
    syncing.run_sync(run_ref=run.ref, actor=actor_of(ADA))
    spent = time.process_time() - began
    run.refresh_from_db()
    if run.status != "complete":
        sys.exit(run.reason)
    counts = {name: getattr(run, name) for name in ("pages", "added", "changed", "ended")}
    return what, spent, _written(before, _versions()), counts


def _versions() -> object:
    """What changes whenever an account row is written: its place, or SQLite's count of changes."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT id, ctid::text FROM inventory_account")
            return set(cursor.fetchall())
        cursor.execute("SELECT name FROM sqlite_temp_master WHERE name = 'written'")
        if not cursor.fetchone():
            cursor.execute("CREATE TEMP TABLE written (what text)")
            for verb in ("INSERT", "UPDATE", "DELETE"):
                cursor.execute(
                    f"CREATE TEMP TRIGGER count_{verb} AFTER {verb} ON main.inventory_account "  # noqa: S608 - ours
                    "BEGIN INSERT INTO written VALUES ('x'); END"
                )
        cursor.execute("SELECT count(*) FROM written")
        return cursor.fetchone()[0]


def _written(before: object, after: object) -> int:
    return len(after - before) if isinstance(after, set) else after - before


def _churn(ready: dict[str, str], count: int) -> None:
    """A third added, a third renamed, a third removed."""
    users = json.load(urllib.request.urlopen(f"{ready['control_url']}/users"))["users"]  # noqa: S310
    plain = [user for user in users if user["role"] == "reader"]
    for number, user in enumerate(plain[: count // 3]):
        _control(ready, "POST", "/users", {"email": f"new{number}@halden.example"})
        _control(ready, "POST", f"/users/{user['id']}", {"name": "Renamed"})
    for user in plain[count // 3 : 2 * (count // 3)]:
        _control(ready, "DELETE", f"/users/{user['id']}", None)


def _control(ready: dict[str, str], method: str, path: str, body: object) -> None:
    url, data = ready["control_url"] + path, None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method)  # noqa: S310 - loopback
    urllib.request.urlopen(request).read()  # noqa: S310 - loopback


def _report(options: argparse.Namespace, rows: list[tuple], bare: float) -> None:
    print(f"\n{options.users:,} users, {options.database}")
    print(f"{'':12}{'CPU s':>8}{'÷ bare':>8}{'written':>10}   counts")
    for what, spent, written, counts in rows:
        told = ", ".join(f"{number:,} {name}" for name, number in (counts or {}).items())
        print(f"{what:12}{spent:8.2f}{spent / bare:8.1f}{written:10,}   {told}")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
