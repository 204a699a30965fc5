"""Every way to read people. Whoever may see people sees all of them; others see themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import (
    Count,
    QuerySet,
    Value,
)
from django.db.models.functions import Coalesce, Upper

from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Invalid, NotFound
from tenure.lib.ids import as_ref
from tenure.lib.text import fold_email
from tenure.people import by_hand
from tenure.people.addresses import having_address
from tenure.people.directory import Directory, load, statements_of
from tenure.people.explaining import Explanation, explain
from tenure.people.models import (
    Delegation,
    PeopleImport,
    PeopleSource,
    Person,
    PersonChange,
    PersonMerge,
    PersonRecord,
)
from tenure.people.precedence import Statement, other_emails
from tenure.people.states import state_expression


def people(*, actor: Actor) -> QuerySet[Person]:
    """The people this actor may see; who was merged into another is not one of them."""
    some = Person.objects.filter(merged_into=None)
    if actor.may_somewhere("people.view") or actor.may("people.manage"):
        return some.order_by("name", "id")
    return some.filter(ref=actor.person_id).order_by("id") if actor.person_id else some.none()


def narrowed(
    *, department: str = "", manager: str = "", source: str = "", of: QuerySet[Person]
) -> QuerySet[Person]:
    """Of these people those of a department, of a manager by e-mail, and whom a source knows."""
    if department:
        # As the index has it, in whichever case it is written.
        written = Upper(Value(department.strip()))
        of = of.alias(at_work=Upper("department")).filter(at_work=written)
    if manager:
        of = of.filter(manager_email_key=fold_email(manager))
    if source:
        known = PersonRecord.objects.filter(source__name=source)
        of = of.filter(pk__in=known.values(whose=Coalesce("person__merged_into", "person")))
    return of


def with_state(of: QuerySet[Person], *, at: datetime | None = None) -> QuerySet[Person]:
    """Each person with `state` as of an instant (default now)."""
    return of.annotate(state=state_expression(at=at or now()))


_MOST_NAMED = 10


def person_by_email(email: str, *, actor: Actor) -> Person:
    """Somebody by work or other e-mail, or by ref where several have it; with their state."""
    everybody = with_state(people(actor=actor))
    if "@" not in email and (person := everybody.filter(ref=as_ref(email)).first()):
        return person
    key = fold_email(email)
    named = everybody.filter(pk__in=having_address(key).values("pk")).order_by("pk")
    found = list(named[:_MOST_NAMED]) if key else []
    if len(found) > 1:
        refs = ", ".join(f"{one} {one.ref}" for one in found)
        raise Invalid(f"Several people have the e-mail {email}; name one by the ref: {refs}.")
    if found:
        return found[0]
    raise NotFound(f"Nobody has the e-mail {email}; choose from the list of people, or add to it.")


def person_named(*, email: str, external_id: str, actor: Actor) -> Person | None:
    """Whoever has this e-mail, of whatever kind, or this external id."""
    key = fold_email(email)
    named = having_address(key).values("pk") if key else Person.objects.none().values("pk")
    if external_id:
        # Said as the index says it.
        with_id = Person.objects.filter(external_id=external_id).exclude(external_id="")
        named = named.union(with_id.order_by().values("pk"))
    return people(actor=actor).filter(pk__in=named).first()


def person_by_ref(ref: UUID | str, *, actor: Actor) -> Person:
    """One person."""
    return _only(people(actor=actor), ref)


def person_to_change(ref: UUID | str, *, actor: Actor) -> Person:
    """One person, locked."""
    return _only(people(actor=actor).select_for_update(), ref)


def _only(of: QuerySet[Person], ref: UUID | str) -> Person:
    if found := of.filter(ref=as_ref(ref)).first():
        return found
    raise NotFound("There is no such person, or they are not yours to see.")


def merges_of(person: Person, *, actor: Actor) -> QuerySet[PersonMerge]:
    """Merges into this person, the newest first."""
    seen = PersonMerge.objects.select_related("merged").filter(kept=person).order_by("-id")
    return seen if actor.may_somewhere("people.view") else seen.none()


def merge_to_change(ref: UUID | str, *, actor: Actor) -> PersonMerge:
    """One merge, locked."""
    actor.require("people.manage")
    found = PersonMerge.objects.select_for_update().filter(ref=as_ref(ref)).first()
    if found is None:
        raise NotFound("There is no such merge; tenure people show EMAIL lists those of a person.")
    return found


def delegations_of(person: Person, *, actor: Actor) -> QuerySet[Delegation]:
    """Who decides in their place, and when, the newest first."""
    seen = person.delegations.select_related("to").order_by("-from_day", "-id")
    return seen if actor.may_somewhere("people.view") else seen.none()


def delegation_to_change(ref: UUID | str, *, actor: Actor) -> Delegation:
    """One delegation, locked."""
    actor.require("people.manage")
    some = Delegation.objects.select_for_update(of=("self",)).select_related("person", "to")
    if (found := some.filter(ref=as_ref(ref)).first()) is None:
        raise NotFound("There is no such delegation; look at the person's page.")
    return found


def changes_of(person: Person, *, actor: Actor) -> QuerySet[PersonChange]:
    """What became different of somebody, the newest first."""
    seen = PersonChange.objects.filter(person=person).order_by("-at", "-id")
    return seen if actor.may_somewhere("people.view") else seen.none()


def described_by_several(*, actor: Actor) -> list[int]:
    """Keys of the people whom more than one record describes, their own or a merged one's."""
    actor.require("people.manage")
    whose = Coalesce("person__merged_into", "person")
    some = PersonRecord.objects.order_by().values(whose=whose).annotate(n=Count("pk"))
    return list(some.filter(n__gt=1).values_list("whose", flat=True))


def source_by_ref_to_change(ref: UUID | str, *, actor: Actor) -> PeopleSource:
    """A people source, and with it every other write of people, locked."""
    found = PeopleSource.objects.filter(ref=as_ref(ref)).first()
    if found is None:
        raise NotFound("There is no such people source; choose one under Settings, People sources.")
    return source_to_change(found.name, actor=actor)


def sources(*, actor: Actor) -> QuerySet[PeopleSource]:
    """Where people come from, the strongest first."""
    seen = PeopleSource.objects.order_by("-precedence", "id")
    return seen if actor.may_somewhere("people.view") else seen.none()


def source_by_ref(ref: UUID | str, *, actor: Actor) -> PeopleSource:
    """One people source."""
    found = sources(actor=actor).filter(ref=as_ref(ref)).first()
    if found is None:
        raise NotFound("There is no such people source; choose one under Settings, People sources.")
    return found


def sources_with_age(*, actor: Actor) -> Sequence[PeopleSource]:
    """Where people come from, each with `people`, how many it knows, and `is_stale`: not read
    within its expected interval."""
    at, found = now(), list(sources(actor=actor).annotate(people=Count("records")))
    for source in found:
        source.is_stale = source.kind != PeopleSource.Kind.MANUAL and (  # type: ignore[attr-defined] # for the page
            source.last_read_at is None
            or at - source.last_read_at > timedelta(days=source.expected_days)
        )
    return found


def source_to_change(name: str, *, actor: Actor) -> PeopleSource:
    """A people source by its name, and with it every other write of people, locked.

    The CSV source and the one for what is entered by hand are made on first use.
    """
    actor.require("people.manage")
    if name in _OWN_SOURCES:
        PeopleSource.objects.get_or_create(name=name, defaults=_OWN_SOURCES[name])
    # All of them, because what one source says is judged by what the others say.
    locked = {source.name: source for source in PeopleSource.objects.select_for_update()}
    if name not in locked:
        raise NotFound(f"There is no people source {name}; add it under Settings, People sources.")
    return locked[name]


CSV, BY_HAND = "CSV", by_hand.NAME
_OWN_SOURCES = {
    CSV: {"kind": PeopleSource.Kind.CSV, "precedence": 10, "expected_days": 35},
    BY_HAND: {"kind": PeopleSource.Kind.MANUAL, "precedence": 1, "expected_days": 0},
}


def directory_to_change(*, of: Iterable[int] | None = None, actor: Actor) -> Directory:
    """Everybody, or the people of these keys, with all that is said of them."""
    actor.require("people.manage")
    return load(default_zone=settings.TENURE_TIME_ZONE, of=of)


def imports(*, actor: Actor) -> QuerySet[PeopleImport]:
    """Past imports, the newest first."""
    seen = PeopleImport.objects.select_related("source").order_by("-id")
    return seen if actor.may_somewhere("people.view") else seen.none()


def explained(
    person: Person,
    *,
    actor: Actor,
    at: datetime | None = None,
    merges: Iterable[PersonMerge] | None = None,
) -> Explanation:
    """Why somebody has their state, by what every source says of them and of who was merged.

    `merges` are those that hold, for a page that shows them anyway.
    """
    if not actor.may_somewhere("people.view") and actor.person_id != str(person.ref):
        raise NotFound("There is no such person, or they are not yours to see.")
    if merges is None:
        merges = PersonMerge.objects.filter(kept=person, undone_at=None)
    statements = statements_of(person, merges)
    return explain(
        person,
        statements,
        at=at or now(),
        default_zone=settings.TENURE_TIME_ZONE,
        addresses=list(other_emails(statements).values()),
    )


def entered_by_hand(person: Person, *, actor: Actor) -> tuple[dict[str, str], dict[str, Statement]]:
    """What was entered of somebody, and which fields are for stronger sources to say."""
    actor.require("people.manage")
    merges = PersonMerge.objects.filter(kept=person, undone_at=None)
    return by_hand.entered_and_stated(statements_of(person, merges), person)
