"""Children that end with their parent, even when it is killed without a chance to say so."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping

_PARENT = "TENURE_PARENT_PID"
_PR_SET_PDEATHSIG = 1


def as_child_of_mine(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment in which a child can tell that this process is its parent.

    Start the child from the main thread: Linux takes the end of the starting thread for the end
    of the parent.
    """
    return {**(os.environ if environment is None else environment), _PARENT: str(os.getpid())}


def end_with_parent() -> None:
    """From here on this process is killed when its parent ends. No-op without such a parent."""
    if (parent := int(os.environ.get(_PARENT, "0"))) == 0:
        return
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # The only way elsewhere, and on Linux the guard of the moment before the line above.
    threading.Thread(target=_watch, args=(parent,), name="parent-watch", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGKILL)
