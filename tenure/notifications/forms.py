"""The shape of what is typed. The address of a target is never put back into a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import available_timezones

from django import forms

from tenure.notifications import topics
from tenure.notifications.models import Preference, Target
from tenure.notifications.queries import Choice

_DELIVERIES = (("at_once", "At once"), ("daily", "Daily digest"), ("off", "Off"))
# What a new target is told of unless somebody says otherwise.
_USUAL = ("connection_failing", "leaver_with_access", "finding_overdue")
_SELECT = {"class": "form-select form-select-sm w-auto"}


class PreferenceForm(forms.Form):
    """One field for each topic, and when the digest comes."""

    hour = forms.TypedChoiceField(
        label="Hour", coerce=int, choices=[(hour, f"{hour:02}:00") for hour in range(24)]
    )
    zone = forms.ChoiceField(label="Time zone")

    def __init__(self, data: Any, *, own: Preference, choices: Sequence[Choice]) -> None:  # noqa: ANN401 - as Django takes it
        super().__init__(data, initial={"hour": own.hour, "zone": own.zone})
        self.choices = choices
        zones = sorted(available_timezones() | {own.zone})
        self.fields["zone"].choices = [(zone, zone) for zone in zones]  # type: ignore[attr-defined] # a ChoiceField's
        for choice in choices:
            self.fields[choice.slug] = forms.ChoiceField(
                label=choice.topic.title,
                choices=_DELIVERIES,
                initial=choice.delivery,
                widget=forms.Select(_SELECT),
            )

    @property
    def rows(self) -> list[tuple[Choice, forms.BoundField]]:
        return [(choice, self[choice.slug]) for choice in self.choices]

    def chosen(self) -> dict[str, Any]:
        """As `set_preference` takes it."""
        typed = dict(self.cleaned_data)
        return {"hour": typed.pop("hour"), "zone": typed.pop("zone"), "deliveries": typed}


class TargetForm(forms.Form):
    """What a target is called and told of."""

    name = forms.CharField(
        max_length=80, help_text="How your colleagues know it, such as #access in Slack."
    )
    topics = forms.MultipleChoiceField(
        label="Tell it when",
        required=False,
        choices=[(slug, topic.title) for slug, topic in topics.TOPICS.items()],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any = None, *, target: Target | None = None) -> None:  # noqa: ANN401 - as Django takes it
        known = {"name": target.name, "topics": target.topics} if target else {"topics": _USUAL}
        super().__init__(data, initial=known)


class NewTargetForm(TargetForm):
    url = forms.CharField(
        label="Address",
        max_length=2000,
        widget=forms.PasswordInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text="The webhook address that Slack, Teams (a workflow), Discord, Google Chat or "
        "Webex gives you, or ntfys://HOST/TOPIC, mmosts://HOST/KEY, rockets://, gotifys://, "
        "jsons://. It is a secret: it is sealed, and never shown again.",
    )
    field_order = ("name", "url", "topics")
