"""The merge against a naive reference, and what only a scripted provider can say."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

import pytest
from django.db import connection as database
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.connectors.facts import AccountFact
from tenure.inventory import rules, saving
from tenure.inventory.models import Account, AccountChange
from tenure.inventory.tests.scripted import made_connection, read, user
from tenure.lib.clock import now
from tenure.testing.lengths import length

pytestmark = pytest.mark.django_db


@dataclass
class Reference:
    """What the inventory should hold, kept one row at a time in plain dictionaries."""

    accounts: dict[str, dict[str, object]] = field(default_factory=dict)
    history: list[tuple[str, ...]] = field(default_factory=list)
    raw: dict[str, bytes] = field(default_factory=dict)

    def sync(self, pages: list[list[AccountFact]], *, is_complete: bool) -> None:
        """Of what came twice the first counts; on one page that is what is known already."""
        unchanged = {
            key: raw for key, raw in self.raw.items() if self.accounts[key]["status"] != "gone"
        }
        facts = [
            fact
            for page in pages
            for fact in sorted(page, key=lambda f: unchanged.get(f.external_id) != f.raw)
        ]
        known = {key for key, row in self.accounts.items() if row["status"] != "gone"}
        seen: set[str] = set()
        for fact in facts:
            if fact.external_id not in seen:
                seen.add(fact.external_id)
                self.raw[fact.external_id] = fact.raw
                self.take(fact)
        lost = known - seen
        is_held = rules.must_be_held(
            known=len(known), would_end=len(lost), someone_must_remain=True
        )
        if is_complete and not is_held:
            for key in lost:
                self.accounts[key]["status"] = "gone"
                self.history.append((key, "ended", "", "", ""))

    def take(self, fact: AccountFact) -> None:
        says = {
            "email": fact.email or "",
            "name": fact.name or "",
            "role": fact.role or "",
            "status": fact.status,
            "is_default": fact.is_default,
        }
        row = self.accounts.get(fact.external_id)
        if row is None:
            self.accounts[fact.external_id] = says
            self.history.append((fact.external_id, "appeared", "", "", ""))
            return
        if row["status"] == "gone":
            row["status"] = fact.status
            self.history.append((fact.external_id, "reappeared", "", "", ""))
        for name, value in says.items():
            if row[name] != value:
                told = (_told(row[name]), _told(value))
                self.history.append((fact.external_id, "changed", name, *told))
        row.update(says)


def _told(value: object) -> str:
    return {True: "yes", False: "no", None: ""}.get(value, str(value))


facts = st.builds(
    user,
    st.integers(1, 16),
    name=st.sampled_from(["A", "B", None]),
    email=st.sampled_from(["a@x.example", "Ä@x.example", None]),
    role=st.sampled_from(["owner", "reader", "ghost"]),
    status=st.sampled_from(["active", "suspended"]),
    is_default=st.sampled_from([True, False, None]),
)
readings = st.lists(
    st.tuples(st.lists(st.lists(facts, max_size=12), min_size=1, max_size=2), st.booleans()),
    min_size=1,
    max_size=5,
)


@settings(
    max_examples=length(8, full=100), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(readings=readings)
def test_it_equals_a_naive_reference_over_any_sequence_of_readings(readings, monkeypatch):
    connection, reference = made_connection(), Reference()
    for pages, is_complete in readings:
        end = "complete" if is_complete else "incomplete"
        run = read(connection, monkeypatch, *pages, end=end)
        reference.sync(pages, is_complete=is_complete)
        (row,) = run.collections.all()
        assert row.received == row.stored + row.repeated + row.set_aside
        assert row.stored == row.added + row.changed + row.unchanged
    kept = Account.objects.filter(connection=connection)
    fields = ("email", "name", "role", "status", "is_default")
    assert {row.pop("external_id"): row for row in kept.values("external_id", *fields)} == (
        reference.accounts
    )
    told = AccountChange.objects.filter(account__connection=connection)
    columns = ("account__external_id", "kind", "field", "before", "after")
    assert Counter(told.values_list(*columns)) == Counter(reference.history)


def test_an_account_that_comes_back_is_the_same_account(monkeypatch):
    connection = made_connection()
    read(connection, monkeypatch, [user(1), user(2)])
    before = Account.objects.get(external_id="user-2")
    read(connection, monkeypatch, [user(1)])
    run = read(connection, monkeypatch, [user(1), user(2)])
    after = Account.objects.get(external_id="user-2")
    assert (after.pk, after.ref, after.status, after.ended_at) == (
        before.pk,
        before.ref,
        "active",
        None,
    )
    assert after.began_at > before.began_at
    assert list(after.changes.order_by("id").values_list("kind", flat=True)) == (
        ["appeared", "ended", "reappeared"]
    )
    assert (run.added, run.changed, run.ended) == (1, 0, 0)


def test_a_return_is_not_dated_before_the_end_by_an_old_joining_time(monkeypatch):
    connection, joined = made_connection(), dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
    read(connection, monkeypatch, [user(1), user(2, added_at=joined)])
    ended = read(connection, monkeypatch, [user(1)])
    read(connection, monkeypatch, [user(1), user(2, added_at=joined)])
    account = Account.objects.get(external_id="user-2")
    assert account.began_known_by == "between_reads"
    assert account.began_at > ended.finished_at
    assert account.began_not_before == ended.collections.get().started_at


def test_a_joining_time_in_the_future_is_not_believed(monkeypatch):
    connection = made_connection()
    read(connection, monkeypatch, [user(1, added_at=now() + dt.timedelta(days=1))])
    account = Account.objects.get()
    assert account.began_known_by == "between_reads"
    assert account.began_at <= now()


def test_an_account_first_seen_by_an_incomplete_reading_ends_after_that(monkeypatch):
    connection = made_connection()
    read(connection, monkeypatch, [user(1)])
    seen = read(connection, monkeypatch, [user(1), user(2)], end="incomplete")
    read(connection, monkeypatch, [user(1)])
    account = Account.objects.get(external_id="user-2")
    assert account.status == "gone"
    assert account.ended_not_before == account.began_at > seen.started_at


def test_accounts_of_another_connection_are_left_alone(monkeypatch):
    one, other = made_connection(), made_connection()
    read(one, monkeypatch, [user(1), user(2)])
    read(other, monkeypatch, [user(1)])
    run = read(other, monkeypatch, [user(1)])
    assert run.ended == 0
    assert Account.objects.filter(connection=one, status="active").count() == 2


def test_text_that_no_database_can_hold_is_kept_as_well_as_can_be(monkeypatch):
    connection = made_connection()
    run = read(
        connection,
        monkeypatch,
        [user(1, name="N\x00ul \ud83d"), user(2, name="x" * 400), user(3, role="r" * 500)],
    )
    names = dict(Account.objects.values_list("external_id", "name"))
    assert names["user-1"] == "N\ufffdul \ufffd"
    assert names["user-2"] == "x" * 300
    assert run.status == "complete"
    (remark,) = run.collections.get().remarks
    assert remark["text"] == "Cut 2 texts too long to keep; the record has it whole."


def test_a_record_with_an_impossible_id_is_set_aside_and_counted(monkeypatch):
    connection = made_connection()
    long = AccountFact(external_id="x" * 201, raw=b"{}")
    run = read(connection, monkeypatch, [user(1), long])
    row = run.collections.get()
    assert (row.received, row.stored, row.set_aside) == (2, 1, 1)
    assert row.remarks[0]["text"].startswith("Set aside 1 record")


def test_small_organizations_may_lose_some_but_never_everyone_at_once(monkeypatch):
    connection = made_connection()
    read(connection, monkeypatch, [user(1), user(2), user(3)])
    assert read(connection, monkeypatch, [user(3)]).status == "complete"
    # Nobody we knew is left: another organization's list, perhaps.
    run = read(connection, monkeypatch, [user(8), user(9)])
    assert run.status == "held"
    assert Account.objects.filter(status="active").count() == 3


class Plans:
    """How PostgreSQL means to run the statements of the merge, asked right before each.

    `sizes` are the rows of the list, as it believes and as they are.
    """

    def __init__(self, connection) -> None:
        self.of: list[tuple[str, dict]] = []
        self.sizes: list[tuple[int, int]] = []
        self._of_list = f"FROM inventory_account WHERE connection_id = {connection.pk}"
        self._is_asking = False

    def __call__(self, execute, sql, params, many, context):
        merges = ("arriving_account", "different", "missing")
        joins = "inventory_account" in sql and any(f" {name} " in sql for name in merges)
        if joins and not self._is_asking:
            self._is_asking = True
            self.of.append((sql, self._plan(sql, params)))
            believed = self._plan("SELECT 1 " + self._of_list)["Plan Rows"]
            with database.cursor() as cursor:
                cursor.execute("SELECT count(*) " + self._of_list)
                self.sizes.append((believed, cursor.fetchone()[0]))
            self._is_asking = False
        return execute(sql, params, many, context)

    def _plan(self, sql, params=None) -> dict:
        with database.cursor() as cursor:
            cursor.execute("EXPLAIN (FORMAT JSON) " + sql, params)
            return cursor.fetchone()[0][0]["Plan"]

    def quadratic(self) -> list[str]:
        """Statements that go through all accounts for each arriving row."""
        return [sql for sql, plan in self.of if _is_quadratic(plan)]


def _is_quadratic(plan: dict) -> bool:
    """Whether for each row of one side all of the other are looked at, and accounts are in it."""
    below = plan.get("Plans", [])
    if plan["Node Type"] == "Nested Loop":
        outer, inner = below
        searched = {table for table, by in _scans(inner) if not by}
        both = searched | {table for table, _ in _scans(outer)}
        if "inventory_account" in both and searched - {"inventory_collection"}:
            return True
    return any(_is_quadratic(one) for one in below)


def _scans(plan: dict) -> list[tuple[str, bool]]:
    """The tables below, and whether an index leads to the very row."""
    by = plan.get("Index Cond", "")
    leads = any(words in by for words in ("external_id", "(id =", "(ref ="))
    here = [(plan.get("Relation Name"), leads)]
    below = [scan for one in plan.get("Plans", []) for scan in _scans(one)]
    return below + (here if "Relation Name" in plan else [])


@pytest.mark.skipif(
    "database.vendor != 'postgresql'", reason="a matter of PostgreSQL's planner only"
)
def test_while_a_large_first_load_grows_the_planner_knows_the_table(monkeypatch):
    """The table was analysed while it was empty, as a nightly vacuum does it."""
    monkeypatch.setattr(saving, "MERGE_EVERY_S", 0)  # each page
    connection = made_connection()
    plans = Plans(connection)
    with database.cursor() as cursor:
        cursor.execute("ANALYZE inventory_account")
    everyone = [user(number) for number in range(1, 4001)]
    changed = [user(number, name="Renamed") for number in range(1, 31)]
    with database.execute_wrapper(plans):
        read(connection, monkeypatch, everyone[:2000], everyone[2000:3950], everyone[3950:])
        read(connection, monkeypatch, changed, everyone[30:3900])
    told = " ".join(sql for sql, _ in plans.of)
    assert all(verb in told for verb in ("INSERT INTO different", "appeared", "'ended'", "'gone'"))
    assert plans.quadratic() == []
    # It looks again when the list has doubled.
    assert [pair for pair in plans.sizes if pair[0] < pair[1] / 3] == []


def test_an_empty_first_answer_is_not_a_complete_list(monkeypatch):
    connection = made_connection()
    run = read(connection, monkeypatch, [])
    (users,) = run.collections.all()
    assert (run.status, users.state) == ("partial", "incomplete")
    assert run.reason.startswith("Users: The list came back empty, but whoever made the key")
    assert connection.collections.get(key="users").completed_at is None
    assert read(connection, monkeypatch, [user(1)]).status == "complete"
