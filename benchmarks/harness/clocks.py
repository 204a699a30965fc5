"""What something cost: CPU of this process and of PostgreSQL's backends, and wall time."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """Seconds. `cpu` is of all threads here and of the database's backends."""

    cpu: float
    wall: float


def cost_of(work: Callable[[], object]) -> Cost:
    """Do the work once."""
    backends, cpu, wall = _backends_cpu_s(), time.process_time(), time.perf_counter()
    work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Cost(cpu + _backends_cpu_s() - backends, wall)


def cpu_of_each(work: Callable[[], object], times: int) -> list[float]:
    """Seconds of CPU of each of so many times. What the database's backends took, which is known
    to a hundredth of a second only, is shared out evenly."""
    backends, each = _backends_cpu_s(), list[float]()
    for _ in range(times):
        cpu = time.process_time()
        work()
        each.append(time.process_time() - cpu)
    share = (_backends_cpu_s() - backends) / times
    return [cpu + share for cpu in each]


def memory_kb(name: str) -> int:
    """A line of this process's own account: VmRSS is now, VmHWM the most since it was cleared."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def clear_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _backends_cpu_s() -> float:
    """Of all backends that serve our connections; none on SQLite, which works in this process."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity "
            "WHERE datname = current_database() AND backend_type = 'client backend'"
        )
        pids = [pid for (pid,) in cursor.fetchall()]
    return sum(_cpu_s(pid) for pid in pids)


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S
