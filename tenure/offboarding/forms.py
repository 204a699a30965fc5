"""The shape of what is asked and typed about leavers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict

from tenure.offboarding.models import OffboardingCase, OffboardingItem
from tenure.offboarding.wording import SHOWN

Opened = OffboardingCase.Opened
_WHEN = (
    ("now", "Now, once it is approved"),
    ("end", "At the end that is known of them"),
    ("at", "At a time"),
    ("emergency", "Emergency: the account goes first, before keys and projects are seen to"),
)


def _person(label: str, name: str, **more: Any) -> forms.CharField:  # noqa: ANN401 - Django's own
    """An e-mail with people to choose from beside it."""
    attributes = {"list": f"people-{name}", "autocomplete": "off", "inputmode": "email"}
    widget = forms.TextInput(attributes)
    return forms.CharField(label=label, max_length=320, widget=widget, **more)


class ListForm(forms.Form):
    """Which cases, and from where to continue."""

    show = forms.ChoiceField(choices=list(SHOWN.items()), required=False)
    cursor = forms.CharField(required=False, max_length=2000)


class OpenForm(forms.Form):
    """Who leaves, when it begins, and who takes over."""

    person = _person("E-mail of who leaves", "person")
    when = forms.ChoiceField(
        label="When it begins", choices=_WHEN, widget=forms.RadioSelect, initial="now"
    )
    on = forms.DateField(
        label="Day", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    time = forms.TimeField(label="Time", required=False, widget=forms.TimeInput({"type": "time"}))
    new_owner = _person(
        "E-mail of who takes over",
        "new_owner",
        required=False,
        help_text="Of their service accounts, and of projects with no other owner. You can choose "
        "another for each later.",
    )

    def __init__(self, *given: Any, zone: ZoneInfo, **more: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given, **more)
        self._zone = zone
        self.fields["time"].help_text = f"In {zone}. Without it the day's beginning."

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("when") == "at" and not said.get("on"):
            self.add_error("on", "Choose the day on which it begins.")
        return said

    @property
    def opened(self) -> OffboardingCase.Opened:
        return Opened.EMERGENCY if self.cleaned_data["when"] == "emergency" else Opened.HAND

    def begins_at(self, ends_at: datetime | None) -> datetime | None:
        """None is now."""
        said = self.cleaned_data
        if said["when"] == "end":
            return ends_at
        if said["when"] != "at":
            return None
        time = said["time"] or datetime.min.time()
        return datetime.combine(said["on"], time, tzinfo=self._zone)


class ChooseForm(forms.Form):
    """What happens to one thing; only what makes sense for its kind is asked."""

    action = forms.ChoiceField(label="What happens")
    new_owner = _person("E-mail of who takes it over", "owner", required=False)
    reason = forms.CharField(
        label="Why it is kept", max_length=500, required=False, help_text="The auditor reads it."
    )

    def __init__(self, item: OffboardingItem, data: QueryDict | None = None) -> None:
        owner = item.new_owner.email if item.new_owner else ""
        now = {"action": item.action, "new_owner": owner, "reason": item.reason}
        super().__init__(data, initial=now, auto_id=f"item-{item.pk}-%s")
        labels = dict(OffboardingItem.Action.choices)
        choices = OffboardingItem.CHOICES[item.kind]
        self.fields["action"].choices = [(name, labels[name]) for name in choices]  # type: ignore[attr-defined] # a choice
        if not {"reassign", "add_owner"} & set(choices):
            del self.fields["new_owner"]
        else:
            self.fields["new_owner"].widget.attrs["list"] = f"people-{item.pk}"


class ApproveForm(forms.Form):
    """That this plan was shown, as the page that showed it signed it; without it nothing goes."""

    preview = forms.CharField(widget=forms.HiddenInput, required=False)


class AddForm(forms.Form):
    """Something of the leaver that Tenure cannot see."""

    label = forms.CharField(label="What has to be done", max_length=320)
    place = forms.CharField(label="Where", max_length=300, required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Why", max_length=500, help_text="The auditor reads it.")
