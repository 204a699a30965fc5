"""Fields that several forms of this slice have, and what a chosen length means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

UNTIL, NO_END = "until", "none"


def person_field(label: str, name: str, **more: Any) -> forms.CharField:  # noqa: ANN401 - Django's own
    """An e-mail with people to choose from beside it."""
    attributes = {"list": f"people-{name}", "autocomplete": "off", "inputmode": "email"}
    return forms.CharField(label=label, max_length=320, widget=forms.TextInput(attributes), **more)


def day_field(label: str, **more: Any) -> forms.DateField:  # noqa: ANN401 - Django's own
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, required=False, **more)


def days_and_until(said: Mapping[str, Any]) -> dict[str, Any]:
    """From the choice of a length to days, a day, or neither."""
    length = said.get("length") or NO_END
    if length == UNTIL:
        return {"days": None, "until": said.get("until")}
    return {"days": int(length) if length.isdigit() else None, "until": None}
