"""Whether the suite would notice: a connector with one decision turned wrong has to fail it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from tenure.connectors.contract.telling import Broken

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A connector that does what `name` says.

    `turned` gets what `owner` has under `attribute`, and gives what stands there instead.
    `aimed_at` names the trial that is expected to notice; it is tried first.
    """

    name: str
    aimed_at: str
    owner: Any
    attribute: str
    turned: Callable[[Any], Any]

    @contextmanager
    def at_work(self) -> Iterator[None]:
        right = getattr(self.owner, self.attribute)
        setattr(self.owner, self.attribute, self.turned(right))
        try:
            yield
        finally:
            setattr(self.owner, self.attribute, right)


def killer(mutant: Mutant, stage: S, trials: Mapping[str, Callable[[S], None]]) -> str | None:
    """The trial that the mutant does not pass, or None when it passes them all."""
    others = (name for name in trials if name != mutant.aimed_at)
    with mutant.at_work():
        for name in (mutant.aimed_at, *others):
            try:
                trials[name](stage)
            except Broken:
                return name
    return None
