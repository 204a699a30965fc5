"""The shape of an upload."""

from __future__ import annotations

from django import forms

from tenure.people import rules

_FULL = "This file lists everybody"
_FULL_MEANS = (
    "Whoever an earlier CSV listed and this one does not becomes inactive: they may not hold "
    "access, but are not former. Leave it off for a file of changes; then nobody is missed."
)


class UploadForm(forms.Form):
    """A file to look at before anything is changed."""

    file = forms.FileField(
        label="CSV file",
        allow_empty_file=True,
        help_text="Comma or semicolon, UTF-8, a header line; up to 5 MB.",
        widget=forms.ClearableFileInput({"accept": ".csv,text/csv"}),
    )
    is_full = forms.BooleanField(label=_FULL, help_text=_FULL_MEANS, required=False)


class ConfirmForm(forms.Form):
    """The yes to what was previewed."""

    pending = forms.CharField(widget=forms.HiddenInput)
    is_confirmed = forms.BooleanField(label="I have checked that these people left", required=False)


class LeaveForm(forms.Form):
    """Somebody's last day of work, by a human's word."""

    at = forms.DateField(
        label="Last day of work",
        widget=forms.DateInput({"type": "date"}),
        help_text="Included: they are former from the midnight after it, where they are.",
    )
    reason = forms.CharField(
        label="How you know", max_length=500, help_text="Shown, and kept in the audit log."
    )


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
