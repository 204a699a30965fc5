"""Three pictures of the last ninety days, each with its numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q, QuerySet

from tenure.compliance.deadlines import here, sla_of
from tenure.compliance.overview import LEAVERS
from tenure.compliance.queries import as_of, resolutions, results, seen_until, test_by_slug
from tenure.connections.models import Connection
from tenure.inventory.models import Account, AccountLink
from tenure.lib.actor import Actor

WEEKS = 13
_BY_PEOPLE = Q(kind__in=AccountLink.KINDS)
_NONE: Mapping[str, int] = defaultdict(int)


def weeks(actor: Actor) -> list[datetime]:
    """The ends of the last thirteen weeks this reader sees, the last one being now or the end of
    an auditor's window, as clocks show them where the organization is. One query."""
    at = here(seen_until(actor))
    return [at - timedelta(weeks=WEEKS - 1 - n) for n in range(WEEKS)]


def label(week: datetime) -> str:
    return f"{week.day} {week:%b}"


def account_trend(ends: Sequence[datetime], *, actor: Actor) -> dict[str, Any]:
    """Accounts that existed at the end of each week, by kind, those of nobody apart. Two queries.

    Most were there all the time and belong to whom they belonged to: they are counted once. Week by
    week is asked of the others only.
    """
    accounts = Account.objects.exclude(connection__state=Connection.State.DISCONNECTED).order_by()
    if (scope := actor.connections_where("accounts.view")) is not None:
        accounts = accounts.filter(connection__ref__in=scope)
    confirmed = Q(links__state=AccountLink.State.CONFIRMED)
    linked = accounts.annotate(link=FilteredRelation("links", condition=confirmed))
    counts: dict[str, Any] = {"n": Count("pk"), "linked": Count("link")}
    by_week = {f"w{n}": Count("pk", filter=_existed(end)) for n, end in enumerate(ends)}
    by_week |= {
        f"u{n}": Count("pk", filter=_existed(end) & _BY_PEOPLE & ~Q(Exists(_linked(end))))
        for n, end in enumerate(ends)
    }
    moved = linked.filter(pk__in=_moved_since(ends[0]))
    of_all, of_moved = _by_kind(linked, counts), _by_kind(moved, counts | by_week)

    def unlinked(kind: str, n: int) -> int:
        if kind not in AccountLink.KINDS:
            return 0
        every, some = of_all[kind], of_moved.get(kind, _NONE)
        steady = every["n"] - every["linked"] - (some["n"] - some["linked"])
        return steady + some[f"u{n}"]

    def number(kind: str, n: int) -> int:
        if kind not in of_all:
            return 0
        some = of_moved.get(kind, _NONE)
        return of_all[kind]["n"] - some["n"] + some[f"w{n}"] - unlinked(kind, n)

    rows = [
        (
            label(end),
            number("person", n),
            number("external", n),
            number("service", n) + number("shared", n),
            sum(unlinked(kind, n) for kind in of_all),
        )
        for n, end in enumerate(ends)
    ]
    total, of_nobody = sum(rows[-1][1:]), rows[-1][4]
    return {
        "series": [
            {"label": "People", "colour": "c4"},
            {"label": "External", "colour": "c2"},
            {"label": "Service", "colour": "c3"},
            {"label": "Unlinked", "colour": "c1"},
        ],
        "rows": rows,
        "caption": f"{total} {_then(ends[-1], actor)}, {of_nobody} of them belong to nobody.",
        "is_drawn": total > 0,
    }


def _by_kind(some: QuerySet[Any], wanted: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    lines: QuerySet[Any] = some.values("kind").annotate(**wanted)
    return {line["kind"]: dict(line) for line in lines}


def _then(end: datetime, actor: Actor) -> str:
    return f"on {label(end)}" if as_of(actor) else "today"


def _moved_since(first: datetime) -> QuerySet[Any]:
    """Accounts that began or ended, or whose link may not be one of all this time."""
    some, links = Account.objects.order_by(), AccountLink.objects.order_by()
    late = links.filter(
        state=AccountLink.State.CONFIRMED, method=AccountLink.Method.MANUAL, decided_at__gt=first
    )
    over = links.filter(state=AccountLink.State.ENDED, ended_at__gt=first)
    return (
        some.filter(began_at__gt=first)
        .values("pk")
        .union(
            some.filter(status=Account.Status.GONE).values("pk"),
            late.values("account"),
            over.values("account"),
        )
    )


def _linked(end: datetime) -> QuerySet[AccountLink]:
    """What tied an outer account to somebody at that time.

    An automatic link says whose address it is, and was so all along; a human's word counts from
    when it was given.
    """
    return (
        AccountLink.objects.filter(account=OuterRef("pk"))
        .filter(Q(ended_at=None) | Q(ended_at__gt=end))
        .filter(Q(state="confirmed") | Q(state="ended"))
        .filter(~Q(method=AccountLink.Method.MANUAL) | Q(decided_at__lte=end))
    )


def _existed(end: datetime) -> Q:
    return Q(began_at__lte=end) & (Q(ended_at=None) | Q(ended_at__gt=end))


def finding_trend(ends: Sequence[datetime], *, actor: Actor) -> dict[str, Any]:
    """Open and overdue findings of all tests at the end of each week that has an answer."""
    if not actor.may_somewhere("tests.view"):
        return {"rows": [], "is_drawn": False}
    waiting = iter(
        results(actor=actor)
        .filter(at__gte=ends[0] - timedelta(weeks=1))
        .values_list("test_id", "at", "open", "overdue")
    )
    rows: list[tuple[object, ...]] = []
    last: dict[int, tuple[int, int]] = {}
    ahead = next(waiting, None)
    for end in ends:
        while ahead is not None and ahead[1] <= end:
            last[ahead[0]] = (ahead[2], ahead[3])
            ahead = next(waiting, None)
        if last:
            open_, overdue = (sum(pair[n] for pair in last.values()) for n in (0, 1))
            rows.append((label(end), open_, overdue))
    return {
        "series": [{"label": "Open", "colour": "c1"}, {"label": "Overdue", "colour": "red"}],
        "rows": rows,
        "caption": f"{rows[-1][1]} {_then(ends[-1], actor)}, {rows[-1][2]} overdue."
        if rows
        else "",
        "is_drawn": len(rows) > 1,
    }


def removal_trend(ends: Sequence[datetime], *, actor: Actor) -> dict[str, Any]:
    """Median hours from the end of a tenure to the read that no longer saw the access, by week."""
    hours: dict[int, list[float]] = {n: [] for n in range(WEEKS)}
    for one in resolutions(LEAVERS, within=timedelta(weeks=WEEKS), actor=actor):
        hours[next(n for n, end in enumerate(ends) if one.at <= end)].append(one.hours)
    rows = [(label(ends[n]), round(median(taken))) for n, taken in hours.items() if taken]
    line = test_by_slug(LEAVERS, actor=actor) if rows else None
    allowed = sla_of(line.row, line.definition) if line else ""
    return {
        "series": [{"label": "Median hours", "colour": "c1"}],
        "rows": rows,
        "caption": f"Median {rows[-1][1]} h in the last of these weeks, {allowed} allowed."
        if rows
        else "",
        "is_drawn": bool(rows),
    }
