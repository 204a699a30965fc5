"""A day of changes, faults, deaths and naps: the inventory is what the provider had.

Each day the same few hours, in which each of these happens; in full made-up days besides.
"""

from __future__ import annotations

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tenure.connections.connecting import judge
from tenure.connections.operations.connect_organization import connect_organization
from tenure.connectors.base import Credentials
from tenure.connectors.openai.connector import OpenAIConnector
from tenure.connectors.openai.patience import Patience
from tenure.inventory import reading, saving, syncing
from tenure.inventory.models import SyncRun
from tenure.inventory.tests.days import START, Day, Hour
from tenure.inventory.tests.happenings import VERBS, Change
from tenure.inventory.tests.truth import check_promises, differences, inventory, truth
from tenure.jobs.models import Job
from tenure.simulator.openai.running import running_simulator
from tenure.testing.cast import actor_of
from tenure.testing.lengths import FULL

pytestmark = [
    pytest.mark.django_db,
    # Who dies while it opens a connection closes none.
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"
    ),
]
EXAMPLES = 20
HOURS = 24
LISTS = ("users", "invites", "projects", "project_users")

# What a provider does wrong and can be seen to do. `{}` is one of its lists.
FAULTS = (
    *("server_error=on@{}", "server_error=on@{}#1", "overloaded=on@{}#2", "bad_request=on@{}#2"),
    *("rate_limited=retry_after@{}#1x2", "rate_limited=plain@{}#1x4", "rate_limited=absurd@{}#2"),
    *("broken_body=html@{}", "broken_body=truncated@{}#1", "broken_body=empty@{}#2x99"),
    *("reset=on@{}#1", "reset=on@{}", "false_401=on@{}#1", "false_401=on@{}#2x99"),
    *("missing_scope={}", "not_found=on@{}#1", "not_found=on@{}", "revoked=admin"),
    *("page_null_cursor=on@{}#1", "page_repeated_cursor=on@{}#2", "page_no_has_more=on@{}#1"),
    *("page_no_data=on@{}#2", "page_odd_data=null@{}#1", "page_odd_item=null@{}#1"),
    *("missing_id=0.2@{}", "page_short=on@{}", "page_empty_more=on@{}#1", "page_circle=on@{}#1"),
    *("page_wrong_last_id=on@{}", "page_duplicate=on@{}#2", "cursor_gone=400", "users_empty=on"),
)

changes = st.builds(
    Change, st.sampled_from(sorted(VERBS)), st.integers(0, 10_000), st.integers(0, 100)
)
faults = st.builds(str.format, st.sampled_from(FAULTS), st.sampled_from(LISTS))
# A run takes some hundred statements.
statements = st.integers(1, 350)
hours = st.builds(
    Hour,
    changes=st.lists(changes, max_size=3),
    meanwhile=st.dictionaries(statements, changes, max_size=3),
    fault=st.just("") | faults,
    lasts=st.booleans(),
    dies_at=st.just(frozenset()) | st.frozensets(statements, max_size=3),
    sleeps_at=st.just(frozenset()) | st.frozensets(statements, max_size=1),
)
QUIET = Hour([], {}, "", lasts=False, dies_at=frozenset(), sleeps_at=frozenset())
# One list is cut off and mended, another stays broken; who dies and who oversleeps is replaced.
EVERYDAY = [
    Hour(
        changes=[Change("a user is removed", 7, 1), Change("a project is founded", 3, 2)],
        meanwhile={
            90: Change("a user is renamed", 11, 3),
            160: Change("a project is archived", 2, 0),
        },
        fault="reset=on@users#1",
        lasts=False,
        dies_at=frozenset({60, 210}),
        sleeps_at=frozenset({120}),
    ),
    Hour(
        changes=[Change("a member leaves a project", 5, 0), Change("somebody is invited", 9, 4)],
        meanwhile={70: Change("an invitation is accepted", 1, 0)},
        fault="page_no_data=on@project_users",
        lasts=True,
        dies_at=frozenset({150}),
        sleeps_at=frozenset(),
    ),
]


@pytest.fixture(scope="module")
def organization():
    with running_simulator(users=130, invites=4, projects=5, members=14) as simulator:
        yield simulator


@pytest.fixture
def impatient(organization, monkeypatch):
    """Merge after each page and end three rows at a time; leave in each pause."""
    credentials = Credentials(
        organization_id=organization.organization_id,
        api_key=organization.admin_key,
        base_url=organization.url,
    )
    monkeypatch.setattr(
        syncing,
        "open_connector",
        lambda _, *, pacer: OpenAIConnector(
            credentials, allow_hosts=["127.0.0.1"], pacer=pacer, patience=Patience(sleep=0.0)
        ),
    )
    monkeypatch.setattr(saving, "MERGE_EVERY_S", 0)
    monkeypatch.setattr(saving, "NOTE_EVERY_S", 0)
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    return credentials


@settings(
    max_examples=EXAMPLES,
    phases=[Phase.explicit, Phase.generate] if FULL else [Phase.explicit],
    suppress_health_check=list(HealthCheck),
)
@example(plan=EVERYDAY, budget=120)
@given(plan=st.lists(hours, min_size=HOURS, max_size=HOURS), budget=st.sampled_from([None, 12, 30]))
def test_after_any_day_the_inventory_is_what_the_provider_has(
    plan, budget, organization, impatient
):
    with time_machine.travel(START, tick=False) as clock, transaction.atomic():
        organization.reset()
        judged = judge(kind="openai", credentials=impatient, actor=actor_of("ada"))
        connection = connect_organization(
            judged=judged, name="OpenAI", requests_per_minute=budget, actor=actor_of("ada")
        )
        connection.interval_minutes = 55
        connection.save(update_fields=["interval_minutes"])
        day = Day(organization, connection, clock)
        for hour in plan:
            day.live(hour)
        organization.clear_faults()
        for _ in range(3):
            day.live(QUIET)
        runs = SyncRun.objects.filter(connection=connection)
        print(  # noqa: T201 - shown with -s
            f"{runs.count()} runs, {day.stretches} stretches, {day.deaths} deaths, "
            f"{day.naps} naps, {len(day.versions)} versions"
        )
        assert plan is not EVERYDAY or (day.deaths == 3 and day.naps == 1)
        assert runs.latest("id").status == "complete"
        assert differences(inventory(connection), truth(organization)) == {}
        check_promises(connection)
        assert not Job.objects.filter(state="running").exists()
        assert not runs.filter(status__in=SyncRun.OPEN).exists()
        transaction.set_rollback(True)
