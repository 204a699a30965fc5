"""The shape of what is asked and typed about requests and the catalogue."""

from __future__ import annotations

from typing import Any

from django import forms

from tenure.access_requests.fields import UNTIL, day_field, person_field
from tenure.access_requests.models import ApprovalPolicy, CatalogueEntry
from tenure.access_requests.writing import EntryWords
from tenure.people.models import Person


class ListForm(forms.Form):
    """Which requests, and from where to continue."""

    show = forms.CharField(required=False, max_length=20)
    state = forms.CharField(required=False, max_length=20)
    cursor = forms.CharField(required=False, max_length=2000)


class CatalogueForm(forms.Form):
    """What is looked for, and from where to continue."""

    q = forms.CharField(required=False, max_length=200)
    cursor = forms.CharField(required=False, max_length=2000)

    def asked(self) -> tuple[str, str]:
        said = self.cleaned_data if self.is_valid() else {}
        return said.get("q", ""), said.get("cursor", "")


class ShownForm(forms.Form):
    """Which things stand on a page: a resource and a role each, as the page wrote them."""

    shown = forms.CharField(required=False, max_length=20_000)

    def things(self) -> list[tuple[int, str]]:
        said = self.cleaned_data["shown"] if self.is_valid() else ""
        parts = (one.partition(":") for one in said.split(",")[:_MOST_SHOWN])
        return [(int(pk), role) for pk, _, role in parts if pk.isdecimal() and len(pk) < _DIGITS]


_MOST_SHOWN, _DIGITS = 500, 18


class VersionForm(forms.Form):
    """What somebody saw when they decided."""

    version = forms.IntegerField(required=False, min_value=0)


class ApproveForm(VersionForm):
    comment = forms.CharField(required=False, max_length=1000)


class DenyForm(VersionForm):
    reason = forms.CharField(
        max_length=500, error_messages={"required": "Say why: whoever asked reads it."}
    )


class CancelForm(VersionForm):
    reason = forms.CharField(required=False, max_length=500)


class RevokeForm(VersionForm):
    reason = forms.CharField(
        max_length=500, error_messages={"required": "Say why it is taken back: they read it."}
    )


class CommentForm(forms.Form):
    text = forms.CharField(
        label="A question or an answer",
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
        help_text="Everybody concerned gets it by mail; it stays with the request.",
        error_messages={"required": "Write your question or answer first."},
    )


class AskForm(forms.Form):
    """For whom something is asked, for how long, and why."""

    person = person_field(
        "For",
        "person",
        help_text="Your own e-mail, or that of somebody you ask for",
        error_messages={"required": "Say for whom it is: an e-mail."},
    )
    length = forms.ChoiceField(label="For how long", widget=forms.RadioSelect)
    until = day_field("Last day")
    reason = forms.CharField(
        label="What is it needed for?",
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text="Whoever approves reads it. One sentence is enough.",
        error_messages={"required": "Say what it is needed for: whoever approves reads it."},
    )
    example = "I take over the nightly evaluation from Hugo"

    def __init__(
        self,
        *given: Any,  # noqa: ANN401 - Django's own
        lengths: list[tuple[str, str]],
        needs_reason: bool,
        for_themselves: bool = False,
        **more: Any,  # noqa: ANN401 - Django's own
    ) -> None:
        super().__init__(*given, **more)
        self.fields["length"].choices = lengths  # type: ignore[attr-defined] # a choice
        self.fields["reason"].required = needs_reason
        if for_themselves:
            self.fields["person"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("length") == UNTIL and not said.get("until") and "until" not in self.errors:
            self.add_error("until", "Choose the last day.")
        return said


class PreviewForm(forms.Form):
    """What of a request says who would be asked. What does not make sense yet is no error."""

    resource = forms.UUIDField()
    role = forms.CharField(required=False, max_length=120)
    person = forms.CharField(required=False, max_length=320)
    length = forms.CharField(required=False, max_length=20)
    until = day_field("")
    extends = forms.CharField(required=False, max_length=40)


class _Words(forms.CharField):
    """Several words in one line, separated by commas."""

    def to_python(self, value: object) -> list[str]:  # type: ignore[override] # several
        said = [part.strip() for part in str(value or "").split(",")]
        return [part for part in said if part]

    def prepare_value(self, value: object) -> object:
        return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else value


class _Days(_Words):
    """Several lengths: 7, 30, 90."""

    def to_python(self, value: object) -> list[int]:  # type: ignore[override] # several
        said = super().to_python(value)
        if not all(part.isdigit() and int(part) for part in said):
            raise forms.ValidationError("Give days as numbers, such as 7, 30, 90.")
        return sorted({int(part) for part in said})


_LISTINGS = (
    ("default", "As usual: offered, unless it is privileged"),
    ("listed", "Offered, also when it is privileged"),
    ("hidden", "Hidden"),
)


class EntryForm(forms.Form):
    """What is decided about one thing in the catalogue."""

    title = forms.CharField(label="What it is called", max_length=200, required=False)
    description = forms.CharField(
        label="What it is for",
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="As you would say it to somebody new: whoever asks reads this first.",
    )
    owner = person_field(
        "E-mail of who owns it", "owner", required=False, help_text="A policy may ask them."
    )
    listing = forms.ChoiceField(
        label="In the catalogue", choices=_LISTINGS, widget=forms.RadioSelect
    )
    why_hidden = forms.CharField(
        label="Why it is hidden",
        max_length=300,
        required=False,
        help_text="Those who manage requests read it.",
    )
    departments = _Words(
        label="Only for these departments",
        max_length=1000,
        required=False,
        help_text="Separated by commas. Empty: for everybody.",
    )
    person_kinds = forms.MultipleChoiceField(
        label="Only for",
        choices=[(kind.value, kind.label) for kind in Person.Kind],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    durations = _Days(
        label="Days that are offered",
        max_length=100,
        required=False,
        help_text="Separated by commas, such as 7, 30, 90.",
    )
    most_days = forms.IntegerField(
        label="At most so many days",
        required=False,
        min_value=1,
        max_value=3650,
        help_text="Empty: it may be asked for without an end.",
    )
    needs_reason = forms.BooleanField(label="Whoever asks says why", required=False)
    policy = forms.ModelChoiceField(
        ApprovalPolicy.objects.none(),
        label="Who approves it",
        required=False,
        to_field_name="ref",
        empty_label="The default policy",
    )

    def __init__(self, *given: Any, policies: Any, **more: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given, **more)
        self.fields["policy"].queryset = policies  # type: ignore[attr-defined] # a choice

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("listing") == CatalogueEntry.Listing.HIDDEN and not said.get("why_hidden"):
            self.add_error("why_hidden", "Say why it is hidden.")
        return said

    def words(self) -> EntryWords:
        """What was written, as the operation takes it."""
        policy = self.cleaned_data["policy"]
        return EntryWords(**{**self.cleaned_data, "policy": policy.ref if policy else ""})
