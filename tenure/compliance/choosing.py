"""Findings that somebody ticked, and what to do with them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse

from tenure.compliance import queries, wording
from tenure.compliance.wording import Line
from tenure.lib.actor import Actor
from tenure.lib.errors import Invalid, NotFound

MOST_CHOSEN = 100


def chosen_findings(refs: Sequence[str], *, actor: Actor) -> list[Line]:
    """Exactly the findings ticked, as they stand now: all of them are there, or none."""
    if not refs:
        raise Invalid("Tick at least one finding in the list.")
    try:
        wanted = {UUID(ref) for ref in refs[: MOST_CHOSEN + 1]}
    except ValueError as error:
        raise NotFound("There is no such finding, or it is not yours to see.") from error
    if len(wanted) > MOST_CHOSEN:
        raise Invalid(f"Tick at most {MOST_CHOSEN} findings at once.")
    found = list(queries.findings(actor=actor).filter(ref__in=wanted).order_by("due_at", "id"))
    if len(found) != len(wanted):
        raise NotFound("Some of these findings are gone, or not yours; tick them again.")
    return wording.lines(found)


def colleague_choices(*, actor: Actor) -> list[tuple[str, str]]:
    """Who may work on findings, as a select has them."""
    return [(one.email, str(one)) for one in queries.colleagues(actor=actor)]


def back_to(chosen: Sequence[Line]) -> str:
    """Where they were ticked: one finding is its own page."""
    return chosen[0].url if len(chosen) == 1 else reverse("compliance:findings")
