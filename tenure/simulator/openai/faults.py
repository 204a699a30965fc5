"""Every way this organization can misbehave: a catalogue of named switches, and which are set.

A switch is set as NAME=VALUE[@WHERE][#NTH][xTIMES]:

    server_error=on                  every request
    server_error=on@users            requests to the users collection
    server_error=on@DELETE:users     only deletions there
    server_error=on@/v1/organization/users/user-*
    page_null_cursor=on@users#2      the second page
    overloaded=on@users#3x2          the third and fourth matching request
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Protocol

from tenure.simulator.openai.switches import SWITCHES, Switch

_SPELLING = re.compile(
    r"(?P<value>[^@#]*?)(?:@(?P<where>[^#]+?))?(?:#(?P<nth>\d+))?(?:(?<=[\w*/])x(?P<times>\d+))?"
)


class Request(Protocol):
    """What a fault's target is compared with."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def collection(self) -> str: ...


class BadFaultError(ValueError):
    """The switch or its value does not exist; the message names what does."""


@dataclass(slots=True)
class Fault:
    """One switch as set: its value, and which requests it meets."""

    switch: Switch
    value: str
    where: str | None = None
    nth: int | None = None
    times: int | None = None
    seen: int = 0
    hits: int = 0

    def spelled(self) -> str:
        where = f"@{self.where}" if self.where else ""
        nth = f"#{self.nth}" if self.nth else ""
        return (
            f"{self.switch.name}={self.value}{where}{nth}{f'x{self.times}' if self.times else ''}"
        )

    def concerns(self, request: Request) -> bool:
        if self.where is None:
            return True
        method, _, place = self.where.rpartition(":")
        if method and method != request.method:
            return False
        return fnmatchcase(request.path, place) if "/" in place else place == request.collection

    def meets(self, request: Request, page: int | None) -> bool:
        """Count a matching request, and say whether this one is hit.

        `nth` counts requests, except for faults of pages, where it is the page's number.
        """
        if not self.concerns(request):
            return False
        if page is not None and self.nth not in {None, page}:
            return False
        self.seen += 1
        once_from = self.nth if page is None else None
        times = self.times or (1 if once_from else None)
        if self.seen < (once_from or 1) or (times is not None and self.hits >= times):
            return False
        self.hits += 1
        return True


class Faults:
    """The switches that are not at their default."""

    def __init__(self) -> None:
        self._set: dict[str, list[Fault]] = {}

    def __bool__(self) -> bool:
        return bool(self._set)

    def __contains__(self, name: str) -> bool:
        return name in self._set

    def set(self, spelling: str) -> Fault:
        """Set a switch from its spelling; a fault with another target is kept beside it."""
        name, separator, rest = spelling.partition("=")
        fault = _parse(name, rest if separator else "on")
        same = [f for f in self._set.get(name, []) if f.where != fault.where or f.nth != fault.nth]
        self._set[name] = [*same, fault]
        return fault

    def clear(self, name: str | None = None) -> None:
        """Put one switch, or all, back to the default."""
        if name is None:
            self._set.clear()
        else:
            _switch(name)
            self._set.pop(name, None)

    def active(self) -> list[str]:
        return [fault.spelled() for faults in self._set.values() for fault in faults]

    def value(self, name: str, request: Request | None = None, *, page: int | None = None) -> str:
        """The switch's value for this request: what was set, else its default.

        Asking with a request counts it, so ask once per request.
        """
        for fault in self._set.get(name, ()):
            if request is None or fault.meets(request, page):
                return fault.value
        return SWITCHES[name].default

    def on(self, name: str, request: Request, *, page: int | None = None) -> bool:
        return name in self._set and self.value(name, request, page=page) not in {"", "off"}

    def seconds(self, name: str) -> float:
        return float(self.value(name)) if name in self._set else 0.0

    def lags(self) -> dict[str, float]:
        """How long what is removed now stays visible, as a shelf wants to know."""
        return {
            "listed_for": self.seconds("list_lag"),
            "readable_for": self.seconds("read_lag"),
        }

    def share(self, name: str, request: Request) -> float:
        """A share of rows between 0 and 1; `on` means all."""
        if name not in self._set:
            return 0.0
        value = self.value(name, request)
        return 1.0 if value == "on" else 0.0 if value in {"", "off"} else float(value)


def _switch(name: str) -> Switch:
    if name not in SWITCHES:
        raise BadFaultError(f"There is no switch {name!r}; see `tenure simulator --help-faults`.")
    return SWITCHES[name]


def _parse(name: str, rest: str) -> Fault:
    switch = _switch(name)
    found = _SPELLING.fullmatch(rest)
    if found is None or not switch.accepts(found["value"]):
        raise BadFaultError(f"{name} takes {switch.describe()}, not {rest!r}.")
    nth, times = found["nth"], found["times"]
    return Fault(
        switch,
        found["value"],
        found["where"],
        int(nth) if nth else None,
        int(times) if times else None,
    )
