"""Who had what at past instants, against the simulator's own record of a life made up at random."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from math import inf

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.inventory import below, queries, syncing
from tenure.inventory.models import Collection, Entitlement, Resource, SyncRun
from tenure.inventory.operations.request_sync import request_sync
from tenure.inventory.tailing import follow_log
from tenure.inventory.tests.happening import HAPPENINGS, custom_roles, people, projects
from tenure.inventory.tests.test_whole_organization import effective, word_of
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


lives = st.lists(
    st.tuples(st.sampled_from(HAPPENINGS), st.integers(0, 11), st.sampled_from((7, 61, 400))),
    min_size=3,
    max_size=length(8, full=30),
)


class Life:
    """An organization in which things happen, and what we make of it."""

    def __init__(self, openai, connection, clock) -> None:
        self.openai, self.connection, self.clock = openai, connection, clock
        self.reads: list[datetime] = []
        self.all_read_at: datetime | None = None
        self._told: tuple[list[dict], dict[str, dict]] | None = None

    def sync(self) -> None:
        run = request_sync(connection_ref=self.connection.ref, actor=actor_of("ada"))
        syncing.run_sync(run_ref=run.ref, actor=actor_of("ada"))
        run.refresh_from_db()
        assert (run.status, run.reason, run.left) == ("complete", "", {})
        self.clock.shift(2)
        self.reads.append(end_of_second(now() - timedelta(seconds=1)))

    def sync_all(self) -> None:
        """As often as it takes until the roles of each single user have been read, too."""
        since = now()
        self.sync()
        lists = Collection.objects.filter(below.readable(), kind__in=below.LISTS_OF_USERS)
        while lists.exclude(complete_from__gte=since).exists() or self.is_one_lacking():
            self.sync()
        self.all_read_at = self.reads[-1]

    def is_one_lacking(self) -> bool:
        kinds = [kind for kind in below.kinds().values() if kind.kind in below.LISTS_OF_USERS]
        return any(below.make_collections(self.connection, [kind]) for kind in kinds)

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
        self._told = None

    @property
    def told(self) -> tuple[list[dict], dict[str, dict]]:
        """The simulator's own record, and its projects: asked for once until something happens."""
        if self._told is None:
            every = {one["id"]: one for one in self.openai.projects()}
            self._told = self.openai.history(), every
        return self._told

    def truth(self, at: datetime) -> set[tuple[str, str, str]]:
        held, organization = set(), self.connection.organization_id
        intervals, _ = self.told
        for interval in intervals:
            if interval["begin"] <= at.timestamp() < (interval["end"] or inf):
                fact = interval["fact"]
                named = (fact["subject_id"], fact["resource_id"], word_of(fact["id"]))
                held.add((fact["kind"], *named))
        there = self.open_projects(at)
        open_ones = {organization, *there}
        reached = {one for one in effective(held, organization) if one[1] in open_ones}
        owners = {who for who, where, role in reached if (where, role) == (organization, "owner")}
        return reached | {(who, where, "owner") for who in owners for where in there}

    def open_projects(self, at: datetime) -> list[str]:
        _, every = self.told
        return [
            project
            for project, one in every.items()
            if one["created_at"] <= at.timestamp() < (one["archived_at"] or inf)
        ]

    def known(self, at: datetime) -> tuple[dict[datetime, set], set]:
        """What was surely so, by the instant of which that is said, and what perhaps was."""
        then = queries.access_on(at=at, actor=actor_of("ada"))
        assert then.is_known
        organization = self.connection.organization_id
        refs = dict(Resource.objects.values_list("ref", "external_id"))
        names = dict(Entitlement.objects.exclude(name="").values_list("name", "external_id"))
        there = self.open_projects(at)
        sure, perhaps = defaultdict(set), set()
        for one in then.held:
            role = names.get(one.role, one.role)
            where = [refs[one.resource_ref]] if one.resource_ref else [organization]
            for resource in there if one.projects else where:
                into = sure[one.read_at or at] if one.between is None else perhaps
                into.add((one.external_id, resource, role))
        return sure, perhaps.difference(*sure.values())

    def check(self, at: datetime) -> tuple[set, set]:
        """Nothing false is said of an instant; what perhaps was so, and what is not known of it."""
        (sure, perhaps), truth = self.known(at), self.truth(at)
        for said_of, said in sure.items():
            false = said - self.truth(said_of)
            assert not false, f"{at}: not so: {false}"
        return perhaps, truth.difference(perhaps, *sure.values())

    def check_whole(self, at: datetime) -> None:
        """All of it is known, and surely."""
        perhaps, unknown = self.check(at)
        assert not perhaps, f"{at}: not sure: {perhaps}"
        assert not unknown, f"{at}: not known: {unknown}"

    def check_seen(self, at: datetime) -> None:
        """Nothing is left out that was still so when its list was read next."""
        _, unknown = self.check(at)
        # A role that somebody made may be held by a single user, whose list is read in its turn.
        in_turn = {one for one in unknown if one[2].startswith("role_")}
        missed = (unknown - in_turn) & self.truth(min(read for read in self.reads if read >= at))
        if self.all_read_at is not None:
            missed |= in_turn & self.truth(self.all_read_at)
        assert not missed, f"{at}: not known: {missed}"


@contextmanager
def lived(openai, connection) -> Iterator[Life]:
    """Nobody has made a role yet, and the roles of single users are read two at a time."""
    openai.reset()
    for place in ({}, *({"project": one["id"]} for one in projects(openai))):
        for role in custom_roles(openai, **place):
            openai.remove_role(role, **place)
    with (
        time_machine.travel(now()) as clock,
        transaction.atomic(),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(below, "FEW", 2)
        openai.log_in(openai.users()[0]["email"], at="-1h")
        life = Life(openai, connection, clock)
        life.sync()
        yield life
        transaction.set_rollback(True)


some_lives = settings(
    max_examples=length(3, full=60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def instants(since: datetime, seed: int) -> list[datetime]:
    chance = random.Random(seed)  # noqa: S311 - for places in time
    span = int((now() - timedelta(seconds=61) - since).total_seconds())
    return [
        end_of_second(since + timedelta(seconds=chance.randrange(2, max(span, 3))))
        for _ in range(INSTANTS)
    ]


def end_of_second(at: datetime) -> datetime:
    """The provider counts in whole ones, and what happened in one is so at its end."""
    return at.replace(microsecond=999_000)


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
        for at in instants(began, seed):
            lived_one.check_whole(at)


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
                lived_one.check_seen(lived_one.reads[-1])
        lived_one.clock.shift(70)
        lived_one.sync_all()
        lived_one.check_whole(lived_one.reads[-1])
        lived_one.clock.shift(2)
        openai.clear_faults()
        for at in (*lived_one.reads, *instants(began, seed)):
            lived_one.check_seen(at)


@pytest.mark.parametrize("has_log", [True, False], ids=["log", "no log"])
def test_a_role_changed_before_it_was_first_read_was_not_theirs_from_the_start(
    has_log, openai, connection
):
    with lived(openai, connection) as lived_one:
        if has_log:
            lived_one.minute()
        else:
            openai.faults(audit_log="404")
        began = now()
        project = projects(openai)[0]["id"]
        newcomer = openai.add_user("newcomer@halden.example", role="reader")["id"]
        openai.put_member(project, newcomer, role="member")
        lived_one.clock.shift(100)
        openai.change_user(newcomer, role="owner")
        openai.put_member(project, newcomer, role="owner")
        lived_one.clock.shift(100)
        lived_one.sync_all()
        lived_one.minute() if has_log else None
        lived_one.clock.shift(70)
        for at in (began + timedelta(seconds=s) for s in (20, 90, 130, 190)):
            lived_one.check_seen(at)
        lived_one.check_whole(lived_one.reads[-1])
        openai.clear_faults()
