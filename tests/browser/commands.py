"""Tenure's commands, run as they are for the length of a `with`."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from urllib.parse import urlsplit


@contextmanager
def running(*words: str, **environment: str) -> Iterator[dict[str, object]]:
    """`tenure …` until the block ends; gives the JSON line it prints when it is ready."""
    child = subprocess.Popen(  # noqa: S603 - our own command line
        [sys.executable, "-m", "tenure", *words],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield _first_document(child.stdout)
    finally:
        child.send_signal(signal.SIGINT)
        child.wait(timeout=30)


def _first_document(lines: Iterable[str]) -> dict[str, object]:
    """The first JSON object of an output, which may go on for several lines."""
    read = ""
    for line in lines:
        read += line
        if line.rstrip().endswith("}") and not line.startswith(" "):
            return json.loads(read)
    raise SystemExit("It did not start; the lines above say why.")


def port(wanted: int) -> str:
    """The port one would expect, when it is free."""
    for number in (wanted, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", number))
            except OSError:
                continue
            return str(probe.getsockname()[1])
    raise OSError


def make_it_show(openai: dict[str, object]) -> None:
    """A provider that takes its time, so that the first sync can be seen at work.

    And one that lets a user's own key read, so that there is a limited key to be shown.
    """
    faults = {"delay": "1.5@users", "personal_key_reads": "on"}
    parts = urlsplit(str(openai["control_url"]))
    connection = HTTPConnection(parts.netloc)
    connection.request("POST", f"{parts.path}/faults", json.dumps(faults))
    connection.getresponse().read()
    connection.close()
