"""Who had what then: against a naive reference, and what only one case can show."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.inventory.models import Account
from tenure.inventory.queries import access_on
from tenure.inventory.tests.scripted import (
    ScriptedOrganization,
    made_connection,
    member,
    project,
    read_all,
    user,
)
from tenure.lib.errors import Invalid
from tenure.testing.cast import actor_of
from tenure.testing.factories import link, make_person
from tenure.testing.lengths import length

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = "project_users:proj-{}".format
# In the order of the parts of a reading: users, projects that are open, members of each.
Roles = dict[int, str]
Seen = tuple[Roles, set[int], dict[int, Roles]]


def hour(number: float) -> datetime:
    return START + timedelta(hours=number)


def read_at(hours: int, connection, monkeypatch, seen: Seen, *, broken: set[str] = frozenset()):
    """One reading at that hour, of an organization that has what is seen, and two projects."""
    users, is_open, members = seen
    archived_at = hour(hours) - timedelta(minutes=10)
    organization = ScriptedOrganization(
        users=[user(number, role=role) for number, role in users.items()],
        projects=[project(n, archived_at=None if n in is_open else archived_at) for n in (1, 2)],
        members={
            f"proj-{number}": [member(who, role) for who, role in some.items()]
            for number, some in members.items()
            if number in is_open
        },
        broken=frozenset(broken),
    )
    with time_machine.travel(hour(hours)):
        return read_all(connection, monkeypatch, organization)


def answers(at: datetime, **asked: object) -> dict[tuple[str, str], dict[str, str]]:
    """By account and project: each role, and "yes" or "maybe"."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    with time_machine.travel(hour(1000)):
        then = access_on(at=at, actor=actor_of("ada"), **asked)
    for one in then.held:
        where = "implied" if one.path != "direct" else one.resource
        key = (one.external_id, where)
        said = "maybe" if one.between else "yes"
        if found.setdefault(key, {}).get(one.role) != "yes":
            found[key][one.role] = said
    return found


@dataclass
class Observed:
    """The naive reference: what each complete reading saw, and nothing in between."""

    readings: list[Seen] = field(default_factory=list)

    def at(self, index: int) -> dict[tuple[str, str], dict[str, str]]:
        """What can be said of the time after one reading and before the next."""
        last = min(index + 1, len(self.readings) - 1)
        (users, is_open, members), after = self.readings[index], self.readings[last]
        said: dict[tuple[str, str], dict[str, str]] = {}
        for number in range(6):
            roles = _either(users.get(number), after[0].get(number))
            said[f"user-{number}", ""] = roles
            owning = {role: sure for role, sure in roles.items() if role == "owner" and is_open}
            said[f"user-{number}", "implied"] = owning
            for name in is_open:
                before = members[name].get(number)
                later = after[2][name].get(number) if name in after[1] else before
                held = _either(before, later)
                if number not in users and self._was_there(number, index):
                    # Gone: it may be back before the next reading, and reach again.
                    held = dict.fromkeys(held, "maybe") if number in after[0] else {}
                elif number in users and number not in after[0]:
                    held = dict.fromkeys(held, "maybe")
                said[f"user-{number}", f"Project {name}"] = held
        return {key: roles for key, roles in said.items() if roles}

    def _was_there(self, number: int, index: int) -> bool:
        return any(number in users for users, _, _ in self.readings[: index + 1])


def _either(before: str | None, after: str | None) -> dict[str, str]:
    if before == after:
        return {before: "yes"} if before else {}
    return dict.fromkeys([role for role in (before, after) if role], "maybe")


people = st.dictionaries(st.integers(1, 4), st.sampled_from(["owner", "reader"])).map(
    # Whose key it is stays, so that no reading is too empty to be believed.
    lambda users: users | {0: "owner"}
)
membership = st.dictionaries(st.integers(0, 5), st.sampled_from(["owner", "member"]))
readings = st.lists(
    st.tuples(people, st.booleans(), st.fixed_dictionaries({1: membership, 2: membership})),
    min_size=1,
    max_size=5,
)


def lasting(sequence: list[tuple[Roles, bool, dict[int, Roles]]]) -> list[Seen]:
    """Project 1 stays; what is archived once is never open again."""
    seen: list[Seen] = []
    is_open = {1, 2}
    for users, archives, members in sequence:
        is_open = is_open - {2} if archives and seen else is_open
        seen.append((users, set(is_open), members))
    return seen


@settings(
    max_examples=length(8, full=60), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sequence=readings.map(lasting))
def test_it_equals_a_naive_reference_over_any_sequence_of_readings(sequence, monkeypatch):
    connection = made_connection()
    for number, seen in enumerate(sequence):
        assert read_at(number, connection, monkeypatch, seen).status == "complete"
    reference = Observed(sequence)
    for index in range(len(sequence)):
        assert answers(hour(index + 0.5), connection=connection) == reference.at(index)


@settings(
    max_examples=length(6, full=40), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    sequence=readings.map(lasting),
    broken=st.lists(st.sets(st.sampled_from(["users", KEY(1), KEY(2)])), min_size=5, max_size=5),
)
def test_what_it_is_sure_of_no_complete_reading_contradicts(sequence, broken, monkeypatch):
    connection = made_connection()
    for number, seen in enumerate(sequence):
        breaks = broken[number] if number else set()
        read_at(number, connection, monkeypatch, seen, broken=breaks)
    for index, (users, is_open, members) in enumerate(sequence):
        if index and broken[index]:
            continue
        found = answers(hour(index + 0.5), connection=connection)
        for number in range(6):
            listed = {name: members[name] for name in is_open if number in users}
            for name, some in {"": users, **listed}.items():
                key = f"user-{number}", f"Project {name}" if name else ""
                sure = {role for role, said in found.get(key, {}).items() if said == "yes"}
                assert sure <= {some.get(number)}
                assert (some.get(number) or "") in {"", *found.get(key, {})}


@pytest.fixture
def connection(db):
    return made_connection()


BOTH = {1, 2}


def test_the_number_of_implied_projects_is_that_of_then(connection, monkeypatch):
    seen: Seen = ({0: "owner"}, {1, 2}, {1: {}, 2: {}})
    read_at(0, connection, monkeypatch, seen)
    read_at(1, connection, monkeypatch, ({0: "owner"}, {1}, {1: {}}))
    with time_machine.travel(hour(9)):
        then, later = (
            [one.projects for one in access_on(at=at, actor=actor_of("ada")).held]
            for at in (hour(0.5), hour(2))
        )
    assert (then, later) == ([0, 2], [0, 1])


def test_between_reads_it_says_between_which_and_never_before_they_came(connection, monkeypatch):
    read_at(0, connection, monkeypatch, ({0: "owner"}, BOTH, {1: {}, 2: {}}))
    told = {"proj-1": [member(0, began_at=hour(0.25)), member(5)], "proj-2": []}
    organization = ScriptedOrganization(
        users=[user(0, role="owner")], projects=[project(1), project(2)], members=told
    )
    with time_machine.travel(hour(1)):
        read_all(connection, monkeypatch, organization)
    with time_machine.travel(hour(9)):
        held = [one for one in access_on(at=hour(0.5), actor=actor_of("ada")).held if one.resource]
    newcomer, stranger = held
    assert (newcomer.external_id, newcomer.between.not_before) == ("user-0", hour(0.25))
    assert hour(1) <= newcomer.between.at < hour(1.1)
    assert (stranger.external_id, stranger.account_ref) == ("user-5", None)
    assert hour(0) <= stranger.between.not_before < hour(0.1)
    assert hour(1) <= stranger.between.at < hour(1.1)


def test_before_the_first_complete_reading_nothing_is_known(connection, monkeypatch):
    seen: Seen = ({0: "owner"}, {1, 2}, {1: {0: "member"}, 2: {}})
    read_at(1, connection, monkeypatch, seen, broken={"users"})
    read_at(2, connection, monkeypatch, seen)
    with time_machine.travel(hour(9)):
        early = access_on(at=hour(1.5), actor=actor_of("ada"))
        late = access_on(at=hour(2.5), actor=actor_of("ada"))
    assert (early.is_known, early.held) == (False, [])
    assert [(gap.resource, gap.known_since > hour(2)) for gap in early.not_known] == [("", True)]
    assert (late.is_known, late.not_known) == (True, [])


def test_a_list_that_was_read_later_is_named(connection, monkeypatch):
    seen: Seen = ({0: "owner"}, {1, 2}, {1: {0: "member"}, 2: {}})
    read_at(1, connection, monkeypatch, seen, broken={KEY(1)})
    read_at(2, connection, monkeypatch, seen)
    with time_machine.travel(hour(9)):
        then = access_on(at=hour(1.5), actor=actor_of("ada"))
    (gap,) = then.not_known
    assert gap.resource == "Project 1"
    assert hour(2) <= gap.known_since < hour(2.1)


def test_the_future_is_refused():
    with pytest.raises(Invalid, match="Nobody knows the future"):
        access_on(at=datetime.now(UTC) + timedelta(minutes=1), actor=actor_of("ada"))


def test_a_person_has_what_their_accounts_have(connection, monkeypatch):
    read_at(
        0,
        connection,
        monkeypatch,
        ({0: "owner", 1: "reader"}, BOTH, {1: {1: "member"}, 2: {5: "member"}}),
    )
    person = make_person("Mei Tanaka", email="mei@halden.example")
    link(Account.objects.get(external_id="user-1"), person)
    with time_machine.travel(hour(9)):
        held = access_on(at=hour(1), actor=actor_of("ada"), person=person).held
    assert [(one.person, one.role, one.resource) for one in held] == [
        ("mei@halden.example", "reader", ""),
        ("mei@halden.example", "member", "Project 1"),
    ]


def test_others_see_only_their_connections(connection, monkeypatch):
    read_at(0, connection, monkeypatch, ({0: "owner"}, BOTH, {1: {0: "member"}, 2: {}}))
    sid = actor_of("sid", connection=str(made_connection().ref))
    with time_machine.travel(hour(9)):
        assert access_on(at=hour(1), actor=sid).held == []
        assert access_on(at=hour(1), actor=actor_of("hugo")).held == []


def test_it_asks_the_same_number_of_questions_of_many_as_of_few(connection, monkeypatch):
    def asked(number: int) -> int:
        users = dict.fromkeys(range(number), "reader")
        read_at(number, connection, monkeypatch, (users, BOTH, {1: users, 2: {}}))
        with time_machine.travel(hour(999)), CaptureQueriesContext(database) as queries:
            found = access_on(at=hour(number + 1), actor=actor_of("ada"))
        assert len(found.held) == 2 * number
        return len(queries)

    assert asked(3) == asked(60) == 8
