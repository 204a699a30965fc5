"""The pages of operations, as their templates show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from tenure.connections import queries as connection_queries
from tenure.connections.models import Connection
from tenure.lib.actor import Actor
from tenure.lib.counting import bounded_counts, in_words
from tenure.lib.errors import NotAllowed
from tenure.lib.paging import Sort, page
from tenure.provisioning import braking, filters, queries, wording, words
from tenure.provisioning.filters import Asked
from tenure.provisioning.models import ProvisioningOperation

State = ProvisioningOperation.State
Block = ProvisioningOperation.Block
_NEWEST = Sort("newest", ("-planned_at",))
_MOST_TASKS, _MOST_OF_ONE = 20, 5


@dataclass(frozen=True, slots=True)
class Line:
    """An operation in a list."""

    operation: ProvisioningOperation
    deed: str
    where: str
    icon: str
    state: wording.State
    url: str


def lines(operations: list[ProvisioningOperation]) -> list[Line]:
    return [
        Line(
            operation=one,
            deed=wording.deed(one),
            where=wording.where(one),
            icon=wording.ICONS[ProvisioningOperation.Kind(one.target_kind)],
            state=wording.state_of(one),
            url=reverse("provisioning:operation", args=[one.ref]),
        )
        for one in operations
    ]


def list_page(said: Mapping[str, str], *, actor: Actor) -> dict[str, Any]:
    """Context of /operations, as far as the address makes sense. Three queries."""
    show = said.get("show", "")
    asked = Asked(**{**said, "show": show if show in filters.LABELS else "all"})
    mine = queries.operations(actor=actor).filter(filters.narrowed(asked))
    found = mine.filter(filters.shown(asked.show, actor))
    some = page(found, sort=_NEWEST, cursor=asked.cursor, filters=asked.narrowed)
    counts = bounded_counts(
        **{name: mine.filter(filters.shown(name, actor)) for name in filters.LABELS}
    )
    return {
        "asked": asked,
        "lines": lines(some.rows),
        "chips": [
            {
                "label": label,
                "url": _address({**asked.narrowed, "show": "" if name == "all" else name}),
                "count": in_words(counts[name]),
                "current": name == asked.show,
            }
            for name, label in filters.LABELS.items()
            if counts[name] or name in ("all", "yours", asked.show)
        ],
        "is_narrowed": bool(asked.connection or asked.person or asked.account or asked.case),
        "is_empty": not counts["all"],
        "braked": list(_braked(actor)),
        "summary": f"{len(some.rows)} of {in_words(counts[asked.show])}",
        "next_url": _address({**asked.narrowed, "cursor": some.next}) if some.next else "",
        "previous_url": (
            _address({**asked.narrowed, "cursor": some.previous}) if some.previous else ""
        ),
    }


def operation_page(ref: UUID | str, *, actor: Actor) -> dict[str, Any]:
    """Context of one operation. Three queries."""
    one = queries.operation_by_ref(ref, actor=actor)
    connection = str(one.connection.ref) if one.connection else None
    steps = list(queries.steps_of(one, actor=actor))
    is_by_hand = one.mode == one.Mode.MANUAL
    is_theirs = one.assignee is not None and str(one.assignee.ref) == actor.user_id
    may_run = actor.may(filters.RUN, connection=connection)
    may_approve = actor.may(filters.APPROVE, connection=connection)
    is_braked = one.block == Block.BRAKE
    return {
        "operation": one,
        "deed": wording.deed(one),
        "means": words.of_owner(one),
        "tone": "danger" if one.is_removal else "primary",
        "where": wording.where(one),
        "icon": wording.ICONS[ProvisioningOperation.Kind(one.target_kind)],
        "state": wording.state_of(one),
        "sights": None if is_by_hand else wording.sights(one, steps),
        "events": wording.events(steps),
        "proofs": list(one.proofs.defer("content").order_by("id")) if is_by_hand else [],
        "is_by_hand": is_by_hand,
        "is_changed": one.block == Block.IDENTITY_CHANGED and bool(one.seen),
        "poll_ms": 1500 if not is_by_hand and one.state in one.LIVE else 0,
        "waits_for_you": bool(actor.person_id)
        and actor.person_id not in (one.planned_by_person, _who_gets_it(one)),
        "may_approve": may_approve and one.state == State.AWAITING_APPROVAL,
        "may_retry": may_run and one.state in (State.BLOCKED, State.FAILED) and not is_braked,
        "may_release": may_approve and is_braked,
        "may_cancel": may_run and one.state in _STOPPABLE,
        "may_override": may_approve and one.state in _OVERRIDABLE,
        "may_assign": may_run and is_by_hand and one.state not in one.SETTLED,
        "may_prove": (may_run or is_theirs) and is_by_hand and one.state == State.QUEUED,
        "may_check": may_run and is_by_hand and one.state == State.DONE,
        "checks_for_another": actor.person_id not in (None, "", one.approved_by_person),
    }


def _who_gets_it(one: ProvisioningOperation) -> str:
    """Whoever is given something, who never approves that."""
    return "" if one.is_removal or one.person is None else str(one.person.ref)


_STOPPABLE = (State.PLANNED, State.AWAITING_APPROVAL, State.QUEUED, State.BLOCKED, State.FAILED)
_OVERRIDABLE = (State.PLANNED, State.AWAITING_APPROVAL, State.BLOCKED, State.FAILED)


def brake_page(ref: UUID | str, *, actor: Actor) -> dict[str, Any]:
    """Context of the brake of one connection: what went, what may go, and what waits."""
    connection = connection_queries.connection_by_ref(ref, actor=actor)
    waiting = list(queries.braked(connection, actor=actor))
    batches: dict[UUID, list[ProvisioningOperation]] = {}
    for one in waiting:
        batches.setdefault(one.batch, []).append(one)
    sent, limit = braking.sent_and_limit(connection)
    return {
        "connection": connection,
        "sent": sent,
        "limit": limit,
        "bar": min(sent, limit),
        "waiting": len(waiting),
        "batches": [
            {
                "ref": batch,
                "why": some[0].why,
                "by": some[0].planned_by,
                "lines": lines(some),
                "why_not": _why_no_release(some, actor=actor),
            }
            for batch, some in batches.items()
        ],
        "may_release": actor.may(filters.APPROVE, connection=str(connection.ref)),
        "why_not": _why_no_release(waiting, actor=actor),
    }


def _why_no_release(kept: list[ProvisioningOperation], *, actor: Actor) -> str:
    """Why this actor is no second person for these; nothing when they are."""
    try:
        braking.check_second_person(kept, approver=actor.person_id or "")
    except NotAllowed as no:
        return str(no)
    return ""


def waiting_rows(actor: Actor) -> QuerySet[ProvisioningOperation]:
    """What waits for this actor."""
    return queries.operations(actor=actor).filter(filters.waiting_for(actor))


def tasks_of(actor: Actor) -> list[Line]:
    """The same, the longest first. One query."""
    return lines(list(waiting_rows(actor).order_by("id")[:_MOST_TASKS]))


def operations_of(asked: Asked, *, actor: Actor) -> dict[str, Any]:
    """The newest of one person or account, for their page. One query."""
    found = queries.operations(actor=actor).filter(filters.narrowed(asked))
    some = lines(list(found[: _MOST_OF_ONE + 1]))
    more = len(some) > _MOST_OF_ONE
    return {"lines": some[:_MOST_OF_ONE], "all_url": _address(asked.narrowed) if more else ""}


def _braked(actor: Actor) -> Any:  # noqa: ANN401 - rows of values
    """How many wait for the brake of each connection."""
    kept = queries.operations(actor=actor).filter(state=State.BLOCKED, block=Block.BRAKE)
    named = kept.order_by("connection__name").values("connection__ref", "connection__name")
    return named.annotate(count=Count("pk"))


def brake_url(connection: Connection) -> str:
    return reverse("provisioning:brake", args=[connection.ref])


def _address(said: Mapping[str, str]) -> str:
    words = {name: value for name, value in said.items() if value}
    here = reverse("provisioning:operations")
    return f"{here}?{urlencode(words)}" if words else here
