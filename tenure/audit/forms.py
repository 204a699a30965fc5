from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django import forms

from tenure.audit import verbs
from tenure.audit.queries import EventFilter

_DAY = "form-control w-auto"
_NO_DAY = {"invalid": "Write the day as 2026-11-30."}


def _verbs() -> list[tuple[str, str]]:
    return [("", "Any verb"), *((verb, verb) for verb in sorted(verbs.declared()))]


def _bare(label: str, *, kind: str = "form-control", **attributes: str) -> dict[str, str]:
    """Attributes of a field in the toolbar, where it has a name but no visible label."""
    return {"class": kind, "aria-label": label, **attributes}


def _after(day: date) -> datetime | None:
    """The first instant after a UTC day; None after the last day there is."""
    return None if day == date.max else datetime.combine(day + timedelta(days=1), time(), UTC)


class EventFilterForm(forms.Form):
    """Which events to show. Days are UTC days, the last one included."""

    actor = forms.CharField(
        required=False,
        max_length=200,
        label="Who",
        widget=forms.TextInput(_bare("Who did it", type="search", placeholder="Name or id")),
    )
    subject = forms.CharField(
        required=False,
        max_length=64,
        label="Thing",
        widget=forms.TextInput(
            _bare("Thing", kind="form-control w-auto", size="16", placeholder="Kind or ref")
        ),
    )
    verb = forms.ChoiceField(
        required=False,
        label="Verb",
        choices=_verbs,
        widget=forms.Select(_bare("Verb", kind="form-select w-auto")),
    )
    since = forms.DateField(
        error_messages=_NO_DAY,
        required=False,
        label="From",
        widget=forms.DateInput(_bare("From", kind=_DAY, type="date")),
    )
    until = forms.DateField(
        error_messages=_NO_DAY,
        required=False,
        label="To",
        widget=forms.DateInput(_bare("To", kind=_DAY, type="date")),
    )
    before = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def chosen(self) -> EventFilter:
        """The filter, after `is_valid`."""
        given = self.cleaned_data
        since, until = given["since"], given["until"]
        return EventFilter(
            actor=given["actor"],
            subject=given["subject"],
            verb=given["verb"],
            since=since and datetime.combine(since, time(), UTC),
            until=_after(until) if until else None,
        )

    def before_event(self) -> UUID | None:
        """The event before which the page begins."""
        before: UUID | None = self.cleaned_data["before"]
        return before
