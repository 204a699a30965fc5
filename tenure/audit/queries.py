"""Every way to read the audit log; each returns only what the actor may see.

Who holds audit.view for some connections only sees the events that concern those. An auditor sees
what happened in their window to what they are to judge: never who signed in, or who may do what.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from tenure.audit import rules, verbs
from tenure.audit.models import AuditEvent, AuditSeal, AuditText
from tenure.audit.sealing import Head, document, waiting
from tenure.audit.sealing import head as end_of_chain
from tenure.lib.actor import Actor
from tenure.lib.clock import rfc3339

PAGE = 50
CHUNK = 1000
# Named one by one: what is added later stays hidden from auditors until somebody decides.
_FOR_AUDITORS = (
    "connection",
    "sync_run",
    "held_ending",
    "inventory",
    "account",
    "account_link",
    "people_import",
    "test",
    "finding",
)


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events: part of the actor's name, a subject's kind or ref, a verb, a span of time."""

    actor: str = ""
    subject: str = ""
    verb: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def said(self) -> dict[str, str]:
        """The filter as an endpoint is given it."""
        given = {name: getattr(self, name) for name in ("actor", "subject", "verb")}
        span = {name: getattr(self, name) for name in ("since", "until")}
        said = given | {name: at and rfc3339(at) for name, at in span.items()}
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event as people read it; `actor` None has been erased, `seq` None is not sealed yet."""

    ref: UUID
    at: datetime
    actor: str | None
    actor_kind: str
    actor_id: str
    verb: str
    sentence: str
    subject_kind: str
    subject_ref: str
    seq: int | None

    @property
    def kind_in_words(self) -> str:
        """What acts, when it is not a user."""
        return {"token": "API token", "job": "Background job", "system": "Local operator"}.get(
            self.actor_kind, ""
        )

    @property
    def subject_in_words(self) -> str:
        """`sync_run` as people say it."""
        return self.subject_kind.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class EventPage:
    """Newest first; `older` is the ref to give as `before` for the next page."""

    lines: list[EventLine]
    older: UUID | None


@dataclass(frozen=True, slots=True)
class ChainState:
    """How far the chain reaches. `stuck_since`: the oldest event waiting over a minute, if any."""

    head: Head
    sealed_at: datetime | None
    unsealed: int
    stuck_since: datetime | None


ALL = EventFilter()


def events(
    *, actor: Actor, chosen: EventFilter = ALL, before: UUID | None = None, limit: int = PAGE
) -> EventPage:
    """A page of events, newest first."""
    found = _visible(actor, chosen)
    if before is not None:
        found = found.filter(id__lt=AuditEvent.objects.filter(ref=before).values("id"))
    rows = list(found.select_related("seal").prefetch_related("texts").order_by("-id")[: limit + 1])
    more = len(rows) > limit
    lines = [_line(event) for event in rows[:limit]]
    return EventPage(lines, lines[-1].ref if more else None)


def head(*, actor: Actor) -> Head:
    """The end of the chain, to be kept elsewhere and given to `audit verify --head`."""
    _require(actor)
    return end_of_chain()


def chain_state(*, actor: Actor) -> ChainState:
    """Whether the sealer keeps up."""
    _require(actor)
    last, wait = AuditSeal.objects.order_by("-seq").first(), waiting()
    return ChainState(
        head=Head(last.seq, last.hash) if last else Head(0, rules.GENESIS),
        sealed_at=last.sealed_at if last else None,
        unsealed=wait.events,
        stuck_since=wait.since,
    )


def export_lines(*, actor: Actor, chosen: EventFilter = ALL) -> Iterator[bytes]:
    """JSON Lines in order of sealing; what is not sealed yet comes last."""
    return _export(_visible(actor, chosen))


def _export(visible: QuerySet[AuditEvent]) -> Iterator[bytes]:
    rows = visible.select_related("seal").prefetch_related("texts")
    # The end is fixed once: what is sealed meanwhile belongs to the rest, else it would be missed.
    end = end_of_chain().seq
    rest = rows.filter(Q(seal=None) | Q(seal__seq__gt=end))
    for place, found in (("seal__seq", rows.filter(seal__seq__lte=end)), ("id", rest)):
        after: dict[str, int] = {}
        while chunk := list(found.filter(**after).order_by(place)[:CHUNK]):
            yield from map(_export_line, chunk)
            last = chunk[-1]
            after = {f"{place}__gt": last.pk if place == "id" else last.seal.seq}


def _export_line(event: AuditEvent) -> bytes:
    seal: AuditSeal | None = getattr(event, "seal", None)
    line = {
        "hash": seal.hash if seal else None,
        "prev": seal.prev if seal else None,
        "sealed": document(
            event, seq=seal.seq if seal else None, sealed_at=seal.sealed_at if seal else None
        ),
        "texts": {row.field: {"salt": row.salt, "text": row.text} for row in event.texts.all()},
    }
    return rules.canonical(line) + b"\n"


def _require(actor: Actor) -> None:
    if not actor.may_somewhere("audit.view"):
        actor.require("audit.view")


def _visible(actor: Actor, chosen: EventFilter) -> QuerySet[AuditEvent]:
    _require(actor)
    connections = actor.connections_where("audit.view")
    found = AuditEvent.objects.all()
    if connections is not None:
        found = found.filter(connection_ref__in=connections)
    if actor.window is not None:
        begins, ends = actor.window
        found = found.filter(at__gte=begins, at__lt=ends, subject_kind__in=_FOR_AUDITORS)
    if chosen.actor:
        named = AuditText.objects.filter(
            event=OuterRef("pk"), field="actor", text__icontains=chosen.actor
        )
        found = found.filter(Q(actor_id=chosen.actor) | Exists(named))
    if chosen.subject:
        found = found.filter(Q(subject_ref=chosen.subject) | Q(subject_kind=chosen.subject))
    if chosen.verb:
        found = found.filter(verb=chosen.verb)
    if chosen.since:
        found = found.filter(at__gte=chosen.since)
    if chosen.until:
        found = found.filter(at__lt=chosen.until)
    return found


def _line(event: AuditEvent) -> EventLine:
    seal: AuditSeal | None = getattr(event, "seal", None)
    texts = {text.field: text.text for text in event.texts.all()}
    said = verbs.sentence(event.verb, subject=event.subject_ref, detail=event.detail, text=texts)
    return EventLine(
        ref=event.ref,
        at=event.at,
        actor=texts.get("actor"),
        actor_kind=event.actor_kind,
        actor_id=event.actor_id,
        verb=event.verb,
        sentence=said,
        subject_kind=event.subject_kind,
        subject_ref=event.subject_ref,
        seq=seal.seq if seal else None,
    )
