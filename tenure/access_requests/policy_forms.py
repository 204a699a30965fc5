"""The shape of an approval policy as it is written, step by step, and of trying it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from tenure.access_requests import policy_rules, queries
from tenure.access_requests.fields import person_field
from tenure.access_requests.models import ApproverGroup
from tenure.access_requests.policy_rules import Approver, Condition, Policy, Step
from tenure.access_requests.writing import PolicyWords
from tenure.lib.actor import Actor

_USUAL_STEPS = 2
_KINDS = (
    ("manager", "Their manager"),
    ("system_owner", "The system owner: who owns the connection"),
    ("entry_owner", "Who owns it in the catalogue"),
)
_NEEDS = (("any", "One of them is enough"), ("all", "All of them have to"))
_EITHER = (("", "Always"), ("yes", "Only then"), ("no", "Only when not"))


@dataclass(frozen=True, slots=True)
class StepFields:
    """The fields of one step, for the page."""

    number: int
    asks: BoundField
    people: BoundField
    needs: BoundField
    hours: BoundField
    privileged: BoundField
    external: BoundField
    longer: BoundField
    most: BoundField

    @property
    def has_condition(self) -> bool:
        fields = (self.privileged, self.external, self.longer, self.most)
        return any(field.value() or field.errors for field in fields)


class PolicyForm(forms.Form):
    """Who approves, in which order, and what needs nobody."""

    name = forms.CharField(label="What the policy is called", max_length=100)
    approves_itself = forms.BooleanField(
        label="Give it at once when it is not privileged",
        required=False,
        help_text="Nobody is asked. What gives access to others is always somebody's to decide.",
    )
    itself_at_most = forms.IntegerField(
        label="And ends within so many days",
        required=False,
        min_value=1,
        max_value=policy_rules.MOST_DAYS,
        help_text="Empty: however long it is asked for.",
    )
    itself_external = forms.ChoiceField(
        label="And is for somebody who is no employee", choices=_EITHER, required=False
    )
    is_default = forms.BooleanField(
        label="The default",
        required=False,
        help_text="For everything in the catalogue that names no policy of its own.",
    )
    escalates_to = person_field(
        "E-mail of who is asked too when nobody answers in time", "escalates_to", required=False
    )

    def __init__(
        self,
        *given: Any,  # noqa: ANN401 - Django's own
        groups: Sequence[ApproverGroup],
        steps: int,
        **more: Any,  # noqa: ANN401 - Django's own
    ) -> None:
        super().__init__(*given, **more)
        self._numbers = range(1, min(max(steps + 1, _USUAL_STEPS), policy_rules.MOST_STEPS) + 1)
        choices = [*_KINDS, *((f"group:{one.ref}", f"The group {one}") for one in groups)]
        for number in self._numbers:
            self.fields |= _fields_of(number, choices)

    @property
    def steps(self) -> Iterator[StepFields]:
        for number in self._numbers:
            yield StepFields(number, *(self[f"s{number}_{name}"] for name in _NAMES))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not any(said.get(f"s{n}_asks") or said.get(f"s{n}_people") for n in self._numbers):
            self.add_error("s1_asks", "Say who is asked first.")
        return said

    def words(self, *, actor: Actor) -> PolicyWords:
        """What was written; NotFound names an address that nobody has."""
        said = self.cleaned_data
        steps = [self._step(number, actor) for number in self._numbers]
        itself = Condition(
            at_most_days=said["itself_at_most"], is_external=_BOOL[said["itself_external"]]
        )
        return PolicyWords(
            name=said["name"],
            rules=Policy(
                steps=tuple(one for one in steps if one.approvers),
                approves_itself=itself if said["approves_itself"] else None,
            ),
            is_default=said["is_default"],
            escalates_to=said["escalates_to"],
        )

    def _step(self, number: int, actor: Actor) -> Step:
        said = {name: self.cleaned_data[f"s{number}_{name}"] for name in _NAMES}
        approvers = []
        for one in said["asks"]:
            kind, _, ref = one.partition(":")
            approvers.append(Approver(kind=kind, ref=ref))
        for email in filter(None, (part.strip() for part in said["people"].split(","))):
            person = queries.person_named(email, actor=actor)
            approvers.append(Approver(kind="person", ref=str(person.ref)))
        when = Condition(
            is_privileged=_BOOL[said["privileged"]],
            is_external=_BOOL[said["external"]],
            longer_than_days=said["longer"],
            at_most_days=said["most"],
        )
        return Step(
            approvers=tuple(approvers),
            needs=said["needs"],
            when=when,
            answer_within_h=said["hours"] or Step(approvers=()).answer_within_h,
        )


_NAMES = ("asks", "people", "needs", "hours", "privileged", "external", "longer", "most")
_BOOL = {"": None, "yes": True, "no": False}
_WORDS = {value: word for word, value in _BOOL.items()}


def _fields_of(number: int, approvers: list[tuple[str, str]]) -> dict[str, forms.Field]:
    return {
        f"s{number}_asks": forms.MultipleChoiceField(
            label="Who is asked",
            choices=approvers,
            widget=forms.CheckboxSelectMultiple,
            required=False,
        ),
        f"s{number}_people": forms.CharField(
            label="Named people, by e-mail",
            max_length=1000,
            required=False,
            help_text="Separated by commas.",
        ),
        f"s{number}_needs": forms.ChoiceField(label="How many", choices=_NEEDS),
        f"s{number}_hours": forms.IntegerField(
            label="Answer within hours",
            initial=24,
            required=False,
            min_value=1,
            max_value=policy_rules.MOST_HOURS,
        ),
        f"s{number}_privileged": forms.ChoiceField(
            label="When it is privileged", choices=_EITHER, required=False
        ),
        f"s{number}_external": forms.ChoiceField(
            label="When they are no employee", choices=_EITHER, required=False
        ),
        f"s{number}_longer": forms.IntegerField(
            label="When it is for more than so many days",
            required=False,
            min_value=1,
            max_value=policy_rules.MOST_DAYS,
        ),
        f"s{number}_most": forms.IntegerField(
            label="When it is for at most so many days",
            required=False,
            min_value=1,
            max_value=policy_rules.MOST_DAYS,
        ),
    }


def written(policy: Policy, emails: dict[str, str]) -> dict[str, Any]:
    """A policy as the form shows it; `emails` of the people it names, by ref."""
    itself = policy.approves_itself
    shown: dict[str, Any] = {
        "approves_itself": itself is not None,
        "itself_at_most": itself.at_most_days if itself else None,
        "itself_external": _WORDS[itself.is_external if itself else None],
    }
    for number, step in enumerate(policy.steps, start=1):
        asks = [
            f"{one.kind}:{one.ref}" if one.kind == "group" else one.kind
            for one in step.approvers
            if one.kind != "person"
        ]
        named = [emails.get(one.ref, one.ref) for one in step.approvers if one.kind == "person"]
        shown |= {
            f"s{number}_asks": asks,
            f"s{number}_people": ", ".join(named),
            f"s{number}_needs": step.needs,
            f"s{number}_hours": step.answer_within_h,
            f"s{number}_privileged": _WORDS[step.when.is_privileged],
            f"s{number}_external": _WORDS[step.when.is_external],
            f"s{number}_longer": step.when.longer_than_days,
            f"s{number}_most": step.when.at_most_days,
        }
    return shown


class GroupForm(forms.Form):
    """People who approve for one another."""

    name = forms.CharField(label="What the group is called", max_length=100)
    people = forms.CharField(
        label="Who is in it, by e-mail",
        max_length=5000,
        widget=forms.Textarea({"rows": 4}),
        help_text="One on each line, or separated by commas.",
        error_messages={"required": "Name at least one person by e-mail."},
    )

    def emails(self) -> list[str]:
        said = self.cleaned_data["people"].replace(",", "\n").splitlines()
        return [one.strip() for one in said if one.strip()]


class TryForm(forms.Form):
    """Whom a request would be put to."""

    person = person_field("Who asks", "person", required=False)
    thing = forms.ChoiceField(label="For what")
    days = forms.IntegerField(
        label="For so many days", required=False, min_value=1, max_value=policy_rules.MOST_DAYS
    )

    def __init__(self, *given: Any, things: list[tuple[str, str]], **more: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given, **more)
        self.fields["thing"].choices = things  # type: ignore[attr-defined] # a choice
