"""The shape of what is typed about accounts and projects."""

from __future__ import annotations

from typing import Any

from django import forms

from tenure.inventory.marking_rules import BREAK_GLASS, OPTIONAL, PEOPLE, Mark, fields_of
from tenure.inventory.models import Account
from tenure.inventory.undoing import DAYS


def _person(label: str, name: str) -> forms.CharField:
    """An e-mail with people to choose from beside it."""
    # Text, because a name finds people too; what was not chosen from them is told in our words.
    attributes = {"list": f"people-{name}", "autocomplete": "off", "inputmode": "email"}
    return forms.CharField(label=label, max_length=320, widget=forms.TextInput(attributes))


class LinkForm(forms.Form):
    """Whose account this is."""

    email = _person("E-mail of the person", "email")
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


def _about(name: str) -> forms.Field:
    """The field that asks for one thing of an account."""
    if name in PEOPLE:
        return _person(name.replace("_", " ").capitalize(), name)
    if name in DAYS:
        widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
        if name == "until":
            return forms.DateField(label="Last day", widget=widget)
        said = "When it is to be looked at again; a finding says so the day after."
        return forms.DateField(label="Review by", widget=widget, required=False, help_text=said)
    label = "What it is for" if name == "purpose" else "Why it has to be so"
    return forms.CharField(label=label, max_length=500)


_MEANINGS = {
    "person": "One person here signs in with it; it is linked to them.",
    "external": "Somebody from outside signs in with it: a person here sponsors them, until a day.",
    "service": "A machine acts with it. It loses its person; two people here answer for it.",
    "shared": "Several people sign in with it. It loses its person; one person answers for it.",
    "break_glass": "It is kept for emergencies, whatever its kind; one person answers for it.",
    "not_break_glass": "It is an account like others of its kind.",
}


class MarkForm(forms.Form):
    """What an account is said to be: the fields that `marked_as` asks for."""

    MARKS = {
        "person": "Person",
        "external": "External",
        "service": "Service",
        "shared": "Shared",
        "break_glass": "Break-glass",
        "not_break_glass": "Not break-glass",
    }

    def __init__(self, marked_as: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - a form's own
        super().__init__(*args, **kwargs)
        self.marked_as = marked_as if marked_as in self.MARKS else Account.Kind.PERSON.value
        for name in self._asked():
            self.fields[name] = _about(name)

    @property
    def label(self) -> str:
        """What is said, in a word."""
        return self.MARKS[self.marked_as]

    @property
    def meaning(self) -> str:
        """What is said, in a sentence."""
        return _MEANINGS[self.marked_as]

    def _asked(self) -> tuple[str, ...]:
        if self.marked_as in Account.Kind.values:
            asked = fields_of(kind=self.marked_as, is_break_glass=False)
            return (*asked, *OPTIONAL.get(self.marked_as, ()))
        return BREAK_GLASS if self.marked_as == "break_glass" else ()

    @property
    def said(self) -> Mark:
        """What was typed, as it is said."""
        is_kind = self.marked_as in Account.Kind.values
        return Mark(
            kind=self.marked_as if is_kind else "",
            is_break_glass=None if is_kind else self.marked_as == "break_glass",
            **self.cleaned_data,
        )


class LinkingDomainForm(forms.Form):
    """What of its addresses a domain does not look at."""

    name = forms.CharField(label="Domain", max_length=253)
    ignores_tags = forms.BooleanField(
        label="Ignores tags",
        required=False,
        help_text="mei+test@ is delivered to mei@",
    )
    ignores_dots = forms.BooleanField(
        label="Ignores dots",
        required=False,
        help_text="mei.tanaka@ is delivered to meitanaka@",
    )
