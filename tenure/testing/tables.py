"""The migrated tables, made once and copied: each worker of each run would spend long on its own.

For SQLite a file that stays beside the interpreter, for as long as no migration changes; on
PostgreSQL a database of the run's cluster. What follows each migrate still follows on the copy.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
_MADE = "tenure_made"


def copy_to_file(database: Path) -> None:
    """A SQLite file with every table."""
    kept = Path(sys.prefix) / "tenure-tests"
    kept.mkdir(exist_ok=True)
    made = kept / f"{_fingerprint()}.sqlite3"
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            for outdated in kept.glob("*.sqlite3*"):
                outdated.unlink()
            unfinished = made.with_suffix(".sqlite3-unfinished")
            _migrate(f"sqlite:///{unfinished}")
            unfinished.rename(made)
        shutil.copyfile(made, database)


def copy_in_cluster(url: str, database: str) -> None:
    """A database with every table in the cluster at `url`."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_MADE])
        if known.fetchone() is None:
            connection.execute(f'CREATE DATABASE "{_MADE}"')
            _migrate(f"{url.rpartition('/')[0]}/{_MADE}")
        connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{_MADE}"')


def _fingerprint() -> str:
    """Of all that decides what the tables are: our migrations, and whose we use besides."""
    seen = hashlib.sha256()
    for file in (*sorted(ROOT.glob("tenure/*/migrations/*.py")), ROOT / "requirements/app.txt"):
        seen.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return seen.hexdigest()[:16]


def _migrate(url: str) -> None:
    settings = {"TENURE_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tenure.config.settings"}
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--skip-checks", "--verbosity=0"],
        env=os.environ | settings,
        cwd=ROOT,
        check=True,
    )
