"""Who had what, from when until when: the truth that a client's own history is judged by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

Actor = dict[str, Any]


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is true for a while.

    kind              subject has                             id
    account           a place in the organization             -
    role              a role in an organization or project    the role
    group_member      a place in a group                      -
    service_account   a place in a project, as a machine      -
    credential        a key for an organization or project,   the key,
                      or a rule that lets in without one      or the rule
    invite            a pending invite (subject: an address)  the invite
    """

    kind: str
    subject_type: str
    subject_id: str
    resource_type: str
    resource_id: str
    id: str = ""


class Interval(msgspec.Struct, kw_only=True):
    """A fact from `begin` up to, and without, `end`; in seconds since 1970.

    `begun_by` and `ended_by` are actors as the audit log has them, None when nobody knows.
    """

    fact: Fact
    begin: float
    end: float | None = None
    begun_by: Actor | None = None
    ended_by: Actor | None = None

    def covers(self, instant: float) -> bool:
        return self.begin <= instant and (self.end is None or instant < self.end)


class History:
    """What began or ended since the simulator started; the rest is read off what exists."""

    def __init__(self, intervals: Iterable[Interval] = ()) -> None:
        recorded = list(intervals)
        self._open = {i.fact: i for i in recorded if i.end is None}
        self._ended = [i for i in recorded if i.end is not None]

    def recorded(self) -> list[Interval]:
        """Everything a state file needs."""
        return [*self._ended, *self._open.values()]

    def begin(self, fact: Fact, *, at: float, by: Actor | None) -> None:
        self._open.setdefault(fact, Interval(fact=fact, begin=at, begun_by=by))

    def end(self, fact: Fact, *, since: float, at: float, by: Actor | None) -> None:
        """End a fact; one from before the start began at `since`."""
        interval = self._open.pop(fact, None) or Interval(fact=fact, begin=since)
        interval.end, interval.ended_by = at, by
        self._ended.append(interval)

    def begun(self, fact: Fact) -> Interval | None:
        """When and by whom, when that was since the start."""
        return self._open.get(fact)

    def with_current(self, current: Iterable[tuple[Fact, float]]) -> Iterator[Interval]:
        """All intervals, given the facts that hold now and when those from before began."""
        yield from self._ended
        for fact, since in current:
            yield self._open.get(fact) or Interval(fact=fact, begin=since)
