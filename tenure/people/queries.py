"""Every way to read people. Whoever may see people sees all of them; others see themselves."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable

from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import NotFound
from tenure.lib.text import fold_email
from tenure.people.models import PeopleImport, PeopleSource, Person
from tenure.people.rules import EARLY_ACCESS


def people(*, actor: Actor) -> QuerySet[Person]:
    """The people this actor may see."""
    if actor.may_somewhere("people.view") or actor.may("people.manage"):
        return Person.objects.order_by("name", "id")
    return (
        Person.objects.filter(ref=actor.person_id).order_by("id")
        if actor.person_id
        else (Person.objects.none())
    )


def with_state(of: QuerySet[Person], *, at: datetime | None = None) -> QuerySet[Person]:
    """Each person with `state` as of an instant (default now)."""
    return of.annotate(state=state_expression(at=at or now()))


def state_expression(*, at: datetime, person: str = "") -> Combinable:
    """The truth table of rules.state, in SQL. `person` is the path to the person's columns."""

    def when(condition: dict[str, object], state: str) -> When:
        return When(Q(**{person + name: value for name, value in condition.items()}), Value(state))

    return Case(
        when({"ends_at__lte": at}, "former"),
        when({"is_disabled": True}, "inactive"),
        when({"is_listed": False}, "inactive"),
        when({"begins_at__gt": at}, "upcoming"),
        when({"is_on_leave": True}, "on_leave"),
        default=Value("current"),
        output_field=CharField(),
    )


def may_not_hold_access(*, at: datetime, person: str = "") -> Q:
    """People who may not hold access: former, inactive, or too early for their start."""

    def q(**conditions: object) -> Q:
        return Q(**{person + name: value for name, value in conditions.items()})

    return (
        q(ends_at__lte=at)
        | q(is_disabled=True)
        | q(is_listed=False)
        | q(begins_at__gt=at + EARLY_ACCESS)
    )


def person_by_email(email: str, *, actor: Actor) -> Person:
    """Somebody by work or other e-mail, with their state."""
    key = fold_email(email)
    found = with_state(people(actor=actor)).filter(
        Q(email_key=key) | Q(other_emails__email_key=key)
    )
    if key and (person := found.first()):
        return person
    raise NotFound(f"Nobody has the e-mail {email}; list people with: tenure people list.")


def sources(*, actor: Actor) -> QuerySet[PeopleSource]:
    """Where people come from, the strongest first."""
    seen = PeopleSource.objects.order_by("-precedence", "id")
    return seen if actor.may_somewhere("people.view") else seen.none()


def csv_source_to_change(*, actor: Actor) -> PeopleSource:
    """The CSV source, locked; made on first use."""
    actor.require("people.manage")
    PeopleSource.objects.get_or_create(
        kind=PeopleSource.Kind.CSV,
        name="CSV",
        defaults={"precedence": 10, "expected_days": 35},
    )
    return PeopleSource.objects.select_for_update().get(name="CSV")


def listed_by(source: PeopleSource, *, actor: Actor) -> frozenset[int]:
    """Ids of the people this source listed when it was last read."""
    actor.require("people.manage")
    return frozenset(source.records.filter(is_listed=True).values_list("person_id", flat=True))


def imports(*, actor: Actor) -> QuerySet[PeopleImport]:
    """Past imports, the newest first."""
    seen = PeopleImport.objects.select_related("source").order_by("-id")
    return seen if actor.may_somewhere("people.view") else seen.none()


def person_refs_of_user(user: AbstractBaseUser) -> QuerySet[Person, UUID]:
    """Which person a user is: by a recorded tie, else by the work e-mail they signed up with.

    At most one ref, as a query that can be part of another: every request asks this.
    """
    found = Person.objects.filter(
        Q(user=user) | Q(user=None, email_key=getattr(user, "email_key", "") or "\0")
    )
    return found.order_by(F("user_id").asc(nulls_last=True)).values_list("ref", flat=True)


def users_who_left(*, of: QuerySet[AbstractBaseUser]) -> QuerySet[AbstractBaseUser]:
    """Of these users those who are a person that may not hold access, tied as above."""
    gone = Case(When(may_not_hold_access(at=now()), then=True), default=False)
    tied = Person.objects.filter(
        Q(user=OuterRef("pk")) | Q(user=None, email_key=OuterRef("email_key"))
    ).order_by(F("user_id").asc(nulls_last=True))
    return of.alias(has_left=Subquery(tied.values(gone=gone)[:1])).filter(has_left=True)
