"""The shape of what is asked and typed about reviews."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from tenure.connections.models import Connection
from tenure.reviews import wording
from tenure.reviews.models import Campaign, Decision
from tenure.reviews.queries.items import SHOWS
from tenure.reviews.queries.workspace import Asked
from tenure.reviews.settings_of import Settings

_RECURRENCES = (
    ("", "Once"),
    ("FREQ=MONTHLY", "Every month"),
    ("FREQ=MONTHLY;INTERVAL=3", "Every quarter"),
    ("FREQ=MONTHLY;INTERVAL=6", "Twice a year"),
    ("FREQ=YEARLY", "Every year"),
)
# A review of the day before a day is due when that day is over.
_LAST_MINUTE = time(23, 59)


def _person(label: str, name: str, **more: Any) -> forms.CharField:  # noqa: ANN401 - Django's own
    """An e-mail with people to choose from beside it."""
    attributes = {"list": f"people-{name}", "autocomplete": "off", "inputmode": "email"}
    widget = forms.TextInput(attributes)
    return forms.CharField(label=label, max_length=320, widget=widget, **more)


class ItemsForm(forms.Form):
    """Which items, and from where to continue."""

    show = forms.ChoiceField(choices=[(name, name) for name in SHOWS], required=False)
    q = forms.CharField(required=False, max_length=200)
    whose = forms.ChoiceField(choices=[("all", "all")], required=False)
    reviewer = forms.UUIDField(required=False)
    cursor = forms.CharField(required=False, max_length=2000)

    def asked(self) -> Asked:
        """What makes sense of it."""
        said = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        words = {name: str(value or "") for name, value in said.items()}
        return Asked(**{**words, "show": words.get("show") or "all"})


class DecideForm(forms.Form):
    """What is decided of one item, on what was seen of it."""

    decision = forms.ChoiceField(choices=[one for one in Decision.choices if one[0] != "pending"])
    reason = forms.CharField(required=False, max_length=500)
    to_role = forms.CharField(required=False, max_length=120)
    version = forms.IntegerField(required=False, min_value=0)


class UndoForm(forms.Form):
    version = forms.IntegerField(required=False, min_value=0)


class BulkForm(forms.Form):
    """One decision for all that is shown: so many, of that filter."""

    decision = forms.ChoiceField(
        label="Decision",
        choices=[("keep", "Keep"), ("remove", "Remove")],
        widget=forms.RadioSelect,
        initial="keep",
    )
    count = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Why",
        required=False,
        max_length=500,
        help_text="Needed when they are to be removed. The auditor reads it.",
    )


class SubmitForm(forms.Form):
    reviewer = forms.UUIDField(required=False)
    attests = forms.BooleanField(required=False)


class HandOnForm(forms.Form):
    """Who decides instead, and why."""

    to = _person("E-mail of who decides instead", "to")
    reason = forms.CharField(
        label="Why", max_length=500, help_text="They read it, and so does the auditor."
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Why", max_length=500, help_text="The auditor reads it.")


class NoteForm(forms.Form):
    note = forms.CharField(label="Note", max_length=500, required=False)


class CampaignForm(forms.Form):
    """What a campaign shall be."""

    title = forms.CharField(label="Title", max_length=200)
    connections = forms.MultipleChoiceField(
        label="Connections", widget=forms.CheckboxSelectMultiple
    )
    scope = forms.ChoiceField(
        label="Scope", choices=Campaign.Scope.choices, widget=forms.RadioSelect, initial="all"
    )
    kinds = forms.MultipleChoiceField(
        label="What is reviewed",
        choices=list(wording.KINDS.items()),
        widget=forms.CheckboxSelectMultiple,
        initial=list(wording.KINDS),
    )
    rule = forms.ChoiceField(
        label="Who reviews",
        choices=Campaign.Rule.choices,
        widget=forms.RadioSelect,
        initial="manager",
    )
    named = _person("E-mail of the named person", "named", required=False)
    fallback = _person(
        "E-mail of the fallback",
        "fallback",
        required=False,
        help_text="Reviews what the rule finds nobody for. Nobody ever reviews their own access.",
    )
    due_on = forms.DateField(
        label="Due at the end of", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    recurrence = forms.ChoiceField(label="Comes again", choices=_RECURRENCES, required=False)
    sends_reminders = forms.BooleanField(
        label="Remind reviewers",
        required=False,
        initial=True,
        help_text="At the start, 7 days and 1 day before the end, and daily when it is overdue.",
    )
    needs_sign_off = forms.BooleanField(
        label="A second person signs off",
        required=False,
        help_text="Somebody who decided nothing reads all decisions before anything is done.",
    )
    carries_forward = forms.BooleanField(
        label="Carry unchanged, unflagged decisions forward",
        required=False,
        help_text="They are kept as in the last review unless a reviewer says otherwise. The "
        "auditor sees which.",
    )

    def __init__(
        self,
        *given: Any,  # noqa: ANN401 - Django's own
        connections: list[Connection],
        zone: ZoneInfo,
        **more: Any,  # noqa: ANN401 - Django's own
    ) -> None:
        super().__init__(*given, **more)
        self._zone = zone
        self.fields["connections"].choices = [(str(one.ref), one.name) for one in connections]  # type: ignore[attr-defined] # a choice
        rule = str(self.initial.get("recurrence") or "")
        if rule and rule not in dict(_RECURRENCES):
            self.fields["recurrence"].choices = [*_RECURRENCES, (rule, rule)]  # type: ignore[attr-defined] # a choice

    def settings(self) -> Settings:
        said = self.cleaned_data
        kinds = said["kinds"]
        return Settings(
            title=said["title"],
            connections=said["connections"],
            due_at=datetime.combine(said["due_on"], _LAST_MINUTE, tzinfo=self._zone),
            scope=said["scope"],
            kinds=[] if set(kinds) == set(wording.KINDS) else kinds,
            rule=said["rule"],
            named=said["named"],
            fallback=said["fallback"],
            sends_reminders=said["sends_reminders"],
            recurrence=said["recurrence"],
            needs_sign_off=said["needs_sign_off"],
            carries_forward=said["carries_forward"],
        )


class _Refs(forms.MultipleChoiceField):
    """Any refs: what is not the actor's is not counted."""

    def valid_value(self, value: str) -> bool:
        return bool(value)


class CountsForm(forms.Form):
    """What of a draft says how much there is in it."""

    connections = _Refs(required=False)
    kinds = forms.MultipleChoiceField(choices=list(wording.KINDS.items()), required=False)


class ListForm(forms.Form):
    """Which campaigns, and from where to continue."""

    show = forms.CharField(required=False, max_length=20)
    cursor = forms.CharField(required=False, max_length=2000)


class OverrideForm(forms.Form):
    override_reason = forms.CharField(
        label="Why it is good enough as it is",
        max_length=500,
        required=False,
        help_text="Needed where something was not read lately. The auditor reads it.",
    )


class ReassignForm(forms.Form):
    """Whose items go to whom, and why; nobody's where `reviewer` is empty."""

    reviewer = forms.UUIDField(required=False, widget=forms.HiddenInput)
    to = _person("E-mail of who decides instead", "to")
    reason = forms.CharField(label="Why", max_length=500, help_text="The auditor reads it.")

    def to_operation(self) -> dict[str, Any]:
        said = self.cleaned_data
        return said if said["reviewer"] else {**said, "show": "unassigned"}
