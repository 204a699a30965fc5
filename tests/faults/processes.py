"""Finding processes, and waiting for what must become of them."""

from __future__ import annotations

import time
from pathlib import Path

# What a server consists of, by what stands on their command lines.
ROLES = {
    "web": "tenure.supervisor.web",
    "web's own child": "multiprocessing.spawn",
    "worker": "tenure worker",
}


def wait_until(condition, *, seconds=40.0, what="it"):
    """Poll gently; the answer as soon as it is not false."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := condition():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come about in {seconds:.0f} s")


def descendants(ancestor):
    """Ids of the processes below `ancestor`, zombies excepted."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and alive(pid := int(entry.name)):
            children.setdefault(status(pid)[1], []).append(pid)
    found, waiting = [], [ancestor]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def alive(pid):
    return status(pid)[0] not in ("Z", "X", "")


def status(pid):
    """State and parent of a process; an empty state when there is none."""
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[:2]
    except OSError:
        return "", 0
    return state, int(parent)


def command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def pid_of(role, ancestor):
    found = [pid for pid in descendants(ancestor) if ROLES[role] in command(pid)]
    return found[0] if found else None


def all_gone(family):
    return not any(map(alive, family))
