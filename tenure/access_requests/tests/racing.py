"""Two processes that want one request at the same moment.

One runs its operation and waits just before its commit until the other is about to take the lock
that the first one holds; or both begin at the same instant.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections, transaction

from tenure.lib.errors import Conflict, DomainError

_FORK = multiprocessing.get_context("fork")
_PATIENCE = 60
# FIRST and SECOND hold back their commit; TOGETHER both begin at once.
FIRST, SECOND, TOGETHER = "first", "second", "together"
ORDERS = (FIRST, SECOND, TOGETHER)
Operation = Callable[[Any], object]


class Racers:
    """`race(thing, order)` lets both run on it; what each answered: "done" or the refusal."""

    def __init__(self, first: Operation, second: Operation) -> None:
        self._start = _FORK.Barrier(2)
        self._done, self._trying = _FORK.Event(), _FORK.Event()
        connections.close_all()
        self._pipes, self._processes = [], []
        for name, operation in ((FIRST, first), (SECOND, second)):
            ours, theirs = _FORK.Pipe()
            process = _FORK.Process(target=self._work, args=(name, operation, theirs), daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)

    def race(self, thing: Any, order: str) -> tuple[str, str]:
        self._done.clear()
        self._trying.clear()
        for pipe in self._pipes:
            pipe.send((thing, order))
        first, second = (_answer(pipe) for pipe in self._pipes)
        return first, second

    def end(self) -> None:
        for pipe in self._pipes:
            pipe.send(None)
        for process in self._processes:
            process.join(_PATIENCE)

    def _work(self, name: str, operation: Operation, pipe: Any) -> None:
        while (asked := pipe.recv()) is not None:
            thing, order = asked
            try:
                pipe.send(self._run(name, operation, thing, order))
            except Exception as error:  # noqa: BLE001 - told by the test
                pipe.send(f"broke: {error!r}")
        connections.close_all()

    def _run(self, name: str, operation: Operation, thing: Any, order: str) -> str:
        if order == TOGETHER:
            self._start.wait(_PATIENCE)
            return _told(lambda: operation(thing))
        if order == name:
            return _told(lambda: self._hold(operation, thing))
        self._done.wait(_PATIENCE)
        with connection.execute_wrapper(self._about_to_lock):
            answer = _told(lambda: operation(thing))
        self._trying.set()
        return answer

    def _hold(self, operation: Operation, thing: Any) -> None:
        try:
            with transaction.atomic():
                operation(thing)
                self._done.set()
                self._trying.wait(_PATIENCE)
        finally:
            self._done.set()

    def _about_to_lock(self, execute: Any, sql: str, *more: Any) -> Any:
        if sql.startswith("BEGIN") or " FOR " in sql:
            self._trying.set()
        return execute(sql, *more)


@contextmanager
def racers(first: Operation, second: Operation) -> Iterator[Racers]:
    both = Racers(first, second)
    try:
        yield both
    finally:
        both.end()


def _answer(pipe: Any) -> str:
    assert pipe.poll(2 * _PATIENCE), "a racer is stuck"
    return str(pipe.recv())


def _told(run: Callable[[], object]) -> str:
    try:
        run()
    except Conflict as refused:
        return str(refused)
    except DomainError as refused:
        return f"{type(refused).__name__}: {refused}"
    return "done"
