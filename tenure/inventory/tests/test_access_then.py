"""Who had what at past instants, against the simulator's own record of a life made up at random."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.inventory import queries, syncing
from tenure.inventory.models import Entitlement, Resource, SyncRun
from tenure.inventory.operations.request_sync import request_sync
from tenure.inventory.tailing import follow_log
from tenure.inventory.tests.test_whole_organization import _word, effective
from tenure.lib.clock import now
from tenure.simulator.openai.running import running_simulator
from tenure.testing.cast import actor_of
from tenure.testing.lengths import length

pytestmark = pytest.mark.django_db
INSTANTS = 20


@pytest.fixture(scope="session")
def _organization():
    with running_simulator(users=7, projects=2, members=3, groups=2) as simulator:
        yield simulator


def people(openai) -> list[str]:
    """Not the owners whose keys are used."""
    return [one["id"] for one in openai.users() if one["email"] and one["role"] != "owner"]


def projects(openai) -> list[dict]:
    return [one for one in openai.projects() if one["archived_at"] is None]


def change_role(openai, who: str, n: int) -> None:
    role = ("owner", "reader")[n % 2]
    everybody = openai.users()[2:]
    openai.change_user(everybody[n % len(everybody)]["id"], role=role)


def join_project(openai, who: str, n: int) -> None:
    project = projects(openai)[n % len(projects(openai))]
    openai.put_member(project["id"], who, role=("member", "viewer", "owner")[n % 3])


def leave_project(openai, who: str, n: int) -> None:
    project = projects(openai)[n % len(projects(openai))]
    if members := project["members"]:
        openai.remove_member(project["id"], members[n % len(members)]["id"])


def join_group(openai, who: str, n: int) -> None:
    if groups := openai.groups():
        openai.add_to_group(groups[n % len(groups)]["id"], who)


def leave_group(openai, who: str, n: int) -> None:
    found = [(one["id"], member["id"]) for one in openai.groups() for member in one["members"]]
    if found:
        openai.remove_from_group(*found[n % len(found)])


def give_group(openai, who: str, n: int) -> None:
    groups, roles = openai.groups(), custom_roles(openai)
    if groups:
        group, project = groups[n % len(groups)]["id"], projects(openai)[0]["id"]
        if n % 3 == 0 and roles:
            openai.assign(roles[n % len(roles)], group)
        elif n % 3 == 1:
            openai.assign("owner", group)
        else:
            openai.assign(("member", "viewer")[n // 3 % 2], group, project=project)


def take_from_group(openai, who: str, n: int) -> None:
    groups = [one for one in openai.groups() if one["roles"]]
    if groups:
        group = groups[n % len(groups)]
        openai.unassign(group["roles"][n % len(group["roles"])], group["id"])


def take_project_from_group(openai, who: str, n: int) -> None:
    project = projects(openai)[0]["id"]
    held = {
        one["fact"]["subject_id"]
        for one in openai.history()
        if one["end"] is None and one["fact"]["resource_id"] == project
    }
    for group in [one["id"] for one in openai.groups() if one["id"] in held][:1]:
        openai.remove_project_group(project, group)


def custom_roles(openai) -> list[str]:
    return [one["id"] for one in openai.roles() if not one["predefined_role"]]


def make_role(openai, who: str, n: int) -> None:
    openai.add_role(f"Role {len(openai.roles())}", permissions=["api.groups.read"])


def give_user(openai, who: str, n: int) -> None:
    if roles := custom_roles(openai):
        openai.assign(roles[n % len(roles)], who)


def add_person(openai, who: str, n: int) -> None:
    openai.add_user(f"new{len(openai.history())}@halden.example")


def remove_person(openai, who: str, n: int) -> None:
    openai.remove_user(who)


def archive(openai, who: str, n: int) -> None:
    if len(projects(openai)) > 1:
        openai.change_project(projects(openai)[-1]["id"], archived=True)


def found_project(openai, who: str, n: int) -> None:
    openai.add_project(f"Project {n}", members=[{"email": openai.users()[0]["email"]}])


def make_group(openai, who: str, n: int) -> None:
    openai.add_group(f"Group {len(openai.history())}", members=[])


def remove_group(openai, who: str, n: int) -> None:
    if len(groups := openai.groups()) > 1:
        openai.remove_group(groups[-1]["id"])


HAPPENINGS = (
    *(change_role, join_project, join_project, leave_project, join_group, join_group),
    *(leave_group, give_group, give_group, take_from_group, take_project_from_group),
    *(make_role, give_user, add_person, remove_person, archive, found_project),
    *(make_group, remove_group),
)
lives = st.lists(
    st.tuples(st.sampled_from(HAPPENINGS), st.integers(0, 11), st.sampled_from((7, 61, 400))),
    min_size=3,
    max_size=length(10, full=30),
)


class Life:
    """An organization in which things happen, and what we make of it."""

    def __init__(self, openai, connection, clock) -> None:
        self.openai, self.connection, self.clock = openai, connection, clock
        self.reads: list[datetime] = []

    def sync(self) -> None:
        run = request_sync(connection_ref=self.connection.ref, actor=actor_of("ada"))
        syncing.run_sync(run_ref=run.ref, actor=actor_of("ada"))
        run.refresh_from_db()
        assert (run.status, run.reason, run.left) == ("complete", "", {})
        self.clock.shift(2)
        self.reads.append(now())

    def minute(self) -> None:
        """What the schedule does within a minute."""
        follow_log(connection_ref=self.connection.ref, actor=actor_of("ada"))
        for run in SyncRun.objects.filter(status__in=SyncRun.OPEN):
            syncing.run_sync(run_ref=run.ref, actor=actor_of("ada"))
        self.clock.shift(1)
        follow_log(connection_ref=self.connection.ref, actor=actor_of("ada"))

    def happen(self, happening, n: int, seconds: float) -> None:
        some = people(self.openai)
        if some:
            happening(self.openai, some[n % len(some)], n)
        self.clock.shift(seconds)

    def truth(self, at: datetime) -> set[tuple[str, str, str]]:
        held, open_ones = set(), {self.connection.organization_id}
        for interval in self.openai.history(at=at.timestamp()):
            fact = interval["fact"]
            named = (fact["subject_id"], fact["resource_id"], _word(fact["id"]))
            held.add((fact["kind"], *named))
        for one in self.openai.projects():
            is_open = one["archived_at"] is None or one["archived_at"] > at.timestamp()
            if is_open and one["created_at"] <= at.timestamp():
                open_ones.add(one["id"])
        organization = self.connection.organization_id
        reached = {one for one in effective(held, organization) if one[1] in open_ones}
        owners = {who for who, where, role in reached if (where, role) == (organization, "owner")}
        every = open_ones - {organization}
        return reached | {(who, where, "owner") for who in owners for where in every}

    def known(self, at: datetime) -> tuple[set, set]:
        """What was surely so then, and what perhaps was."""
        then = queries.access_on(at=at, actor=actor_of("ada"))
        assert then.is_known
        organization = self.connection.organization_id
        refs = dict(Resource.objects.values_list("ref", "external_id"))
        names = dict(Entitlement.objects.exclude(name="").values_list("name", "external_id"))
        there = [one.external_id for one in self.projects_at(at)]
        sure, perhaps = set(), set()
        for one in then.held:
            role = names.get(one.role, one.role)
            where = [refs[one.resource_ref]] if one.resource_ref else [organization]
            for resource in there if one.projects else where:
                into = sure if one.between is None else perhaps
                into.add((one.external_id, resource, role))
        return sure, perhaps - sure

    def check(self, at: datetime) -> set[tuple[str, str, str]]:
        """Nothing false is said of an instant, and nothing left out; what perhaps was so."""
        (sure, perhaps), truth = self.known(at), self.truth(at)
        assert sure <= truth, f"{at}: not so: {sure - truth}"
        assert truth <= sure | perhaps, f"{at}: not known: {truth - sure - perhaps}"
        return perhaps

    def check_now(self) -> None:
        """Just read, all of it is known."""
        assert not self.check(now())

    def projects_at(self, at: datetime):
        for one in Resource.objects.filter(kind="project"):
            life = next((p for p in self.openai.projects() if p["id"] == one.external_id), None)
            archived = life and life["archived_at"]
            if one.created_at <= at and (archived is None or archived > at.timestamp()):
                yield one


@contextmanager
def lived(openai, connection) -> Iterator[Life]:
    openai.reset()
    with time_machine.travel(now()) as clock, transaction.atomic():
        openai.log_in(openai.users()[0]["email"], at="-1h")
        life = Life(openai, connection, clock)
        life.sync()
        yield life
        transaction.set_rollback(True)


some_lives = settings(
    max_examples=length(4, full=60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def instants(life: Life, since: datetime, seed: int) -> list[datetime]:
    """In the middle of seconds: the log counts in whole ones."""
    chance = random.Random(seed)  # noqa: S311 - for places in time
    span = int((now() - timedelta(seconds=61) - since).total_seconds())
    whole = since.replace(microsecond=0)
    return [
        whole + timedelta(seconds=chance.randrange(2, max(span, 3)), milliseconds=999)
        for _ in range(INSTANTS)
    ]


@some_lives
@given(life=lives, seed=st.integers(0, 99))
def test_with_the_log_it_is_what_was_so(life, seed, openai, connection):
    with lived(openai, connection) as lived_one:
        lived_one.minute()
        began = now()
        for happening, n, seconds in life:
            lived_one.happen(happening, n, seconds)
            lived_one.minute()
        lived_one.clock.shift(70)
        lived_one.sync()
        lived_one.minute()
        lived_one.clock.shift(70)
        lived_one.minute()
        for at in instants(lived_one, began, seed):
            perhaps = lived_one.check(at)
            assert not perhaps, f"{at}: not sure: {perhaps}"


@some_lives
@given(life=lives, seed=st.integers(0, 99), rests=st.lists(st.integers(1, 4), min_size=1))
def test_without_it_nothing_false_is_said(life, seed, rests, openai, connection):
    with lived(openai, connection) as lived_one:
        openai.faults(audit_log="404")
        began = now()
        for at, (happening, n, seconds) in enumerate(life):
            lived_one.happen(happening, n, seconds)
            if at % rests[at % len(rests)] == 0:
                lived_one.sync()
                lived_one.check_now()
        lived_one.clock.shift(70)
        lived_one.sync()
        lived_one.check_now()
        lived_one.clock.shift(2)
        openai.clear_faults()
        reads = [one.replace(microsecond=999_000) for one in lived_one.reads]
        for at in (*reads, *instants(lived_one, began, seed)):
            lived_one.check(at)
