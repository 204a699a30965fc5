"""The shape of what is sent with a file of accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings

from tenure.connections import rules
from tenure.connections.forms import owner_choices
from tenure.connections.uploading import FIELDS
from tenure.users.models import User


class FileForm(forms.Form):
    """A file to look at; nothing is stored yet."""

    file = forms.FileField(
        label="CSV file",
        allow_empty_file=True,
        widget=forms.ClearableFileInput({"accept": ".csv,text/csv"}),
    )

    def __init__(self, *given: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given)
        self.fields["file"].help_text = (
            "Comma or semicolon, UTF-8, a header line, one line for each account; up to"
            f" {settings.TENURE_UPLOAD_MB} MB."
        )


class SystemForm(FileForm):
    """The first file of a system, and how the system is called."""

    name = forms.CharField(
        label="System",
        max_length=rules.NAME_LENGTH,
        help_text="What the file lists the accounts of, such as Figma.",
    )
    owner = forms.ChoiceField(
        required=False, help_text="Who is asked when this connection needs a person."
    )
    field_order = ("name", "file", "owner")

    def __init__(self, *given: Any, owners: Iterable[User], me: str, name: str) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given)
        self.fields["owner"].choices = owner_choices(owners)  # type: ignore[attr-defined] # a choice
        self.initial = {"owner": me, "name": name}


class ColumnsForm(forms.Form):
    """Which column of the file is what."""

    pending = forms.CharField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        names: Sequence[str],
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        choices = [
            ("", "Not in the file"),
            *((name, name) for name in dict.fromkeys(names) if name),
        ]
        for field, label in FIELDS.items():
            self.fields[field] = forms.ChoiceField(label=label, choices=choices, required=False)

    @property
    def chosen(self) -> dict[str, str]:
        """The column of each field, as it was sent."""
        return {field: self.cleaned_data[field] for field in FIELDS if self.cleaned_data.get(field)}

    @property
    def selects(self) -> list[forms.BoundField]:
        return [self[field] for field in FIELDS]
