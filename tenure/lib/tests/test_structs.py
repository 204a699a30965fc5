"""Threads that read a struct for the first time at once do not end the process."""

from __future__ import annotations

import subprocess
import sys

# Each class is new to all four threads. Without our readers this dies of a segmentation fault.
_RACE = """
import sys, threading
import msgspec
from tenure.lib import structs

sys.setswitchinterval(1e-6)
for number in range(1500):
    inner = msgspec.defstruct(f"Inner{number}", [("a", str, ""), ("b", int, 0)])
    kind = msgspec.defstruct(
        f"Outer{number}", [("id", str), ("name", str | None, None), ("inner", inner | None, None)]
    )
    gate = threading.Barrier(4)

    def go():
        gate.wait()
        told = structs.converter(kind)({"id": "x", "name": "y", "inner": {"a": "z", "b": 1}})
        assert told.inner.b == 1

    threads = [threading.Thread(target=go) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
print("alive")
"""


def test_first_reads_at_once():
    command = [sys.executable, "-c", _RACE]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603 - our own code
    assert (ran.returncode, ran.stdout) == (0, "alive\n"), ran.stderr[-500:]
