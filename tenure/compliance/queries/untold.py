"""What nobody was told of yet, for the task that tells."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from tenure.compliance.models import Exemption, Finding
from tenure.compliance.notice_rules import FIRST_WARNING
from tenure.lib.actor import Actor
from tenure.notifications.queries import told

LEAVERS = "leavers-deprovisioned"
_RELATED = ("test", "connection__owner", "account", "credential", "person", "owner")


def untold_leavers(*, actor: Actor) -> QuerySet[Finding]:
    """Open findings of people who left, the most urgent first."""
    known = told("leaver_with_access", actor=actor).filter(about=OuterRef("ref"))
    return _open(actor).filter(~Exists(known), test__slug=LEAVERS)


def untold_overdue(*, at: datetime, actor: Actor) -> QuerySet[Finding]:
    """Open findings that are late, and were not told to be since they were opened last."""
    known = told("finding_overdue", actor=actor).filter(
        about=OuterRef("ref"),
        at__gte=Coalesce(OuterRef("reopened_at"), OuterRef("opened_at")),
    )
    return _open(actor).filter(~Exists(known), due_at__lte=at)


def exemptions_about_to_end(*, at: datetime, actor: Actor) -> QuerySet[Exemption]:
    """Those in force with few days left; whether it was told is for the telling to know."""
    actor.require("tests.run")
    return (
        Exemption.objects.filter(
            state=Exemption.State.ACTIVE, ends_at__gt=at, ends_at__lte=at + FIRST_WARNING
        )
        .select_related(*(f"finding__{name}" for name in _RELATED))
        .order_by("ends_at", "id")
    )


def _open(actor: Actor) -> QuerySet[Finding]:
    actor.require("tests.run")
    live = Finding.objects.filter(state=Finding.State.OPEN)
    return live.select_related(*_RELATED).order_by("due_at", "id")
