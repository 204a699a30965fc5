"""The shape of what is asked and typed about operations."""

from __future__ import annotations

from typing import Any

from django import forms

from tenure.provisioning.filters import LABELS
from tenure.provisioning.operations.prove_operation import ProofFile


class ListForm(forms.Form):
    """Which operations, and from where to continue."""

    show = forms.ChoiceField(choices=list(LABELS.items()), required=False)
    connection = forms.UUIDField(required=False)
    person = forms.UUIDField(required=False)
    account = forms.UUIDField(required=False)
    case = forms.UUIDField(required=False)
    cursor = forms.CharField(required=False, max_length=2000)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        return {name: str(value or "") for name, value in said.items()}


class ReasonForm(forms.Form):
    """Why it is left as it is, or not done."""

    reason = forms.CharField(label="Why", max_length=500, help_text="The auditor reads it.")


class CancelForm(forms.Form):
    reason = forms.CharField(label="Why", max_length=500, required=False)


class AssignForm(forms.Form):
    """Who does it by hand, and until when."""

    email = forms.CharField(
        label="E-mail of who does it",
        max_length=320,
        widget=forms.TextInput(
            {"list": "people-email", "autocomplete": "off", "inputmode": "email"}
        ),
    )


class _ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class _Files(forms.FileField):
    """Any number of files; none is fine."""

    def __init__(self, **given: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(widget=_ManyFiles(), **given)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:  # noqa: ANN401 - Django's own
        one = super().clean
        return [one(each, initial) for each in data or ()]


class ProofForm(forms.Form):
    """That it is done, and what shows it."""

    note = forms.CharField(
        label="What was done", max_length=500, widget=forms.Textarea({"rows": 2})
    )
    shown_by = _Files(
        required=False,
        label="What shows it",
        help_text="Images, PDF or text, each up to 5 MB. Whoever may see this may download them.",
    )

    def proofs(self) -> tuple[ProofFile, ...]:
        return tuple(
            ProofFile(name=one.name, content=one.read()) for one in self.cleaned_data["shown_by"]
        )
