"""Storing as one does after the first complaint: everything in memory, compared, in batches."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from naive import models
from naive.reading import Read, Row

BATCH = 1_000


def store(came: Read) -> None:
    """Add, change and end rows as the reading says."""
    at = timezone.now()
    for name, incoming in came.items():
        with transaction.atomic():
            _store(getattr(models, name), incoming, at)


def _store(model: type[models.Listed], incoming: dict[str, Row], at: datetime) -> None:
    known = model.objects.in_bulk(field_name="external_id")
    new, changed, history = [], [], []
    for key, row in incoming.items():
        if (one := known.get(key)) is None:
            new.append(model(**row, began_at=at))
            history.append(_change(model, key, "appeared", at))
            continue
        different = [name for name, value in row.items() if getattr(one, name) != value]
        if different or one.ended_at:
            for name in different:
                before, after = str(getattr(one, name)), str(row[name])
                history.append(
                    _change(model, key, "changed", at, field=name, before=before, after=after)
                )
                setattr(one, name, row[name])
            one.ended_at = None
            changed.append(one)
    for key, one in known.items():
        if key not in incoming and one.ended_at is None:
            one.ended_at = at
            changed.append(one)
            history.append(_change(model, key, "ended", at))
    model.objects.bulk_create(new, batch_size=BATCH)
    if changed:
        fields = [field.name for field in model._meta.fields if not field.primary_key]
        model.objects.bulk_update(changed, fields, batch_size=BATCH // 10)
    models.Change.objects.bulk_create(history, batch_size=BATCH)


def _change(
    model: type[models.Listed], key: str, kind: str, at: datetime, **more: str
) -> models.Change:
    return models.Change(what=model.__name__, external_id=key, kind=kind, at=at, **more)
