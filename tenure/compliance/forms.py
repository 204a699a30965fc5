from __future__ import annotations

from django import forms

CHIPS = ("current", "overdue", "due", "exempted", "resolved")


class FindingFilterForm(forms.Form):
    """Which findings of a test, and from where to continue."""

    show = forms.ChoiceField(choices=[(chip, chip) for chip in CHIPS], required=False)
    cursor = forms.CharField(required=False, max_length=2000)
