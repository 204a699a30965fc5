"""Which person a user is, as the slice of users asks it through the settings."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When

from tenure.lib.clock import now
from tenure.people.models import Person, PersonEmail
from tenure.people.queries import may_not_hold_access


def person_refs_of_user(user: AbstractBaseUser) -> QuerySet[Person, UUID]:
    """Which person a user is: by a recorded tie, else by the address they signed up with.

    That may be another address than the one they work under, such as of an entry that was merged
    into theirs. At most one ref, as a query that can be part of another: every request asks this.
    """
    key = getattr(user, "email_key", "") or "\0"
    # One key, so that the database goes by its indexes and does not look at everybody.
    other = PersonEmail.objects.filter(email_key=key).values("person")[:1]
    found = Q(user=user) | Q(user=None, email_key=key) | Q(user=None, pk=Subquery(other))
    doubt = Case(When(email_key=key, then=0), default=1)
    tied = Person.objects.filter(found).order_by(F("user_id").asc(nulls_last=True), doubt)
    return tied.values_list("ref", flat=True)


def users_who_left(*, of: QuerySet[AbstractBaseUser]) -> QuerySet[AbstractBaseUser]:
    """Of these users those who are a person that may not hold access, tied as above."""
    gone = Case(When(may_not_hold_access(at=now()), then=True), default=False)
    key = OuterRef("email_key")
    tied = Person.objects.filter(
        Q(user=OuterRef("pk"))
        | Q(user=None, email_key=key)
        | Q(user=None, other_emails__email_key=key)
    ).order_by(F("user_id").asc(nulls_last=True))
    return of.alias(has_left=Subquery(tied.values(gone=gone)[:1])).filter(has_left=True)
