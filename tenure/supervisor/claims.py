"""What only one server may hold: the home directory, and an address to listen on."""

from __future__ import annotations

import fcntl
import os
import socket
from pathlib import Path

from tenure.lib.errors import Conflict, Invalid


def claim_home(home: Path) -> int:
    """Hold the home directory for as long as this process lives. Returns the descriptor.

    The lock is the kernel's: it is gone with the process, however that ends.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    held = os.open(home / "serve.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        who = os.read(held, 32).decode(errors="replace").strip()
        os.close(held)
        raise Conflict(
            f"Tenure already runs from {home} (process {who or 'unknown'}); "
            "stop it first, or choose another directory with --home."
        ) from None
    os.ftruncate(held, 0)
    os.pwrite(held, f"{os.getpid()}\n".encode(), 0)
    return held


def check_address(host: str, port: int) -> None:
    """Refuse an address that is taken or not ours, before anything else happens."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            # Not SO_REUSEPORT, with which the web server would share the port with a stranger.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except PermissionError as error:
        raise Invalid(f"Port {port} needs root; choose one above 1023 with --port.") from error
    except socket.gaierror as error:
        raise Invalid(f"{host} is not an address of this machine; correct --host.") from error
    except OSError as error:
        raise Conflict(
            f"{host}:{port} is taken or not this machine's; choose another with --port or --host."
        ) from error
