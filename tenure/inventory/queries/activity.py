"""When accounts were last seen to do something, and why some sources say nothing of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple, get_args

from django.db.models import F, FilteredRelation, Max, OuterRef, Q, QuerySet, Subquery, Sum

from tenure.inventory.activity_rules import AUDIT_LOG, LISTS, Kept, Seen, Source
from tenure.inventory.models import Account, Collection, ProviderLog, Spend

_KEPT: tuple[Kept, ...] = get_args(Kept)
_SAID = ("at", "precision", "observed_at", "detail")
COSTS = "costs"
_KINDS = sorted({*LISTS.values(), COSTS} - {AUDIT_LOG})


class Heard(NamedTuple):
    """How far one list has been read that tells of activity; `why` is the reason it cannot be.

    A log that `is_off` is not kept: it has no reading to wait for.
    """

    read_at: datetime | None
    why: str
    is_off: bool = False


def with_activity(of: QuerySet[Account]) -> QuerySet[Account]:
    """Each account with what every source says of it, for `seen` and `heard`, and with `spent`, in
    millionths of `spent_currency`, in thirty days. No query more.

    What the list of users says (sources A and G) are columns of the account and is read from
    there: copied, it would be a second row for each of a million.
    """
    kept = {
        f"seen_{source}": FilteredRelation("observations", condition=Q(observations__source=source))
        for source in _KEPT
    }
    said = {f"{source}_{name}": F(f"seen_{source}__{name}") for source in _KEPT for name in _SAID}
    return of.annotate(**kept).annotate(**said, **_lists(), **_spend())


def seen(of: Any) -> list[Seen]:  # noqa: ANN401 - an account of `with_activity`
    """What each source says that says anything. What the list of users says was heard when the
    record was received."""
    record = getattr(of, "record", None)
    heard_at = record.received_at if record else None
    own: tuple[tuple[Source, datetime | None], ...] = (
        ("user_record", of.key_last_used_at),
        ("record", of.added_at),
    )
    kept = (_observation(of, source) for source in _KEPT)
    return [
        *(Seen(source=name, at=at, heard_at=heard_at) for name, at in own if at is not None),
        *(one for one in kept if one is not None),
    ]


def heard(of: Any) -> dict[str, Heard]:  # noqa: ANN401 - same
    """By its kind each list that tells of activity or spend, as far as there is one."""
    is_off = of.audit_log_state == ProviderLog.State.OFF
    return {AUDIT_LOG: Heard(of.audit_log_read_at, of.audit_log_why or "", is_off)} | {
        kind: Heard(getattr(of, f"{kind}_read_at"), getattr(of, f"{kind}_why") or "")
        for kind in _KINDS
    }


def _observation(account: Any, source: Kept) -> Seen | None:  # noqa: ANN401 - same
    at, precision, heard_at, detail = (getattr(account, f"{source}_{name}") for name in _SAID)
    if at is None:
        return None
    return Seen(source=source, at=at, precision=precision, heard_at=heard_at, detail=detail)


def _spend() -> dict[str, Subquery]:
    """Of several currencies the one of which there is most."""
    own = Spend.objects.filter(
        connection=OuterRef("connection"), principal_id=OuterRef("external_id")
    )
    each = own.order_by().values("currency").annotate(total=Sum("amount")).order_by("-total")
    return {
        "spent": Subquery(each.values("total")[:1]),
        "spent_currency": Subquery(each.values("currency")[:1]),
    }


def _lists() -> dict[str, Subquery]:
    log = ProviderLog.objects.filter(connection=OuterRef("connection"))
    unread = log.filter(state=ProviderLog.State.NO_SCOPE)
    columns = {
        f"{AUDIT_LOG}_state": Subquery(log.values("state")),
        f"{AUDIT_LOG}_read_at": Subquery(log.values("read_until")),
        f"{AUDIT_LOG}_why": Subquery(unread.values("reason")),
    }
    for kind in _KINDS:
        lists = Collection.objects.filter(connection=OuterRef("connection"), kind=kind)
        each = lists.order_by().values("kind")
        why = each.filter(state="unavailable").annotate(why=Max("reason"))
        columns[f"{kind}_read_at"] = Subquery(
            each.annotate(read=Max("completed_at")).values("read")
        )
        columns[f"{kind}_why"] = Subquery(why.values("why"))
    return columns
