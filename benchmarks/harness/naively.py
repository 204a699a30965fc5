"""The naive syncs, in the words of the scripts. Their models exist only once Django is set up."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from harness.clocks import Cost, cost_of
from harness.company import Company

PER_ROW_SAMPLE = 200


def create_tables() -> None:
    from naive import models

    models.create_tables()


def read(company: Company, kinds: Collection[str]) -> tuple[dict[str, Any], Cost]:
    """The lists of these kinds by the SDK's own iterators, and what reading them cost."""
    from naive import reading

    came: dict[str, Any] = {}
    return came, cost_of(lambda: came.update(reading.read(company, kinds)))


def store_in_bulk(came: dict[str, Any]) -> Cost:
    from naive import in_bulk

    return cost_of(lambda: in_bulk.store(came))


def store_per_row(came: dict[str, Any], *, sample: int = PER_ROW_SAMPLE) -> float:
    """CPU seconds for all rows, from a sample: all of them would take minutes."""
    from naive import per_row

    scale: list[float] = []
    return cost_of(lambda: scale.append(per_row.store(came, sample=sample))).cpu * scale[0]


def warm(company: Company) -> None:
    """Do everything once."""
    create_tables()
    came, _ = read(company, ["users", "invites", "projects", "project_users"])
    store_in_bulk(came)
    store_in_bulk(came)
    store_per_row(came, sample=20)


def prime() -> None:
    """Let a new database connection see the tables once; nothing stays."""
    from django.db import transaction
    from django.utils import timezone
    from naive import models

    with transaction.atomic():
        for model in models.ALL:
            list(model.objects.all()[:10])
        models.Change.objects.create(external_id="", at=timezone.now())
        transaction.set_rollback(True)
