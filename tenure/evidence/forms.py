"""The shape of what is asked of evidence."""

from __future__ import annotations

from typing import Any

from django import forms

from tenure.evidence.asking import Given
from tenure.evidence.kinds import EvidenceKind, Takes


def _day(label: str) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


class BundleForm(forms.Form):
    """The day, the window or the thing that a kind is asked by, and nothing else."""

    def __init__(self, kind: EvidenceKind, *given: Any, **more: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given, **more)
        self._kind = kind
        if kind.takes == Takes.DAY:
            self.fields["on"] = _day("Day")
        elif kind.takes == Takes.WINDOW:
            self.fields["first"] = _day("First day")
            self.fields["last"] = _day("Last day")
        else:
            self.fields["ref"] = forms.CharField(label=f"Ref of {kind.of}", max_length=64)
        if kind.takes_test:
            self.fields["test"] = forms.SlugField(
                label="Only this test",
                required=False,
                help_text="As its page's address has it; all of them without one.",
            )

    def given(self) -> Given:
        said = dict(self.cleaned_data)
        if "on" in said:
            said["on"] = said["on"].isoformat()
        return Given(kind=self._kind.name, **said)

    @property
    def first_field(self) -> str:
        """Where a refusal is shown that names no field."""
        return next(iter(self.fields))


class ListForm(forms.Form):
    """From where to continue."""

    cursor = forms.CharField(required=False, max_length=2000)
