"""How many pages of 100 users the OpenAI simulator answers per second, on one core.

    python benchmarks/simulator_pages.py [--users 10000] [--seconds 5] [--connections 4]

The simulator runs in a process of its own, held to the first core where the system allows it; the
client reads bytes and follows `last_id`, nothing more, on another.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

PROMISED_PAGES_PER_S = 2_000
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
_LAST_ID = re.compile(rb'"last_id":"([^"]+)","has_more":true\}$')
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def main() -> None:
    options = _arguments()
    process = _start(options.users)
    try:
        ready = json.loads(process.stdout.readline())
        address = urlsplit(ready["url"])
        before, started = _cpu_s(process.pid), time.perf_counter()
        readers = [
            Reader(address, ready["admin_key"], started + options.seconds)
            for _ in range(options.connections)
        ]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        took = time.perf_counter() - started
        cpu = _cpu_s(process.pid) - before
    finally:
        process.terminate()
        process.wait(10)
    pages = sum(reader.pages for reader in readers)
    result = {
        "pages_per_s": round(pages / took),
        "users_per_s": round(sum(reader.users for reader in readers) / took),
        "cpu_ms_per_page": round(1000 * cpu / pages, 3),
        "cpu_share": round(cpu / took, 2),
        "pages": pages,
        "walks": sum(reader.walks for reader in readers),
        "promised_pages_per_s": PROMISED_PAGES_PER_S,
    }
    print(json.dumps(result))
    print(f"promise {'held' if pages / took >= PROMISED_PAGES_PER_S else 'NOT held'}")


class Reader(threading.Thread):
    """Walks the users list again and again on one connection."""

    def __init__(self, address: SplitResult, key: str, until: float) -> None:
        super().__init__()
        self.pages = self.users = self.walks = 0
        self._until = until
        self._head = f"Host: {address.netloc}\r\nAuthorization: Bearer {key}\r\n\r\n".encode()
        self._socket = socket.create_connection((address.hostname, address.port))
        self._buffer = bytearray(1 << 20)

    def run(self) -> None:
        after = b""
        with self._socket:
            while time.perf_counter() < self._until:
                body = self._get(after)
                self.pages += 1
                self.users += body.count(b'"organization.user"')
                following = _LAST_ID.search(body[-200:])
                after = b"&after=" + following[1] if following else b""
                self.walks += not following

    def _get(self, after: bytes) -> bytes:
        path = b"/v1/organization/users?limit=100" + after
        self._socket.sendall(b"GET " + path + b" HTTP/1.1\r\n" + self._head)
        view, got, needed, start = memoryview(self._buffer), 0, None, 0
        while needed is None or got < needed:
            got += self._socket.recv_into(view[got:])
            end = self._buffer.find(b"\r\n\r\n", 0, got) if needed is None else -1
            if end >= 0:
                start = end + 4
                needed = start + int(_LENGTH.search(self._buffer, 0, end)[1])
        if not self._buffer.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"The simulator answered {bytes(self._buffer[:got])!r}.")
        return bytes(self._buffer[start:needed])


def _start(users: int) -> subprocess.Popen:
    command = [sys.executable, "-m", "tenure", "simulator", "--port", "0", "--users", str(users)]
    if len(CORES) > 1:
        os.sched_setaffinity(0, {CORES[0]})
    try:
        root = Path(__file__).parents[1]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root)  # noqa: S603 - our own program
    finally:
        if len(CORES) > 1:
            os.sched_setaffinity(0, set(CORES[1:]))


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--users", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--connections", type=int, default=4)
    return parser.parse_args()


if __name__ == "__main__":
    main()
