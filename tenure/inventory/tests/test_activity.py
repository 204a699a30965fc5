"""What each source of activity leaves behind, and what is said when it falls away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection as database
from django.db import transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.connectors.facts import ActivityFact
from tenure.inventory import queries
from tenure.inventory.activity_rules import last_activity, last_login
from tenure.inventory.models import Account, ActivityObservation, Collection, Spend
from tenure.inventory.observing import adopt_observations, observe
from tenure.inventory.schemas.accounts import AccountDetail
from tenure.lib.clock import now
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_account, make_connection
from tenure.testing.lengths import length

pytestmark = pytest.mark.django_db
ADA = actor_of("ada")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
KINDS = {
    "login_event": "login",
    "audit_event": "administration",
    "project_key": "key_use",
    "admin_key": "key_use",
    "usage": "usage",
}


def fact(source: str, at: datetime, who: str = "user-1") -> ActivityFact:
    return ActivityFact(external_id=who, kind=KINDS[source], principal_id=who, at=at, source=source)


def page_of(account: Account, client_of) -> str:
    return client_of("ada").get(f"/accounts/{account.ref}").content.decode()


# The sources from the newest to the oldest, and what is said when those before are absent.
IN_TURN = [
    ("user_record", "Used an API key"),
    ("login_event", "Signed in"),
    ("audit_event", "Acted in the organization"),
    ("project_key", "Used a project key"),
    ("admin_key", "Used an admin key"),
    ("usage", "Traffic (usage)"),
    (None, ""),
]


@pytest.mark.parametrize("absent", range(len(IN_TURN)))
def test_each_source_absent_in_turn_leaves_the_next_best_or_unknown(client_of, absent):
    connection = make_connection()
    account = make_account(connection, external_id="user-1", added_at=NOON - 300 * DAY)
    there = {
        source: NOON - number * DAY
        for number, (source, _) in enumerate(IN_TURN[:-1])
        if number >= absent
    }
    if used_at := there.pop("user_record", None):
        columns = {"key_last_used_at": used_at, "last_active_at": used_at}
        Account.objects.filter(pk=account.pk).update(**columns, last_active_source="user_record")
    observe(connection, [fact(source, at) for source, at in there.items()], at=now())
    source, label = IN_TURN[absent]
    found, _ = queries.account_by_ref(account.ref, actor=ADA)
    assert found.last_active_source == (source or "")
    assert found.active_at == (NOON - absent * DAY if source else None)
    said = queries.seen(found)
    newest, login = last_activity(said), last_login(said)
    assert (newest and (newest.source, newest.at)) == (source and (source, found.active_at))
    assert (login is not None) == (absent <= 1)
    text = page_of(account, client_of)
    assert label in text
    assert ("nothing seen" in text) == (source is None)
    detail = AccountDetail.about(account.ref, actor=ADA)
    assert detail.last_activity_source == (source or "unknown")
    assert (detail.last_login is None) == (absent > 1)


def test_an_observation_moves_forward_only_and_an_old_one_writes_nothing():
    connection = make_connection()
    make_account(connection, external_id="user-1")
    assert observe(connection, [fact("login_event", NOON)], at=now()) == 1
    assert observe(connection, [fact("login_event", NOON)], at=now()) == 0
    assert observe(connection, [fact("login_event", NOON - DAY)], at=now()) == 0
    assert observe(connection, [fact("login_event", NOON + DAY)], at=now()) == 1
    assert ActivityObservation.objects.get().at == NOON + DAY
    assert Account.objects.get().last_active_at == NOON + DAY


@pytest.mark.parametrize("first", ["login_event", "audit_event"])
def test_of_one_instant_the_sign_in_counts_whichever_is_heard_first(first):
    connection = make_connection()
    make_account(connection, external_id="user-1")
    for source in sorted(["login_event", "audit_event"], key=lambda one: one != first):
        observe(connection, [fact(source, NOON)], at=now())
    assert Account.objects.get().last_active_source == "login_event"


def test_whoever_is_not_in_the_list_yet_is_adopted_when_they_are():
    connection = make_connection()
    observe(connection, [fact("login_event", NOON), fact("usage", NOON - DAY)], at=now())
    account = make_account(connection, external_id="user-1")
    adopt_observations(connection, at=now())
    account.refresh_from_db()
    assert (account.last_active_at, account.last_active_source) == (NOON, "login_event")
    assert account.observations.count() == 2


def test_what_claims_to_be_ahead_of_us_is_taken_to_be_now():
    connection, at = make_connection(), now()
    make_account(connection, external_id="user-1")
    observe(connection, [fact("usage", at + 400 * DAY)], at=at)
    assert Account.objects.get().last_active_at == at


def test_it_asks_as_often_for_many_as_for_one():
    connection = make_connection()
    for number in range(30):
        make_account(connection, external_id=f"user-{number}")
    asked = []
    for many in (1, 30):
        facts = [fact("usage", NOON + many * DAY / 100, f"user-{n}") for n in range(many)]
        with CaptureQueriesContext(database) as captured:
            observe(connection, facts, at=now())
        asked.append([q["sql"].split()[0] for q in captured if "INSERT INTO arr" not in q["sql"]])
    assert len(asked[0]) == len(asked[1])


moments = st.integers(0, 60).map(lambda hours: NOON - hours * timedelta(hours=1))
happenings = st.lists(
    st.tuples(st.sampled_from(sorted(KINDS)), st.sampled_from(["user-1", "user-2"]), moments),
    max_size=12,
)


@settings(
    max_examples=length(15, full=200), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(happenings, st.integers(1, 4))
def test_in_whatever_order_and_however_often_it_is_heard_the_newest_of_each_is_kept(told, batches):
    with transaction.atomic():
        connection = make_connection()
        accounts = [make_account(connection, external_id=f"user-{n}") for n in (1, 2)]
        facts = [fact(source, at, who) for source, who, at in told]
        for batch in range(batches):
            observe(connection, facts[batch::batches], at=now())
        observe(connection, facts, at=now())
        for account in accounts:
            found, _ = queries.account_by_ref(account.ref, actor=ADA)
            own = [(s, at) for s, who, at in told if who == account.external_id]
            kept = {one.source: one.at for one in queries.seen(found)}
            assert kept == {s: max(at for t, at in own if t == s) for s, _ in own}
            newest = last_activity(queries.seen(found))
            assert found.active_at == (newest and newest.at)
            assert found.last_active_source == (newest.source if newest else "")
        transaction.set_rollback(True)


# Through the provider


def test_usage_is_read_with_the_day_and_not_again_on_the_same_day(openai, sync):
    who = openai.users()[3]
    openai.add_usage(user=who["email"], at="-40d")
    openai.add_usage(user=who["email"], at="-3d", kind="embeddings")
    run = sync()
    row = run.collections.get(key="usage")
    assert (row.state, row.pages, row.added) == ("complete", 24, 1)
    seen = ActivityObservation.objects.get()
    assert (seen.source, seen.precision, seen.account.external_id) == ("usage", "day", who["id"])
    assert seen.at.time() == datetime.min.time()
    assert timedelta(days=2) < now() - seen.at < timedelta(days=5)
    again = sync()
    assert not again.collections.filter(key__in=["usage", "costs"]).exists()


def test_read_again_after_a_day_unchanged_usage_writes_no_row(openai, sync):
    openai.add_usage(user=openai.users()[3]["email"], at="-3d")
    sync()
    before = ActivityObservation.objects.values().get()
    Collection.objects.filter(key__in=["usage", "costs"]).update(completed_at=now() - 2 * DAY)
    run = sync()
    rows = {row.key: row for row in run.collections.filter(key__in=["usage", "costs"])}
    assert {key: (row.added, row.changed, row.ended) for key, row in rows.items()} == {
        "usage": (0, 0, 0),
        "costs": (0, 0, 0),
    }
    assert run.collections.get(key="usage").pages == 8, "and asks for the last days alone"
    assert ActivityObservation.objects.values().get() == before


def test_without_its_scope_usage_alone_is_unavailable(openai, sync, client_of):
    openai.faults(missing_scope="usage,costs")
    who = openai.users()[3]
    openai.change_user(who["id"], api_key_last_used_at=1_790_000_000)
    run = sync()
    assert run.status == "complete"
    for key in ("usage", "costs"):
        row = run.collections.get(key=key)
        assert row.state == "unavailable"
        assert "api.usage.read" in row.reason
    account = Account.objects.get(external_id=who["id"])
    assert account.last_active_source == "user_record"
    assert page_of(account, client_of).count("api.usage.read") == 2


def test_costs_are_summed_by_user_key_and_project(openai, sync, client_of):
    who = openai.users()[3]
    for _ in range(3):
        openai.add_usage(user=who["email"], at="-2d", requests=4_000, input=0, output=0)
    openai.add_usage(user=who["email"], at="-60d", requests=1_000_000)
    sync()
    assert [one.amount for one in Spend.objects.all()] == [12_000_000]
    account = Account.objects.get(external_id=who["id"])
    assert "$12.00" in page_of(account, client_of)
    spend = AccountDetail.about(account.ref, actor=ADA).spend
    assert (spend.amount, spend.currency) == ("12.000000", "usd")
    other = Account.objects.exclude(pk=account.pk).first()
    assert "None that is known to be theirs" in page_of(other, client_of)


def test_spend_that_is_over_is_gone_without_asking_anybody(openai, sync):
    for user in openai.users()[:20]:
        openai.add_usage(user=user["email"], at="-2d")
    sync()
    assert Spend.objects.count() == 20
    openai.reset()
    Collection.objects.filter(key="costs").update(completed_at=now() - 2 * DAY)
    run = sync()
    assert (run.status, Spend.objects.count()) == ("complete", 0)


def test_the_list_is_sorted_by_activity_with_the_unknown_last_page_by_page():
    connection, at = make_connection(), now()
    moments = [at - 200 * DAY, None, at - DAY, at - 95 * DAY, None, at]
    for moment in moments:
        known = {"last_active_at": moment, "last_active_source": "usage"} if moment else {}
        make_account(connection, **known)
    shown, cursor = [], ""
    while cursor is not None:
        asked = queries.AccountsAsked(sort="activity", cursor=cursor, limit=2)
        found = queries.account_page(asked, actor=ADA)
        shown += [account.active_at for account in found.rows]
        cursor = found.next
    assert shown == [at, at - DAY, at - 95 * DAY, at - 200 * DAY, None, None]
    counts = queries.counts(actor=ADA)
    assert (counts["dormant"], counts["unknown_activity"]) == (2, 2)
    for show, ages in (("dormant", [95, 200]), ("unknown_activity", [])):
        page = queries.account_page(queries.AccountsAsked(show=show, sort="activity"), actor=ADA)
        assert [one.active_at and (at - one.active_at).days for one in page.rows] == (
            ages or [None, None]
        )
