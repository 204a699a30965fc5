"""One table of what was measured, and whether what we promise was held."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from statistics import median

Measured = Sequence[float] | float | None
_HEAD = ("limit", "per row", "naive", "tenure", "÷ limit", "naive ÷ tenure")
_NOTHING = "-"


class Report:
    """Rows are medians over the rounds; ratios are medians of the rounds' own ratios.

    A promise about a counter decides the exit code; one about time is told and no more, because
    a noisy machine would break it and prove nothing.
    """

    def __init__(self, title: str, *, has_ratios: bool = True, head: Sequence[str] = _HEAD) -> None:
        self._title, self._has_ratios, self._head = title, has_ratios, head
        self._rows: list[tuple[str, ...]] = []
        self._promises: list[tuple[str, bool]] = []
        self._broken = False

    def row(
        self,
        what: str,
        *,
        limit: Measured = None,
        per_row: Measured = None,
        naive: Measured = None,
        tenure: Measured = None,
    ) -> None:
        self._rows.append(
            (
                what,
                _shown(limit),
                _shown(per_row, about="~"),
                _shown(naive),
                _shown(tenure),
                _shown_ratio(tenure, limit) if self._has_ratios else _NOTHING,
                _shown_ratio(naive, tenure) if self._has_ratios else _NOTHING,
            )
        )

    def line(self, what: str, *measured: Measured) -> None:
        """A row of a table with a head of its own."""
        self._rows.append((what, *(_shown(one) for one in measured)))

    def promise(self, what: str, value: float, most: float, *, is_exact: bool = False) -> None:
        """`is_exact` says that the value was counted and not timed."""
        held = value <= most
        self._promises.append((f"{what}: {_number(value)}, promised ≤ {_number(most)}", held))
        self._broken |= is_exact and not held

    def finish(self) -> None:
        """Print everything; end the process with 1 when an exact promise was not held."""
        rows = _without_empty_columns([("", *self._head), *self._rows])
        first, *others = (max(len(row[n]) for row in rows) for n in range(len(rows[0])))
        print(f"\n{self._title}\n")
        for what, *cells in rows:
            line = "".join(f"{cell:>{w + 3}}" for cell, w in zip(cells, others, strict=True))
            print(f"{what:{first}}{line}")
        print()
        for told, held in self._promises:
            print(f"promise {'held    ' if held else 'NOT held'}  {told}")
        sys.stdout.flush()
        sys.exit(1 if self._broken else 0)


def _without_empty_columns(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    filled = [n for n in range(len(rows[0])) if any(row[n] != _NOTHING for row in rows[1:])]
    return [[row[n] for n in filled] for row in rows]


def ratio(above: Measured, below: Measured) -> float:
    """The median of the rounds' ratios; what was measured once stands for every round."""
    rounds = max(len(_rounds(above)), len(_rounds(below)))
    pairs = zip(_stretched(above, rounds), _stretched(below, rounds), strict=True)
    return median(one / max(other, 1e-9) for one, other in pairs)


def less(measured: Sequence[float], part: Sequence[float]) -> list[float]:
    """Round by round, what is left without a part that was measured by itself."""
    return [max(0.0, whole - one) for whole, one in zip(measured, part, strict=True)]


def _rounds(measured: Measured) -> Sequence[float]:
    return [measured] if isinstance(measured, int | float) else measured or []


def _stretched(measured: Measured, rounds: int) -> Sequence[float]:
    values = _rounds(measured)
    return list(values) * rounds if len(values) == 1 else values


def _shown(measured: Measured, about: str = "") -> str:
    return _NOTHING if measured is None else about + _number(median(_rounds(measured)))


def _shown_ratio(above: Measured, below: Measured) -> str:
    if above is None or below is None or not median(_rounds(below)):
        return _NOTHING
    return f"{ratio(above, below):.2f}"


def _number(value: float) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.{3 if value < 10 else 1}f}"
