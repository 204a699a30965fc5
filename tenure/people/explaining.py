"""Why somebody has the state they have: the rule, what went into it, and who says so since when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tenure.people import rules
from tenure.people.directory import state_of
from tenure.people.models import Person
from tenure.people.precedence import Statement, in_order, speaker

OWN_WORD = "Marked as left"
_LEFT = f"{OWN_WORD} from"
_DATES = (
    ("First day", "starts_on", ("start_date",)),
    ("Last day", "ends_on", ("end_date", "end_at")),
    ("Exact end", "end_at", ("end_date", "end_at")),
)
# Label, the person's own field, the column of a source that says it.
_FIELDS = (
    ("Work e-mail", "email", "email"),
    ("Name", "name", "name"),
    ("External id", "external_id", "external_id"),
    ("Kind", "kind", "kind"),
    ("Title", "title", "title"),
    ("Department", "department", "department"),
    ("Manager", "manager_email_key", "manager_email"),
    ("First day", "starts_on", "start_date"),
    ("Last day", "ends_on", "end_date"),
    ("Exact end", "end_at", "end_at"),
    ("Time zone", "time_zone", "time_zone"),
)
_NOBODY = "no source says so"


@dataclass(frozen=True, slots=True)
class Said:
    """A value with who says it, and when they last did."""

    label: str
    value: object
    source: str = ""
    at: datetime | None = None

    @property
    def is_day(self) -> bool:
        return isinstance(self.value, date)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A state, the rule that made it in one sentence, everything the rule looked at, and who speaks
    of them, the strongest first."""

    state: rules.State
    may_hold_access: bool
    rule: str
    inputs: tuple[Said, ...]
    fields: tuple[Said, ...]
    statements: tuple[Statement, ...]

    def written(self) -> dict[str, str]:
        """The inputs as they are printed: enough to come to the same state with `verdict`."""
        return {
            one.label: one.value.isoformat() if isinstance(one.value, date) else str(one.value)
            for one in self.inputs
        }


def explain(
    person: Person,
    statements: Iterable[Statement],
    *,
    at: datetime,
    default_zone: str,
    addresses: Sequence[str] = (),
) -> Explanation:
    """Why this person has their state at an instant."""
    ordered = in_order(statements)
    state = state_of(person, at=at)
    return Explanation(
        state=state,
        may_hold_access=rules.may_hold_access(state, begins_at=person.begins_at, now=at),
        rule=_rule(person, state, ordered),
        inputs=tuple(_inputs(person, ordered, default_zone)),
        fields=tuple(_fields(person, ordered, addresses)),
        statements=tuple(ordered),
    )


def _inputs(person: Person, ordered: Sequence[Statement], default_zone: str) -> Iterable[Said]:
    if person.left_at:
        yield Said(_LEFT, person.left_at, person.left_by, person.left_said_at)
    for label, own, columns in _DATES:
        value = getattr(person, own)
        if value or own != "end_at":
            one = speaker(ordered, *columns)
            yield Said(label, value or "Not given", *_who(one, columns[0]))
    zone = speaker(ordered, "time_zone") if person.time_zone else None
    yield Said(
        "Time zone",
        person.time_zone or default_zone,
        *(_who(zone, "time_zone") if person.time_zone else ("the organization's",)),
    )
    counting = [one for one in ordered if one.counts]
    for number, one in enumerate(counting):
        # Somebody merged may have several records of one source.
        earlier = sum(other.source == one.source for other in counting[:number])
        name = f"{one.source}, merged {earlier}" if earlier else one.source
        if status := one.values.get("status"):
            yield Said(f"Status in {name}", _STATUS[status], one.source, one.time_of("status"))
        listed = "Yes" if one.is_listed else "No longer"
        yield Said(f"Listed in {name}", listed, one.source, one.read_at)
    if not counting:
        listed = "Yes" if person.is_listed else "No longer"
        yield Said("Listed", listed)
        yield Said("Status", _STATUS[_status(person)])


_STATUS = {"active": "Active", "on_leave": "On leave", "disabled": "Disabled"}


def _status(person: Person) -> str:
    return "disabled" if person.is_disabled else "on_leave" if person.is_on_leave else "active"


def _who(one: Statement | None, column: str) -> tuple[str, datetime | None]:
    return (one.source, one.time_of(column)) if one else ("", None)


def _fields(
    person: Person, ordered: Sequence[Statement], addresses: Sequence[str]
) -> Iterable[Said]:
    for label, own, column in _FIELDS:
        if value := getattr(person, own):
            source, at = _who(speaker(ordered, column), column)
            yield Said(label, value, source or _NOBODY, at)
    if addresses:
        source, at = _who(speaker(ordered, "other_emails"), "other_emails")
        yield Said("Other e-mails", ", ".join(addresses), source, at)


def _rule(person: Person, state: rules.State, ordered: Sequence[Statement]) -> str:
    counting = [one for one in ordered if one.counts]
    if state == "former" and person.left_at:
        return (
            f"{person.left_by} marked them as left, because: {person.left_reason}. This stands "
            "above every source until it is cleared."
        )
    if state == "former":
        return "The last day has ended where they are."
    if state == "inactive":
        silent = [one.source for one in counting if not one.is_listed]
        disabling = [one.source for one in counting if one.values.get("status") == "disabled"]
        named = ", ".join(dict.fromkeys(disabling if person.is_disabled else silent))
        said = "has disabled them" if person.is_disabled else "no longer lists them"
        return f"{named or 'A people source'} {said}, and no end is known."
    if state == "upcoming":
        return "The first day has not begun where they are."
    ahead = "the last day is still ahead" if person.ends_at else "no last day is known"
    if person.left_at:
        ahead = f"{person.left_by} says when they leave, which is still ahead"
    leave = ", and a people source says they are on leave" if state == "on_leave" else ""
    return f"Every source that knows them lists them, and {ahead}{leave}."


def verdict(written: Mapping[str, str], *, at: datetime) -> rules.State:
    """The state that follows from printed inputs and nothing else."""
    in_zone = rules.zone(written["Time zone"], default="UTC")

    def given(label: str, read: Any) -> Any:  # noqa: ANN401 - a day or an instant
        value = written.get(label, "Not given")
        return None if value == "Not given" else read(value)

    ends_at = given(_LEFT, datetime.fromisoformat) or rules.end(
        given("Last day", date.fromisoformat),
        given("Exact end", datetime.fromisoformat),
        in_zone=in_zone,
    )
    listed = [value for label, value in written.items() if label.startswith("Listed")]
    statuses = [value for label, value in written.items() if label.startswith("Status")]
    return rules.state(
        begins_at=rules.beginning(given("First day", date.fromisoformat), in_zone=in_zone),
        ends_at=ends_at,
        is_disabled="Disabled" in statuses,
        is_listed="No longer" not in listed,
        # The strongest source comes first.
        is_on_leave=statuses[:1] == ["On leave"],
        now=at,
    )
