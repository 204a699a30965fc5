"""Holding the history against the provider's log: which event tells when something was, by whom.

Events explain and lists decide: nothing begins or ends here. It does not matter which came first,
and what was explained is judged again when an event arrives late; then the answer may be another,
or none. A fixed number of queries, however many events and moments there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Min, OuterRef, Q, QuerySet, Subquery

from tenure.inventory.event_rules import (
    NO,
    YES,
    Coverage,
    Said,
    Window,
    added_and_removed,
    explaining,
)
from tenure.inventory.known_by import KnownBy
from tenure.inventory.merge.explanations import Explained, write_explanations
from tenure.inventory.models import (
    Account,
    Credential,
    Entitlement,
    Explanation,
    Grant,
    Invitation,
    ProviderEvent,
    ProviderLog,
    Resource,
    SyncCollection,
    SyncRun,
)
from tenure.jobs import fenced
from tenure.lib.clock import now

_BEGAN = ("began_at", "began_not_before", "began_known_by")
_ENDED = ("ended_at", "ended_not_before", "ended_known_by")
_STEP = ("at", "not_before", "known_by")
Events = QuerySet[ProviderEvent]
# Not what the provider says to be inherited.
OWN = Q(via_group_ids="")


class _Moment(NamedTuple):
    """A moment of the history, and what an event would have to say to explain it."""

    moment: str
    row_id: int
    fact: str
    wanted: str
    window: Window
    # Of the members of groups there is a log of its own.
    is_of_members: bool = False


_Source = Callable[[int, Events], Iterator[_Moment]]


def explain(log: ProviderLog, *, since: datetime) -> int:
    """Judge every moment that an event since then may be about; how many changed by it."""
    mine = ProviderEvent.objects.filter(connection=log.connection_id).exclude(fact="")
    # The log counts in whole seconds.
    touched = mine.filter(at__gte=since.replace(microsecond=0))
    with fenced():
        said = _said(mine.filter(fact__in=touched.values("fact")))
        if not said:
            return 0
        before = _explanations(log, touched)
        covered, of_members = coverage_of(log), _coverage_of_members(log)
        changed = []
        for moments in _SOURCES:
            for moment in moments(log.connection_id, touched):
                if moment.fact in said:
                    coverage = of_members if moment.is_of_members else covered
                    one = _judged(moment, said[moment.fact], before, coverage)
                    changed += [one] if one is not None else []
        write_explanations(changed)
    return len(changed)


def to_be_explained(run: SyncRun) -> None:
    """Note since when a run may have written moments: as soon as the log is read until now, they
    are held against it. In the caller's transaction."""
    whole = SyncCollection.objects.filter(
        collection=OuterRef("collection"), state="complete", pk__lt=OuterRef("pk")
    )
    read = run.collections.filter(pages__gt=0)
    since = read.aggregate(
        since=Min(Subquery(whole.order_by("-pk").values("started_at")[:1])),
        # What a provider says itself of a time before the first reading.
        first=Min("started_at"),
    )
    if (began := since["since"] or since["first"]) is None:
        return
    log, _ = ProviderLog.objects.get_or_create(connection=run.connection)
    log.unexplained_from = min(log.unexplained_from or began, began)
    log.noted_at = now()
    log.save(update_fields=["unexplained_from", "noted_at"])


def explain_what_is_new(log: ProviderLog, *, new_from: datetime | None) -> int:
    """Hold against the log what either of them has learned; how many moments changed."""
    log.refresh_from_db()
    known = [since for since in (new_from, log.unexplained_from) if since is not None]
    changed = explain(log, since=min(known)) if known else 0
    if log.noted_at is not None and log.read_until and log.noted_at <= log.read_until:
        mine = ProviderLog.objects.filter(pk=log.pk, noted_at=log.noted_at)
        mine.update(unexplained_from=None)
    return changed


def _judged(
    moment: _Moment,
    said: Sequence[Said],
    before: dict[tuple[str, int], Explanation],
    coverage: Coverage | None,
) -> Explained | None:
    """The moment as it shall be; None when it is so already."""
    was, said_now = before.get((moment.moment, moment.row_id)), moment.window
    read = said_now
    if said_now.known_by == KnownBy.AUDIT_EVENT:
        if was is None:
            return None
        read = Window(was.read_at, was.read_not_before, was.read_known_by)
    event = explaining(read, moment.wanted, said, coverage)
    shall = read
    if event is not None and read.known_by == KnownBy.BETWEEN_READS:
        # Its second may have begun before the list was read.
        at = max(event.at, read.not_before or event.at)
        shall = Window(at, None, KnownBy.AUDIT_EVENT.value)
    by = event.event_id if event else None
    if by == (was.event_id if was else None) and shall == said_now:
        return None
    return Explained(
        moment.moment, moment.row_id, by, said_now.at, said_now.known_by,
        shall.at, shall.not_before, shall.known_by, read.at, read.not_before, read.known_by,
    )  # fmt: skip


def _said(events: Events) -> dict[str, list[Said]]:
    said = defaultdict(list)
    for pk, fact, value, at, actor in events.values_list("pk", "fact", "value", "at", "actor_id"):
        said[fact].append(Said(pk, at, value, has_actor=bool(actor)))
    return said


def _explanations(log: ProviderLog, touched: Events) -> dict[tuple[str, int], Explanation]:
    found = Explanation.objects.filter(
        event__connection=log.connection_id, event__fact__in=touched.values("fact")
    )
    return {(one.moment, one.row_id): one for one in found}


def coverage_of(log: ProviderLog) -> Coverage | None:
    """The time of which a log is known; None while nothing of it is."""
    if log.read_from is None or log.read_until is None:
        return None
    gaps = tuple((gap.since, gap.until) for gap in log.gaps.all())
    return Coverage(log.read_from, log.read_until, gaps)


def _coverage_of_members(log: ProviderLog) -> Coverage | None:
    if log.members_from is None or log.members_until is None:
        return None
    return Coverage(log.members_from, log.members_until)


# Where moments are


def _rows(
    of: str, model: type[Any], *, fact: str, told: str = "subject_id", **where: str
) -> tuple[_Source, _Source]:
    """Where the moments of one model are, and of its steps, from the ids that events tell."""
    steps = model._meta.get_field("changes").related_model

    def lasting(connection_id: int, touched: Events) -> Iterator[_Moment]:
        ids = touched.filter(fact__startswith=f"{fact}:").values(told)
        rows = model.objects.filter(connection=connection_id, external_id__in=ids, **where)
        yield from _lasting(of, fact, rows)

    def changes(connection_id: int, touched: Events) -> Iterator[_Moment]:
        ids = touched.filter(
            Q(fact__startswith=f"{fact}:") | Q(fact__startswith=f"{fact}.")
        ).values(told)
        mine = {"connection": connection_id, "external_id__in": ids, **where}
        rows = steps.objects.filter(**{f"{of}__{name}": value for name, value in mine.items()})
        yield from _steps(of, fact, rows)

    return lasting, changes


def _grants(connection_id: int, touched: Events) -> Iterator[_Moment]:
    """What is held, each by itself: what the provider calls inherited is somebody else's, and that
    a group is in a project is told by no event."""
    ids = touched.filter(fact__startswith="grant:").values("principal_id")
    rows = Grant.objects.filter(
        OWN, collection__connection=connection_id, principal_id__in=ids
    ).exclude(collection__kind="project_groups")
    held = ("principal_id", "entitlement__resource__external_id", "entitlement__external_id")
    told = ("pk", "entitlement__resource__kind", *held, *_BEGAN, *_ENDED)
    for pk, kind, *values in rows.values_list(*told):
        for moment in _ends("grant", pk, "grant:" + ":".join(values[:3]), values[3:]):
            yield moment._replace(is_of_members=kind == Resource.Kind.GROUP)


_SOURCES: Sequence[_Source] = (
    *_rows("account", Account, fact="account", told="principal_id"),
    *_rows("invitation", Invitation, fact="invitation"),
    *_rows("resource", Resource, fact="project", kind=Resource.Kind.PROJECT),
    *_rows("resource", Resource, fact="group", kind=Resource.Kind.GROUP),
    *_rows("entitlement", Entitlement, fact="role", kind=Entitlement.Kind.ROLE),
    *_rows("resource", Resource, fact="identity_provider", kind=Resource.Kind.IDENTITY_PROVIDER),
    *_rows("credential", Credential, fact="credential"),
    *_rows("credential", Credential, fact="federation_rule"),
    _grants,
)


def _lasting(of: str, kind: str, rows: QuerySet[Any]) -> Iterator[_Moment]:
    for pk, external_id, *values in rows.values_list("pk", "external_id", *_BEGAN, *_ENDED):
        yield from _ends(of, pk, f"{kind}:{external_id}", values)


def _ends(of: str, pk: int, fact: str, values: Sequence[Any]) -> Iterator[_Moment]:
    began, ended = values[:3], values[3:]
    yield _Moment(f"{of}_began", pk, fact, YES, Window(*began))
    if ended[0] is not None:
        yield _Moment(f"{of}_ended", pk, fact, NO, Window(*ended))


def _steps(of: str, kind: str, rows: QuerySet[Any]) -> Iterator[_Moment]:
    """The steps that events tell of: its being there, and fields that changed."""
    told = ("pk", f"{of}__external_id", "kind", "field", "before", "after", *_STEP)
    for pk, external_id, step, field, before, after, *moment in rows.values_list(*told):
        if step != "changed":
            fact, wanted = f"{kind}:{external_id}", NO if step == "ended" else YES
        else:
            fact, wanted = f"{kind}.{field}:{external_id}", after
            if field == "permissions":
                wanted = added_and_removed(before, after)
        yield _Moment(f"{of}_change", pk, fact, wanted, Window(*moment))
