"""Storing as the documentation of the ORM shows it: look, compare, `update_or_create`, next."""

from __future__ import annotations

from itertools import islice

from django.utils import timezone

from naive import models
from naive.reading import Read


def store(came: Read, *, sample: int) -> float:
    """Store up to so many rows of each kind; what to multiply the cost by for all of them.

    Whoever is gone is not looked for: with a sample, that would be everybody else.
    """
    stored = 0
    for name, incoming in came.items():
        model = getattr(models, name)
        for key, row in islice(incoming.items(), sample):
            at = timezone.now()
            before = model.objects.filter(external_id=key).first()
            model.objects.update_or_create(
                external_id=key,
                defaults=row | {"ended_at": None},
                create_defaults=row | {"began_at": at},
            )
            _remember(name, key, before, row)
            stored += 1
    return sum(len(incoming) for incoming in came.values()) / max(1, stored)


def _remember(name: str, key: str, before: models.Listed | None, row: dict[str, object]) -> None:
    common = {"what": name, "external_id": key, "at": timezone.now()}
    if before is None:
        models.Change.objects.create(kind="appeared", **common)
        return
    for field, value in row.items():
        if (old := getattr(before, field)) != value:
            models.Change.objects.create(
                kind="changed", field=field, before=str(old), after=str(value), **common
            )
