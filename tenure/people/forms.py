"""The shape of an upload."""

from __future__ import annotations

from django import forms

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
