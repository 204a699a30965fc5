"""The shape of what is asked and typed about tests, findings and the calendar."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from tenure.compliance.definition import Definition
from tenure.compliance.models import Exemption, SlaUnit
from tenure.compliance.queries import TEST_FILTERS

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Day(forms.DateField):
    """A day, with the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class FindingFilterForm(forms.Form):
    """Which findings of a test, and from where to continue."""

    show = forms.ChoiceField(choices=list(TEST_FILTERS.items()), required=False)
    cursor = forms.CharField(required=False, max_length=2000)


class WorkForm(forms.Form):
    """Which findings of all tests, and from where to continue."""

    show = forms.SlugField(required=False, max_length=20)
    test = forms.SlugField(required=False, max_length=60)
    connection = forms.UUIDField(required=False)
    owner = forms.RegexField(r"^(nobody|[0-9a-f-]{36})$", required=False)
    cursor = forms.CharField(required=False, max_length=2000)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        return {name: str(value or "") for name, value in said.items()}


_KINDS = (
    (Exemption.Kind.ACCEPTED, "Accepted: the risk is known and taken"),
    (Exemption.Kind.BREAK_GLASS, "Break-glass: kept for the day everything else is down"),
    (Exemption.Kind.SPONSORED, "Sponsored: somebody here answers for them"),
    (Exemption.Kind.WORKLOAD, "Workload: a program works with it"),
)


class ExemptForm(forms.Form):
    """As what, why and until when findings are accepted."""

    kind = forms.ChoiceField(label="As what", choices=_KINDS, widget=forms.RadioSelect)
    until = Day(label="Last day", help_text="On the next one it is open again by itself.")
    reason = forms.CharField(
        label="Why",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="The auditor reads it.",
    )


class AssignForm(forms.Form):
    """Who works on findings."""

    owner = forms.ChoiceField(label="Owner", required=False)

    def __init__(self, *args: Any, colleagues: list[tuple[str, str]], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ChoiceField)  # noqa: S101 - declared above
        owner.choices = [("", "Nobody"), *colleagues]


class NoteForm(forms.Form):
    """What colleagues should know."""

    text = forms.CharField(
        label="Note",
        max_length=4000,
        widget=forms.Textarea({"rows": 2}),
        help_text="For colleagues. No auditor ever sees it.",
    )


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label="Why", max_length=500, help_text="The auditor reads it.")


class SubscribeForm(forms.Form):
    """Who is told."""

    email = forms.EmailField(label="E-mail of a user", max_length=254)


class DeactivateForm(ReasonForm):
    """Why a test is not asked, and until when."""

    until = Day(label="Last day", required=False, help_text="Empty: until somebody activates it.")


class TestForm(forms.Form):
    """The time a test allows, and its thresholds."""

    __test__: ClassVar[bool] = False

    sla_days = forms.IntegerField(label="Time allowed", min_value=1, max_value=365)
    sla_unit = forms.ChoiceField(label="Counted in", choices=SlaUnit.choices)

    def __init__(self, *args: Any, test: Definition, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.thresholds = [one.name for one in test.thresholds]
        for one in test.thresholds:
            self.fields[one.name] = forms.IntegerField(
                label=one.label,
                min_value=one.least,
                max_value=one.most,
                help_text=f"Usually {one.usual}.",
            )

    @property
    def chosen(self) -> dict[str, int]:
        """The thresholds as typed."""
        return {name: self.cleaned_data[name] for name in self.thresholds}


class CalendarForm(forms.Form):
    """Where days begin and which of the week are worked."""

    zone = forms.CharField(
        label="Time zone",
        max_length=64,
        help_text="Such as Europe/Oslo: days begin and end there.",
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    working_days = forms.TypedMultipleChoiceField(
        label="Working days",
        choices=list(enumerate(WEEKDAYS)),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )


class HolidayForm(forms.Form):
    """One day off."""

    on = Day(label="Day")
    name = forms.CharField(label="Holiday", max_length=200)


class HolidaysForm(forms.Form):
    """A calendar file with days off."""

    file = forms.FileField(
        label="Calendar file (.ics)",
        help_text="Its days take the place of those of the file before it.",
    )
