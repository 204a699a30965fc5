"""Where the rectangles of our two drawings go; lengths are percentages for SVG attributes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tenure.lib.text import quantity
from tenure.web.words import day, days_between

Span = tuple[datetime | None, datetime | None]
HEIGHT = 40.0


@dataclass(frozen=True, slots=True)
class Rect:
    """`kind` is its class: tn employment, ac access, ov access after the end, pl planned."""

    kind: str
    x: str
    width: str
    y: str = "0"
    height: str = "4"


@dataclass(frozen=True, slots=True)
class Drawing:
    label: str
    rects: list[Rect]
    now: str = ""


def tenure_bar(
    *, employed: Span, access: Span, planned_until: datetime | None, days: int, now: datetime
) -> Drawing:
    """The last `days` to now, or to the planned end; None at a side means open at that side.

    access ends before the tenure   access only
    access outlasts the tenure      access until the end, red after it
    access is planned to end        hatched from now to then
    """
    left = now - timedelta(days=days)
    right = max(now, planned_until) if planned_until else now
    ended = employed[1] if employed[1] and employed[1] < now else None
    access_end = access[1] or now
    within = min(ended, access_end) if ended else access_end
    spans: list[tuple[str, str, datetime | None, datetime]] = [
        ("tn", "3", employed[0], employed[1] or right),
        ("ac", "11", access[0], min(within, now)),
    ]
    if ended and access_end > ended:
        spans.append(("ov", "11", max(ended, access[0] or ended), access_end))
    if planned_until and planned_until > now:
        spans.append(("pl", "11", now, planned_until))
    rects = [
        rect
        for kind, y, start, end in spans
        if (rect := _rect(kind, y, (start or left, end), (left, right)))
    ]
    return Drawing(_tenure_label(ended, access, access_end, now), rects, _share(now, left, right))


def _rect(
    kind: str, y: str, span: tuple[datetime, datetime], window: tuple[datetime, datetime]
) -> Rect | None:
    left, right = window
    start, end = max(span[0], left), min(span[1], right)
    if end <= start:
        return None
    width = (end - start) / (right - left) * 100
    return Rect(kind, _share(start, left, right), f"{width:.1f}%", y)


def _share(at: datetime, left: datetime, right: datetime) -> str:
    return f"{(at - left) / (right - left) * 100:.1f}%"


def _tenure_label(ended: datetime | None, access: Span, access_end: datetime, now: datetime) -> str:
    if ended is None:
        employment, outlasts = "Employed", ""
    else:
        employment = f"Employment ended {day(ended, now)}"
        days = quantity(days_between(ended, access_end), "day")
        verb = "continues" if access[1] is None else "continued"
        outlasts = f", access {verb} {days} past it" if access_end > ended else ""
    if outlasts:
        return employment + outlasts
    ended_access = access[1] is not None and access[1] <= now
    return f"{employment}, access {f'ended {day(access_end, now)}' if ended_access else 'current'}"


def history_bar(days: Sequence[tuple[date, str, int]], name: str) -> Drawing:
    """One rectangle per day; the height says how many findings, so colour is not needed."""
    most = max((count for _, _, count in days), default=0)
    step = 100 / max(1, len(days))
    rects = []
    for index, (_, kind, count) in enumerate(days):
        height = 6.0 if kind in {"ok", "na"} else 12.0 + 28.0 * count / max(1, most)
        rects.append(
            Rect(
                kind,
                f"{index * step:.2f}%",
                f"{step * 0.72:.2f}%",
                f"{HEIGHT - height:.1f}",
                f"{height:.1f}",
            )
        )
    return Drawing(_history_label(days, name), rects)


def _history_label(days: Sequence[tuple[date, str, int]], name: str) -> str:
    seen = Counter(kind for _, kind, _ in days)
    parts = [
        f"{seen[kind]} {words}"
        for kind, words in (
            ("ok", "without findings"),
            ("at", "with findings on time"),
            ("ov", "with overdue findings"),
            ("na", "without data"),
        )
        if seen[kind]
    ]
    return f"{name}, last {quantity(len(days), 'day')}: {', '.join(parts) or 'nothing yet'}"
