"""Every anomaly of the connectors' contract, at the inventory: nothing of what broke off ends.

The catalogue is tenure/connectors/contract/anomalies.py. A leaver, a new name and a newcomer are
in the list that is struck, and each other list has something new as well.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

import pytest
from time_machine import travel

from tenure.connections.connecting import judge
from tenure.connections.models import Connection
from tenure.connections.operations.connect_organization import connect_organization
from tenure.connectors.base import Credentials
from tenure.connectors.contract.anomalies import ANOMALIES, Anomaly
from tenure.connectors.openai.patience import Patience
from tenure.connectors.openai.tests.stage import PROJECT, openai_stage
from tenure.inventory import syncing
from tenure.inventory.models import Account, Grant, SyncRun
from tenure.inventory.operations.request_sync import request_sync
from tenure.inventory.tests.truth import (
    Lists,
    check_promises,
    differences,
    inventory,
    truth,
)
from tenure.lib.clock import now
from tenure.simulator.openai.running import running_simulator
from tenure.testing.beginnings import beginning
from tenure.testing.cast import actor_of
from tenure.testing.lengths import spread

pytestmark = pytest.mark.django_db

# No connector can tell; the brake can.
HELD = ("page left out", "half missing", "everyone missing")
# On the second page of users, on the third and on the first.
LEAVER, NEWCOMER, RENAMED = "user-0150", "newcomer@halden.example", "user-0010"
NAMES = [anomaly.name for anomaly in ANOMALIES]


@pytest.fixture(scope="module")
def _stage():
    with openai_stage() as stage:
        yield stage


def connect(simulator) -> Connection:
    credentials = Credentials(
        organization_id=simulator.organization_id,
        api_key=simulator.admin_key,
        base_url=simulator.url,
    )
    judged = judge(kind="openai", credentials=credentials, actor=actor_of("ada"))
    return connect_organization(
        judged=judged, name="OpenAI", requests_per_minute=None, actor=actor_of("ada")
    )


def whole_run(connection, *, clock, between=lambda: None) -> SyncRun:
    """A sync with whatever pauses it wants; `between` is called in each.

    Time passes in these pauses only, so that a company made anew is the same to the byte.
    """

    def sleep(seconds: float) -> None:
        clock.move_to(now().timestamp() + max(seconds, 0.001), tick=False)

    asked = request_sync(connection_ref=connection.ref, actor=actor_of("ada"))
    for _ in range(40):
        wait = syncing.run_sync(run_ref=asked.ref, actor=actor_of("ada"), sleep=sleep)
        check_promises(connection)
        if wait is None:
            asked.refresh_from_db()
            return asked
        between()
        sleep(wait)
    raise AssertionError("the run comes to no end")


def read_through(_stage) -> tuple[Connection, datetime]:
    """The organization of the stage, read before anything odd happens, and when that was."""
    with pytest.MonkeyPatch.context() as patched, travel(now(), tick=False) as clock:
        on_stage(_stage, patched)
        connection = connect(_stage.simulator)
        assert whole_run(connection, clock=clock).status == "complete"
        assert differences(inventory(connection), truth(_stage.simulator)) == {}
        return connection, now()


def on_stage(stage, patched) -> None:
    """Syncs read it with its connector, whose own pauses are short."""
    stage.arrange(None)
    patched.setattr(syncing, "open_connector", lambda _, *, pacer: stage.connector(pacer=pacer))


read = beginning(read_through)


@pytest.fixture
def sync(time_machine):
    """`sync(connection)`: a whole run, in the time that it takes."""
    time_machine.move_to(now(), tick=False)
    return partial(whole_run, clock=time_machine)


@pytest.fixture
def connection(read, sync, time_machine, _stage, monkeypatch):
    """What was read, at that time; the contract's stage is as it was."""
    connection, at = read
    time_machine.move_to(at, tick=False)
    on_stage(_stage, monkeypatch)
    yield connection
    _stage.calm()


@pytest.fixture
def stage(connection, _stage):
    return _stage


@pytest.mark.parametrize("anomaly", spread(ANOMALIES), ids=spread(NAMES))
def test_what_broke_off_ends_nobody_and_the_next_sync_mends_it(anomaly, stage, connection, sync):
    simulator, before = stage.simulator, inventory(connection)
    between = strike(stage, anomaly)
    had = truth(simulator)
    changed = change(simulator)
    run = sync(connection, between=between)
    told = run.collections.get(key=stage.child.key if anomaly.strikes == "child" else "users")
    check_verdict(anomaly, run, told)
    after = inventory(connection)
    check_rest(anomaly, after, truth(simulator), run, told)
    if told.state != "complete" or told.would_end:
        assert before["users"].keys() <= after["users"].keys() or anomaly.strikes == "child"
        assert told.ended == 0
    else:
        # What came or went while it was read may be in it or not.
        assert had["users"].keys() | changed["users"].keys() | truth(simulator)["users"].keys() >= (
            after["users"].keys()
        )
        assert truth(simulator)["users"].keys() <= after["users"].keys()
        assert LEAVER not in after["users"]
    if anomaly.delivered in ("everything", "through", "before", "readable"):
        assert after["users"][RENAMED][1] != "User 10"
        assert after["users"][RENAMED][1] == "Renamed" or anomaly.holds == ("name", None)

    stage.calm()
    run = sync(connection)
    assert (run.status, run.reason) == ("complete", "")
    assert differences(inventory(connection), truth(simulator)) == {}
    ends = Account.objects.get(external_id=LEAVER).changes.filter(kind="ended")
    assert ends.count() == 1


def strike(stage, anomaly: Anomaly):
    """Put the anomaly on the stage; what has to happen while a sync pauses."""
    stage.arrange(anomaly)
    if anomaly.strikes != "resuming":
        return lambda: None
    # The budget lets one page at a time through; then the last record of the first is gone.
    Connection.objects.update(requests_per_minute=4)
    stage.simulator.reset()
    stage.simulator.faults(cursor_gone=anomaly.name[-3:])
    last = list(truth(stage.simulator)["users"])[99]
    return lambda: remove(stage.simulator, last)


def remove(simulator, user: str) -> None:
    asked = [r for r in simulator.requests() if r["path"].endswith("/organization/users")]
    if asked and user in truth(simulator)["users"]:
        simulator.remove_user(user)


def change(simulator) -> dict:
    """Something of everything; what there is then."""
    simulator.remove_user(LEAVER)
    simulator.change_user(RENAMED, name="Renamed")
    simulator.add_user(NEWCOMER)
    simulator.add_invite("offered@halden.example")
    simulator.put_member(PROJECT, "user-0030")
    simulator.change_project(PROJECT, name="Renamed too")
    return truth(simulator)


def check_verdict(anomaly: Anomaly, run: SyncRun, told) -> None:
    if anomaly.name in HELD:
        assert (run.status, told.state) == ("held", "complete")
        assert "would end, so a person must decide" in run.reason
        return
    if anomaly.strikes == "resuming":
        assert (run.status, told.state, told.received) == ("complete", "complete", 249)
        return
    assert (told.state, told.failure) == (anomaly.state, anomaly.kind or "")
    assert anomaly.reason in told.reason
    assert bool(told.reason) == (anomaly.state != "complete")
    if anomaly.name == "record twice":  # both times recognized, and counted
        assert told.repeated == 1
    elif anomaly.remark:
        assert any(anomaly.remark in remark["text"] for remark in told.remarks)
    expected = "partial" if anomaly.state == "incomplete" else "complete"
    assert run.status == ("failed" if anomaly.spreads else expected)
    said = {"complete": "", "partial": f"Users: {told.reason}"}.get(run.status, told.reason)
    assert run.reason == said


def check_rest(anomaly: Anomaly, ours: Lists, theirs: Lists, run: SyncRun, told) -> None:
    """Every other list was read to its end, and is as it is at the provider."""
    others = run.collections.exclude(pk=told.pk)
    if anomaly.spreads:
        assert {other.state for other in others} == {"incomplete"}
        return
    if anomaly.kind == "parent_gone":  # and every other list of that project
        others = others.exclude(collection__resource=told.collection.resource)
    assert {(other.state, other.reason) for other in others} == {("complete", "")}
    for other in others:
        mine, yours = ours.get(other.key, {}), theirs.get(other.key, {})
        assert mine == yours or (anomaly.holds and mine.keys() == yours.keys())


# Struck before anything came. In the catalogue they strike the second page.
ALWAYS = {
    "faults": {"server_error": "on@users"},
    "too many requests": {"rate_limited": "plain@users"},
    "no answer that is one": {"broken_body": "truncated@users"},
    "nothing": {"broken_body": "empty@users"},
    "a gateway": {"broken_body": "html@users"},
    "cut connections": {"reset": "on@users"},
    "no credit": {"rate_limited": "insufficient_quota@users"},
    "words nobody knows": {"bad_request": "on@users"},
    "no cursor": {"page_null_cursor": "on@users#1"},
    "odd records": {"page_odd_item": "null@users#1"},
}


@pytest.mark.parametrize("does", ALWAYS)
def test_a_list_that_is_never_answered_well_ends_incomplete_and_soon(
    does, stage, connection, sync, monkeypatch
):
    simulator = stage.simulator
    simulator.faults(**ALWAYS[does])
    change(simulator)
    # It leaves in each pause, as syncs do.
    monkeypatch.setattr(stage, "_patience", Patience(sleep=0.0))
    simulator.forget_requests()
    run = sync(connection)
    told = run.collections.get(key="users")
    assert (run.status, told.state, told.ended) == ("partial", "incomplete", 0)
    assert stage.asked(stage.struck) <= 8
    assert LEAVER in inventory(connection)["users"]
    stage.calm()
    assert sync(connection).status == "complete"
    assert differences(inventory(connection), truth(simulator)) == {}


def test_lists_of_members_that_are_not_answered_end_nothing(stage, connection, sync):
    simulator = stage.simulator
    simulator.faults(server_error="on@project_users")
    simulator.remove_member(PROJECT, "user-0002")
    run = sync(connection)
    assert (run.status, run.ended) == ("partial", 0)
    assert "user-0002" in inventory(connection)[f"project_users:{PROJECT}"]
    stage.calm()
    sync(connection)
    assert differences(inventory(connection), truth(simulator)) == {}


def test_one_project_that_refuses_costs_its_own_members_their_news_and_nobody_elses(sync):
    """Somebody has left; the seventh project answers 400 when it is asked for its members."""
    with running_simulator(users=30, projects=8, members=12) as simulator:
        connection = connect(simulator)
        sync(connection)
        seventh = simulator.projects()[6]
        leaver = next(m["id"] for m in seventh["members"] if m["role"] == "member")
        key = f"project_users:{seventh['id']}"
        grants = list(Grant.objects.filter(collection__key=key).order_by("id").values())
        simulator.faults(bad_request=f"on@/v1/organization/projects/{seventh['id']}/users")
        simulator.remove_user(leaver)

        run = sync(connection)
        assert run.status == "partial"
        assert run.reason.startswith(f"Members of {seventh['name']}: OpenAI refused the request")
        assert Account.objects.get(external_id=leaver).status == "gone"
        assert list(Grant.objects.filter(collection__key=key).order_by("id").values()) == grants
        theirs = truth(simulator)
        ours = inventory(connection)
        assert ours.pop(key).keys() - theirs.pop(key).keys() == {leaver}
        assert differences(ours, theirs) == {}

        simulator.clear_faults()
        run = sync(connection)
        assert (run.status, run.reason) == ("complete", "")
        assert differences(inventory(connection), truth(simulator)) == {}
