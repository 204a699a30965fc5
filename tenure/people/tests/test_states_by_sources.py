"""Whatever sources and humans say in whatever order, states follow the rules and nothing else.

The reference below is written from the rules as the product states them and uses no code of ours.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.inventory.models import AccountLink
from tenure.inventory.operations.link_accounts import link_accounts
from tenure.lib.clock import now
from tenure.lib.errors import Conflict
from tenure.people import queries
from tenure.people.explaining import verdict
from tenure.people.models import Person
from tenure.people.operations.clear_person_left import clear_person_left
from tenure.people.operations.edit_person import edit_person
from tenure.people.operations.mark_person_left import mark_person_left
from tenure.people.operations.merge_people import merge_people
from tenure.people.operations.unmerge_people import unmerge_people
from tenure.people.states import in_state
from tenure.people.tests.saying import somebody, source, take
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_account, make_connection
from tenure.testing.lengths import length

pytestmark = pytest.mark.django_db

MARA = actor_of("mara")
TODAY = now().date()
STRENGTH = {"HR": 40, "CSV": 10, "By hand": 1}
FILES = ["HR", "CSV"]
NAMES = ["ada", "bea"]
ZONES = ["", "Pacific/Auckland", "America/Los_Angeles"]
STATES = ["upcoming", "current", "on_leave", "inactive", "former"]
COLUMNS = ["start_date", "end_date", "status", "time_zone"]


@dataclass
class Human:
    """One entry of the reference: what each source says, whom it was merged into, and the word."""

    said: dict[str, dict[str, str]] = field(default_factory=dict)
    unlisted: set[str] = field(default_factory=set)
    left: date | None = None


@dataclass
class Reference:
    """The rules of the product, once more."""

    humans: dict[str, Human] = field(default_factory=dict)
    merges: list[tuple[str, str, str]] = field(default_factory=list)

    def shown(self) -> list[str]:
        gone = {merged for _, merged, _ in self.merges}
        return [name for name in self.humans if name not in gone]

    def counting(self, name: str) -> list[str]:
        held = [name]
        for kept, merged, counts in self.merges:
            if kept == name:
                held = [merged] if counts == "merged" else held + [merged] * (counts == "both")
        return held

    def members(self, name: str) -> list[str]:
        return [name, *(merged for kept, merged, _ in self.merges if kept == name)]

    def heard(self, name: str, members: list[str]) -> list[dict[str, str]]:
        """Records, the most believed first."""
        rows = [
            (-STRENGTH[source], member != name, place, said)
            for place, member in enumerate(members)
            for source, said in self.humans[member].said.items()
        ]
        return [row[-1] for row in sorted(rows, key=lambda row: row[:3])]

    @staticmethod
    def first(heard: list[dict[str, str]], column: str) -> str:
        return next((said[column] for said in heard if said.get(column)), "")

    def zone(self, name: str) -> ZoneInfo:
        return ZoneInfo(self.first(self.heard(name, self.members(name)), "time_zone") or "UTC")

    def state(self, name: str, at: datetime) -> str:
        counting = self.counting(name)
        heard, today = self.heard(name, counting), at.astimezone(self.zone(name)).date()
        starts, ends = self.first(heard, "start_date"), self.first(heard, "end_date")
        last_day = self.humans[name].left
        if last_day is None and ends and not (starts and ends < starts):
            last_day = date.fromisoformat(ends)
        if last_day is not None and today > last_day:
            return "former"
        if any(said.get("status") == "disabled" for said in heard):
            return "inactive"
        if any(self.humans[member].unlisted for member in counting):
            return "inactive"
        if starts and today < date.fromisoformat(starts):
            return "upcoming"
        return "on_leave" if self.first(heard, "status") == "on_leave" else "current"


def days(least: int, most: int):
    some = st.integers(least, most).map(lambda n: (TODAY + timedelta(days=n)).isoformat())
    return st.just("") | some


row = st.fixed_dictionaries(
    {
        "start_date": days(-60, 20),
        "end_date": days(-20, 60),
        "status": st.sampled_from(["active", "active", "on_leave", "disabled"]),
        "time_zone": st.sampled_from(ZONES),
    }
).filter(lambda said: not said["end_date"] or said["end_date"] >= said["start_date"])
imports = st.tuples(
    st.just("import"),
    st.sampled_from(FILES),
    st.dictionaries(st.sampled_from(NAMES), row, min_size=1),
    st.booleans(),
    st.sets(st.sampled_from(COLUMNS)),
)
names = st.sampled_from(NAMES)
steps = st.lists(
    imports
    | st.tuples(st.just("leave"), names, st.integers(-3, 10))
    | st.tuples(st.just("clear"), names)
    | st.tuples(st.just("enter"), names, row)
    | st.tuples(st.just("merge"), names, names, st.sampled_from(["both", "kept", "merged"]))
    | st.tuples(st.just("unmerge")),
    min_size=4,
    max_size=9,
)
# Near the days that were said, where a time zone decides.
moments = st.lists(st.integers(-24 * 4, 24 * 4), min_size=3, max_size=6) | st.lists(
    st.integers(-24 * 70, 24 * 70), min_size=3, max_size=6
)


def address(name: str) -> str:
    return f"{name}@h.example"


class Company:
    """The product and the reference, told the same."""

    def __init__(self) -> None:
        self.reference, self.done = Reference(), []
        source("HR", STRENGTH["HR"])
        connection = make_connection()
        for name in NAMES:
            make_account(connection, email=address(name), began_at=now() - timedelta(days=1))

    def do(self, kind: str, *given) -> None:
        getattr(self, f"do_{kind}")(*given)

    def do_import(self, of: str, rows: dict, is_full: bool, columns: set[str]) -> None:
        named = sorted(columns)
        lines = [
            ",".join([address(name), *(said[column] for column in named)])
            for name, said in rows.items()
        ]
        done = take(" ".join([",".join(["email", *named]), *lines]), of=of, is_full=is_full)
        assert done.rejected == []
        for name, said in rows.items():
            human = self.reference.humans.setdefault(name, Human())
            human.said.setdefault(of, {}).update({column: said[column] for column in named})
            human.unlisted.discard(of)
        for name, human in self.reference.humans.items():
            if is_full and name not in rows and of in human.said:
                human.unlisted.add(of)

    def do_leave(self, name: str, offset: int) -> None:
        if name not in self.reference.shown():
            return
        last_day = TODAY + timedelta(days=offset)
        person = somebody(address(name))
        if person.starts_on and last_day < person.starts_on:
            return
        mark_person_left(person_ref=person.ref, at=last_day, reason="Said so", actor=MARA)
        self.reference.humans[name].left = last_day

    def do_clear(self, name: str) -> None:
        if name in self.reference.shown() and self.reference.humans[name].left:
            clear_person_left(person_ref=somebody(address(name)).ref, actor=MARA)
            self.reference.humans[name].left = None

    def do_enter(self, name: str, said: dict[str, str]) -> None:
        if name not in self.reference.shown() or said["status"] == "disabled":
            return
        stronger = [
            values
            for member in self.reference.members(name)
            for of, values in self.reference.humans[member].said.items()
            if of != "By hand"
        ]
        counted = {
            id(values)
            for member in self.reference.counting(name)
            for values in self.reference.humans[member].said.values()
        }
        mine = {
            column: value
            for column, value in said.items()
            if not any(
                values.get(column)
                for values in stronger
                if column == "time_zone" or id(values) in counted
            )
        }
        try:
            edit_person(person_ref=somebody(address(name)).ref, values=mine, actor=MARA)
        except Conflict as refusal:
            raise AssertionError(f"{mine} is for anybody to enter: {refusal}") from refusal
        self.reference.humans[name].said.setdefault("By hand", {}).update(mine)

    def do_merge(self, kept: str, merged: str, counts: str) -> None:
        shown, reference = self.reference.shown(), self.reference
        has_others = len(reference.members(merged)) > 1 if merged in shown else True
        words = [reference.humans[one].left for one in (kept, merged) if one in shown]
        if kept == merged or not {kept, merged} <= set(shown) or has_others or any(words):
            return
        standing = {reference.state(one, now()) in ("former", "inactive") for one in (kept, merged)}
        refs = {
            "kept_ref": somebody(address(kept)).ref,
            "merged_ref": somebody(address(merged)).ref,
        }
        merge = {**refs, "counts": counts, "is_confirmed": True, "actor": MARA}
        if counts == "both" and len(standing) > 1:
            with pytest.raises(Conflict):
                merge_people(**merge)
            return
        self.done.append(merge_people(**merge))
        reference.merges.append((kept, merged, counts))

    def do_unmerge(self) -> None:
        if self.done:
            unmerge_people(merge_ref=self.done.pop().ref, actor=MARA)
            self.reference.merges.pop()

    def links(self) -> dict[str, str]:
        """Whose each account is."""
        held = AccountLink.objects.filter(state="confirmed")
        return dict(held.values_list("account__email", "person__ref"))


@settings(max_examples=length(8, full=80))
@given(steps, moments)
def test_states_equal_the_rules_and_no_link_moves_by_itself(taken, hours):
    with transaction.atomic():
        company = Company()
        for step in taken:
            before = company.links()
            company.do(*step)
            link_accounts(actor=MARA)
            if step[0] not in ("merge", "unmerge"):
                after = company.links()
                assert {name: after.get(name) for name in before} == before
        # By ref: of two that were merged the stronger source says which address is theirs.
        shown = {somebody(address(name)).ref: name for name in company.reference.shown()}
        for hour in (0, *hours):
            at = datetime.now(UTC) + timedelta(hours=hour)
            found = queries.with_state(queries.people(actor=MARA), at=at)
            expected = {ref: company.reference.state(name, at) for ref, name in shown.items()}
            assert dict(found.values_list("ref", "state")) == expected
            for state in STATES:
                some = found.filter(in_state(state, at=at)).values_list("ref", flat=True)
                assert set(some) == {ref for ref, its in expected.items() if its == state}
            for person in found:
                explained = queries.explained(person, actor=MARA, at=at)
                assert explained.state == person.state
                assert verdict(explained.written(), at=at) == person.state
        transaction.set_rollback(True)


@settings(max_examples=length(6, full=40))
@given(st.lists(imports, min_size=1, max_size=6))
def test_nobody_becomes_former_by_absence(taken):
    with transaction.atomic():
        company = Company()
        for step in taken:
            of, rows, is_full, columns = step[1:]
            company.do_import(of, rows, is_full, columns - {"end_date"})
        assert not Person.objects.exclude(ends_at=None).exists()
        transaction.set_rollback(True)
