"""The shape of what is typed about accounts and projects."""

from __future__ import annotations

from django import forms


class LinkForm(forms.Form):
    """Whose account this is."""

    email = forms.CharField(
        label="E-mail of the person",
        max_length=320,
        widget=forms.EmailInput({"list": "link-people", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label="How you know", max_length=300, required=False, widget=forms.TextInput()
    )


class UnlinkForm(forms.Form):
    """Why this account is not theirs."""

    reason = forms.CharField(
        label="Why it is not theirs",
        max_length=300,
        help_text="This pair will not be suggested again.",
    )


class ExcludeForm(forms.Form):
    """Why a project does not matter."""

    reason = forms.CharField(
        label="Why it is out of scope",
        max_length=300,
        help_text="Shown on the project and kept in the audit log.",
    )
