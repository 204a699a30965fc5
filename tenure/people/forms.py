"""The shape of what is sent about people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from tenure.people import rules
from tenure.people.models import Person
from tenure.people.precedence import Statement

_FULL = "This file lists everybody"
_FULL_MEANS = (
    "Whoever an earlier file of this source listed and this one does not becomes inactive: they "
    "may not hold access, but are not former. Leave it off for a file of changes; then nobody is "
    "missed."
)


def _day() -> forms.TextInput:
    return forms.TextInput({"type": "date"})


class UploadForm(forms.Form):
    """A file to look at before anything is changed."""

    file = forms.FileField(
        label="CSV file",
        allow_empty_file=True,
        help_text="Comma or semicolon, UTF-8, a header line; up to 5 MB.",
        widget=forms.ClearableFileInput({"accept": ".csv,text/csv"}),
    )
    source = forms.ChoiceField(help_text="Whose word this file is.")
    is_full = forms.BooleanField(label=_FULL, help_text=_FULL_MEANS, required=False)

    def __init__(self, *given: Any, sources: Sequence[str]) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given)
        if len(sources) > 1:
            self.fields["source"].choices = [(name, name) for name in sources]  # type: ignore[attr-defined] # a choice
        else:
            del self.fields["source"]


class ConfirmForm(forms.Form):
    """The yes to what was previewed."""

    pending = forms.CharField(widget=forms.HiddenInput)
    is_confirmed = forms.BooleanField(label="I have checked that these people left", required=False)


class LeaveForm(forms.Form):
    """Until when somebody works here, by a human's word: a whole day, or a time of it."""

    at = forms.DateField(
        label="Last day of work",
        widget=_day(),
        help_text="Included: they are former from the midnight after it, where they are.",
    )
    time = forms.TimeField(
        label="Only until", required=False, widget=forms.TimeInput({"type": "time"})
    )
    reason = forms.CharField(
        label="How you know", max_length=500, help_text="Shown, and kept in the audit log."
    )

    def __init__(self, *given: Any, zone: ZoneInfo) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given)
        self.zone = zone
        self.fields["time"].help_text = f"A time of that day in {zone}; former from then on."

    def said(self) -> dict[str, Any]:
        """When they leave, as a day or an instant, and how one knows."""
        day, time = self.cleaned_data["at"], self.cleaned_data["time"]
        at = datetime.combine(day, time, tzinfo=self.zone) if time else day
        return {"at": at, "reason": self.cleaned_data["reason"]}


class SourceForm(forms.Form):
    """How a people source is believed and watched."""

    precedence = forms.IntegerField(
        help_text="From 1 to 100; of two that say different things the higher is believed.",
        min_value=1,
        max_value=rules.MOST_PRECEDENCE,
        initial=10,
    )
    expected_days = forms.IntegerField(
        label="Expected every so many days",
        help_text="When it is not read for longer, tests that join people say that they cannot.",
        min_value=0,
        max_value=rules.MOST_DAYS,
        initial=35,
    )
    is_authoritative = forms.BooleanField(
        label="Always lists everybody",
        help_text="Whom a reading leaves out becomes inactive, never former.",
        required=False,
    )


class NewSourceForm(SourceForm):
    """One more source that is read from files."""

    name = forms.CharField(max_length=100)
    field_order = ("name",)


class PersonForm(forms.Form):
    """Somebody as entered by hand; what a stronger source states is shown and cannot be changed."""

    email = forms.CharField(label="Work e-mail", max_length=320, required=False)
    name = forms.CharField(max_length=200, required=False)
    external_id = forms.CharField(label="External id", max_length=200, required=False)
    kind = forms.ChoiceField(choices=[("", "Not given"), *Person.Kind.choices], required=False)
    title = forms.CharField(max_length=200, required=False)
    department = forms.CharField(max_length=200, required=False)
    manager_email = forms.CharField(label="E-mail of the manager", max_length=320, required=False)
    start_date = forms.CharField(label="First day", required=False, widget=_day())
    end_date = forms.CharField(
        label="Last day", required=False, widget=_day(), help_text="Included in their tenure."
    )
    status = forms.ChoiceField(
        choices=[("", "Not given"), ("active", "Active"), ("on_leave", "On leave")], required=False
    )
    time_zone = forms.CharField(label="Time zone", max_length=64, required=False)
    other_emails = forms.CharField(
        label="Other e-mails",
        required=False,
        help_text="With ; between them: their accounts are found by these too.",
    )

    field_order = (
        *("email", "name", "external_id", "kind", "title", "department"),
        *("manager_email", "time_zone", "start_date", "end_date", "status", "other_emails"),
    )

    def leave_to(self, stated: Mapping[str, Statement]) -> None:
        """Close the fields that sources state."""
        for column, statement in stated.items():
            self.fields[column].disabled = True
            self.fields[column].help_text = f"{statement.source} says so; change it there."
            self.initial[column] = statement.values.get(column) or ""

    def entered(self) -> dict[str, str]:
        """What is for the person at the keyboard to say, by column."""
        return {name: v for name, v in self.cleaned_data.items() if not self.fields[name].disabled}


class DelegationForm(forms.Form):
    """Who decides in somebody's place, and for which days."""

    email = forms.CharField(
        label="Who decides", max_length=320, help_text="By work or other e-mail."
    )
    from_day = forms.DateField(label="First day", widget=_day())
    until_day = forms.DateField(
        label="Last day", widget=_day(), help_text="Included; it ends by itself after it."
    )
    reason = forms.CharField(label="Why", max_length=500, required=False)


class MergeForm(forms.Form):
    """Who else this person is, and whose dates hold when only one of the two is here."""

    other = forms.CharField(
        label="The other entry", max_length=320, help_text="By work or other e-mail."
    )
    counts = forms.ChoiceField(
        label="Whose dates and status count",
        choices=[("", "Both"), ("kept", "Those of this person"), ("merged", "The other entry's")],
        required=False,
    )
    reason = forms.CharField(label="How you know", max_length=500, required=False)
    is_confirmed = forms.BooleanField(
        label="I have looked at both: they are one human", required=False
    )

    def ask_whose(self) -> None:
        """One of them is here and the other is not: both cannot count."""
        self.fields["counts"].required = True
        choices = self.fields["counts"].choices  # type: ignore[attr-defined] # a choice
        self.fields["counts"].choices = [("", "Choose one"), *choices[1:]]  # type: ignore[attr-defined] # same
