"""Points at which a worker dies as if killed: between what it wrote down and what it did."""

from __future__ import annotations

import os
import signal
import threading

from tenure.provisioning.acting import Acting
from tenure.provisioning.asking import Asking

# Less than the simulator takes to answer, and more than a request takes to reach it.
IN_BETWEEN_S = 0.02


def die_at(point):
    """Of the next change that this process makes."""
    {
        "intent": _after_the_intent,
        "sent": _before_the_answer,
        "answered": _before_the_outcome,
        "read_back": _during_the_read_back,
    }[point]()


def _after_the_intent():
    intend = Acting._intend

    def then_die(self, sight):
        if intend(self, sight):
            _die()
        return False

    Acting._intend = then_die


def _before_the_answer():
    send = Asking.change

    def and_die(self, change):
        threading.Timer(IN_BETWEEN_S, _die).start()
        return send(self, change)

    Asking.change = and_die


def _before_the_outcome():
    send = Asking.change

    def then_die(self, change):
        send(self, change)
        _die()

    Asking.change = then_die


def _during_the_read_back():
    def die(self, target, identity):
        _die()

    Asking.look_in_list = die


def _die():
    os.kill(os.getpid(), signal.SIGKILL)
