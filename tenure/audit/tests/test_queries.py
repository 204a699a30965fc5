from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from tenure.audit import operations as audit
from tenure.audit import queries
from tenure.audit.models import AuditEvent, AuditText
from tenure.audit.queries import EventFilter
from tenure.audit.sealing import seal_once
from tenure.audit.tests.trail import VERB, leave
from tenure.lib.errors import NotAllowed
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db
ADA = actor_of("ada")
MILLISECOND = timedelta(milliseconds=1)
NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def found(**given) -> list[str]:
    return [
        line.subject_ref for line in queries.events(actor=ADA, chosen=EventFilter(**given)).lines
    ]


@pytest.fixture
def week() -> None:
    """One event a day, the newest today at nine."""
    with time_machine.travel(NINE - timedelta(days=2), tick=False) as clock:
        leave(by="ada", subject=audit.Subject("account", "a-1"))
        clock.shift(timedelta(days=1))
        leave(by="rita", subject=audit.Subject("person", "p-1"))
        clock.shift(timedelta(days=1))
        leave(by="ada", subject=audit.Subject("account", "a-2"))


@pytest.mark.parametrize(
    ("chosen", "refs"),
    [
        ({}, ["a-2", "p-1", "a-1"]),
        ({"actor": "novak"}, ["p-1"]),
        ({"actor": ADA.id}, ["a-2", "a-1"]),
        ({"actor": "nobody"}, []),
        ({"subject": "account"}, ["a-2", "a-1"]),
        ({"subject": "p-1"}, ["p-1"]),
        ({"verb": VERB}, ["a-2", "p-1", "a-1"]),
        ({"verb": "user.invited"}, []),
        ({"since": NINE - timedelta(days=1)}, ["a-2", "p-1"]),
        ({"until": NINE - timedelta(days=1)}, ["a-1"]),
        ({"actor": "lindqvist", "since": NINE - timedelta(hours=1)}, ["a-2"]),
    ],
)
def test_filters_narrow_what_is_shown_newest_first(week, chosen, refs):
    assert found(**chosen) == refs


def test_a_reason_that_names_somebody_is_not_a_deed_of_theirs():
    leave(by="ada", text={"reason": "Rita Novak asked"})
    assert found(actor="novak") == []


def test_pages_follow_each_other_without_gap_or_overlap():
    leave(5)
    seen, before = [], None
    while True:
        page = queries.events(actor=ADA, before=before, limit=2)
        seen += [line.ref for line in page.lines]
        leave(1)  # what is new does not move the older pages
        if (before := page.older) is None:
            break
    assert len(seen) == len(set(seen)) == 5


def test_a_line_says_what_was_done_and_where_it_is_in_the_chain():
    (event,) = leave()
    waiting = queries.events(actor=ADA).lines[0]
    seal_once()
    line = queries.events(actor=ADA).lines[0]
    assert (waiting.seq, line.seq) == (None, 1)
    assert (line.ref, line.actor, line.sentence) == (
        event.ref,
        "Ada Lindqvist",
        "exported the audit log",
    )


def test_an_erased_name_shows_as_none():
    leave()
    AuditText.objects.update(text=None, salt=None)
    assert queries.events(actor=ADA).lines[0].actor is None


def test_a_page_costs_a_fixed_number_of_queries(django_assert_num_queries):
    leave(20)
    seal_once()
    with django_assert_num_queries(2):
        queries.events(actor=ADA)


class TestVisibility:
    READS = (
        lambda actor: queries.events(actor=actor),
        lambda actor: queries.chain_state(actor=actor),
        lambda actor: queries.head(actor=actor),
        lambda actor: queries.export_lines(actor=actor),
    )

    @pytest.mark.parametrize("read", READS)
    @pytest.mark.parametrize("name", ["oscar", "hugo", "rita", "sid"])
    def test_without_the_permission_nothing_is_shown(self, read, name):
        with pytest.raises(NotAllowed):
            read(actor_of(name))

    @pytest.mark.parametrize("read", READS)
    @pytest.mark.parametrize("name", ["ada", "mara", "aud"])
    def test_with_it_everything_is(self, read, name):
        read(actor_of(name))

    def test_an_auditor_of_one_connection_sees_only_what_concerns_it(self):
        account = audit.Subject("account", "a-1")
        leave(1, connection="c-1", subject=account)
        leave(1, connection="c-2", subject=account)
        leave(1, subject=account)
        auditor = actor_of("aud", connection="c-1")
        assert [line.ref for line in queries.events(actor=auditor).lines] == [
            AuditEvent.objects.get(connection_ref="c-1").ref
        ]
        assert len(list(queries.export_lines(actor=auditor))) == 1

    def test_an_auditor_sees_the_days_of_their_window_and_no_others(self):
        with time_machine.travel(datetime(2026, 3, 1, tzinfo=UTC) - MILLISECOND, tick=False) as at:
            leave(subject=audit.Subject("account", "the day before"))
            at.shift(MILLISECOND)
            leave(subject=audit.Subject("account", "first"))
            at.move_to(datetime(2026, 3, 6, tzinfo=UTC) - MILLISECOND)
            leave(subject=audit.Subject("account", "last"))
            at.shift(MILLISECOND)
            leave(subject=audit.Subject("account", "the day after"))
        assert self.seen_by_auditor() == ["last", "first"]

    def test_an_auditor_asks_for_other_days_in_vain(self):
        with time_machine.travel(NINE, tick=False):
            leave(subject=audit.Subject("account", "a-1"))
        assert self.seen_by_auditor(chosen=EventFilter(since=NINE)) == []

    @pytest.mark.parametrize(
        ("kind", "is_seen"),
        [
            ("connection", True), ("sync_run", True), ("account_link", True), ("finding", True),
            ("people_import", True), ("test", True), ("user", False), ("session", False),
            ("role_assignment", False), ("one_time_link", False), ("user_invitation", False),
            ("outbox_message", False), ("audit_log", False), ("page", False), ("sign_in", False),
            ("root_key", False), ("person", False), ("invented_later", False),
        ],
    )  # fmt: skip
    def test_an_auditor_sees_only_events_of_what_is_to_be_judged(self, kind, is_seen):
        with time_machine.travel(datetime(2026, 3, 2, tzinfo=UTC), tick=False):
            leave(subject=audit.Subject(kind, "x"))
        assert self.seen_by_auditor() == ["x"] * is_seen

    def seen_by_auditor(self, **given) -> list[str]:
        """The subjects an auditor of the first five days of March sees, also when exporting."""
        auditor = actor_of("aud", window=(date(2026, 3, 1), date(2026, 3, 5)))
        exported = list(queries.export_lines(actor=auditor, **given))
        seen = [line.subject_ref for line in queries.events(actor=auditor, **given).lines]
        assert len(exported) == len(seen)
        return seen


class TestChainState:
    def test_before_anything_happened(self):
        state = queries.chain_state(actor=ADA)
        assert (state.head.seq, state.sealed_at, state.unsealed, state.stuck_since) == (
            0,
            None,
            0,
            None,
        )

    def test_it_tells_head_age_and_what_waits(self):
        with time_machine.travel(NINE, tick=False) as clock:
            leave(2)
            seal_once()
            leave(1)
            clock.shift(timedelta(minutes=2))
            state = queries.chain_state(actor=ADA)
        assert (state.head, state.sealed_at) == (queries.head(actor=ADA), NINE)
        assert (state.head.seq, state.unsealed, state.stuck_since) == (2, 1, NINE)


class TestExport:
    def lines(self, **given):
        return [json.loads(line) for line in queries.export_lines(actor=ADA, **given)]

    def test_sealed_events_come_in_order_then_the_others(self, monkeypatch):
        monkeypatch.setattr(queries, "CHUNK", 2)
        leave(5)
        seal_once()
        leave(3)
        assert [line["sealed"]["seq"] for line in self.lines()] == [1, 2, 3, 4, 5, None, None, None]

    def test_an_event_sealed_while_exporting_is_not_lost(self, monkeypatch):
        monkeypatch.setattr(queries, "CHUNK", 1)
        leave(2)
        seal_once()
        leave(2)
        exported = queries.export_lines(actor=ADA)
        first = next(exported)
        seal_once()
        refs = [json.loads(line)["sealed"]["ref"] for line in (first, *exported)]
        assert sorted(refs) == sorted(
            str(ref) for ref in AuditEvent.objects.values_list("ref", flat=True)
        )

    def test_it_holds_texts_with_their_salts_unless_erased(self):
        leave(1, text={"reason": "asked by Rita"})
        AuditText.objects.filter(field="reason").update(text=None, salt=None)
        (line,) = self.lines()
        assert line["texts"]["actor"]["text"] == "Ada Lindqvist"
        assert line["texts"]["reason"] == {"salt": None, "text": None}

    def test_internal_ids_stay_inside(self):
        (event,) = leave()
        (line,) = self.lines()
        assert "id" not in line["sealed"]
        assert line["sealed"]["ref"] == str(event.ref)

    @pytest.mark.usefixtures("week")
    def test_it_takes_the_same_filter_as_the_page(self):
        (line,) = self.lines(chosen=EventFilter(subject="p-1"))
        assert line["sealed"]["subject_ref"] == "p-1"
