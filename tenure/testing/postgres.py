"""A PostgreSQL of our own for one run: made in a temporary directory, gone afterwards."""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

_OPTIONS = "-c shared_buffers=128MB -c listen_addresses=127.0.0.1 -c max_connections=200"
# Nor does it compile queries: these tables have few rows, whatever it believes of them.
_CARELESS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c jit=off"


@dataclass(frozen=True)
class Cluster:
    """A running server and the URL of its empty database `tenure`."""

    url: str
    data: Path
    control: Path
    options: str

    def start(self) -> None:
        log = str(self.data.parent / "log")
        self._control("-o", self.options, "-l", log, "-w", "-t", "60", "start")

    def crash(self) -> None:
        """It ends at once, as without power; `start` finds what was committed, if it is durable."""
        self._control("-m", "immediate", "-w", "stop", check=False)

    def stop(self) -> None:
        self.crash()
        shutil.rmtree(self.data.parent, ignore_errors=True)

    def _control(self, *arguments: str, check: bool = True) -> None:
        _run(str(self.control), "-D", str(self.data), *arguments, check=check)


def throwaway_cluster(*, durable: bool = False) -> Cluster:
    """Start one. Raises FileNotFoundError when no PostgreSQL can be found on this machine.

    Without `durable` it does not wait for the disk, which nothing but a measurement misses.
    """
    binaries = find_binaries()
    root = Path(tempfile.mkdtemp(prefix="tenure-pg-"))
    if (account := _unprivileged()) is not None:
        os.chown(root, account.pw_uid, account.pw_gid)
        root.chmod(0o700)
    data, port = root / "data", _free_port()
    _run(
        str(binaries / "initdb"),
        *("-D", str(data), "-U", "tenure", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"),
    )
    control = binaries / "pg_ctl"
    care = _OPTIONS if durable else f"{_OPTIONS} {_CARELESS}"
    options = f"{care} -c port={port} -c unix_socket_directories={root}"
    cluster = Cluster(f"postgresql://tenure@127.0.0.1:{port}/tenure", data, control, options)
    cluster.start()
    _run(str(binaries / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "tenure", "tenure")
    atexit.register(cluster.stop)
    return cluster


def find_binaries() -> Path:
    """The directory of initdb and pg_ctl: the newest installed, else the pgserver wheel's."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3])
    )
    if installed:
        return installed[-1].parent
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    import pgserver

    return Path(pgserver.__file__).parent / "pginstall" / "bin"


def _unprivileged() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; then it runs as `postgres`, else as `nobody`."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise FileNotFoundError("PostgreSQL does not run as root and there is no account to run it as.")


def _run(*command: str, check: bool = True) -> None:
    account = _unprivileged()
    # A file and not a pipe: the server that pg_ctl leaves behind would keep a pipe open.
    with tempfile.TemporaryFile() as output:
        finished = subprocess.run(  # noqa: S603 - our own command line
            command,
            check=False,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
        )
        if check and finished.returncode != 0:
            output.seek(0)
            said = output.read().decode(errors="replace")[-400:]
            raise RuntimeError(f"{Path(command[0]).name} failed: {said}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
