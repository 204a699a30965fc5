from __future__ import annotations

from typing import Any

from django import forms

from tenure.webhooks import types

_SAYS = {
    "account.*": "Accounts appear, change and end",
    "connection.*": "Connections fail and recover, are paused and ended",
    "finding.*": "Findings are opened and resolved",
    "offboarding.*": "Offboardings come to another state",
    "operation.*": "Changes at providers come to another state",
}


class EndpointForm(forms.Form):
    """A new endpoint. Families are chosen here, single types by the command line."""

    name = forms.CharField(max_length=80, help_text="After the program, such as Ticketing.")
    url = forms.CharField(
        label="Address",
        max_length=500,
        help_text="It is called by POST, with JSON. Admins see it here: put no secret into it.",
        widget=forms.TextInput({"inputmode": "url", "spellcheck": "false", "autocomplete": "off"}),
    )
    types = forms.MultipleChoiceField(
        label="Tell it when", widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, data: Any = None) -> None:  # noqa: ANN401 - as Django takes it
        offered = types.families()
        super().__init__(data, initial={"types": offered})
        self.fields["types"].choices = [(one, _SAYS.get(one, one)) for one in offered]  # type: ignore[attr-defined] # a ChoiceField's

    def given(self) -> dict[str, Any]:
        """As `add_webhook_endpoint` takes it."""
        typed = dict(self.cleaned_data)
        return {"types_wanted": typed.pop("types"), **typed}
