"""Whose an address is."""

from __future__ import annotations

from django.db.models import QuerySet

from tenure.people.models import Person, PersonEmail


def having_address(key: str) -> QuerySet[Person]:
    """Whoever has this folded address, at work or besides. Each half goes by an index of its own,
    which is one of addresses that are not empty."""
    some = Person.objects.order_by()
    work = some.filter(email_key=key).exclude(email_key="")
    return some.filter(
        pk__in=work.values("pk").union(
            PersonEmail.objects.order_by().filter(email_key=key).values("person")
        )
    )
