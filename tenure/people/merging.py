"""What slices above do when two people turn out to be one, or one turns out to be two.

A slice registers a function in its AppConfig.ready:

    on_merge(moved)     moved(merge=…, from_person=…, to_person=…, actor=…)

It is called inside the transaction of the merge, and again, with the two the other way round, of
undoing it: whatever it moved for this merge it then moves back.
"""

from __future__ import annotations

from typing import Protocol

from tenure.lib.actor import Actor
from tenure.people.models import Person, PersonMerge


class Moved(Protocol):
    """Takes what a slice holds of one person over to the other."""

    def __call__(
        self, *, merge: PersonMerge, from_person: Person, to_person: Person, actor: Actor
    ) -> None: ...


_MOVED: list[Moved] = []


def on_merge(moved: Moved) -> None:
    """Have `moved` called at every merge; the same function twice counts once."""
    if moved not in _MOVED:
        _MOVED.append(moved)


def tell_of_merge(
    merge: PersonMerge, *, from_person: Person, to_person: Person, actor: Actor
) -> None:
    """Call everybody who asked to be told."""
    for moved in _MOVED:
        moved(merge=merge, from_person=from_person, to_person=to_person, actor=actor)
