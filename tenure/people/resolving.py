"""Which person a user is, as the slice of users asks it through the settings."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from tenure.lib.clock import now
from tenure.people.addresses import having_address
from tenure.people.models import Person
from tenure.people.states import may_not_hold_access


def person_refs_of_user(user: AbstractBaseUser) -> QuerySet[Person, UUID]:
    """Which person a user is: by a recorded tie, else by the address they signed up with.

    That may be another address than the one they work under, such as of an entry that was merged
    into theirs. At most one ref, as a query that can be part of another: every request asks this.
    """
    key = getattr(user, "email_key", "") or "\0"
    # A question for each index: of one with "or" SQLite looks at everybody.
    tied = Person.objects.filter(Q(user=user)).order_by().values("pk")
    found = tied.union(having_address(key).values("pk"))
    doubt = Case(When(email_key=key, then=0), default=1)
    mine = Person.objects.filter(Q(user=user) | Q(user=None), pk__in=found)
    ordered = mine.order_by(F("user_id").asc(nulls_last=True), doubt)
    return ordered.values_list("ref", flat=True)


def users_who_left(*, of: QuerySet[AbstractBaseUser]) -> QuerySet[AbstractBaseUser]:
    """Of these users those who are a person that may not hold access, tied as above."""
    gone = Case(When(may_not_hold_access(at=now()), then=True), default=False)
    key = OuterRef("email_key")
    untied = Person.objects.filter(user=None)
    ways = (
        Person.objects.filter(user=OuterRef("pk")),
        untied.filter(email_key=key).exclude(email_key=""),
        untied.filter(other_emails__email_key=key),
    )
    has_left = Coalesce(*(Subquery(way.order_by().values(gone=gone)[:1]) for way in ways))
    return of.alias(has_left=has_left).filter(has_left=True)
