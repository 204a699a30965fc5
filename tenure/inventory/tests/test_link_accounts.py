from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from tenure.audit.models import AuditEvent
from tenure.inventory.models import AccountLink
from tenure.inventory.operations.link_accounts import link_accounts
from tenure.inventory.operations.reject_link import reject_link
from tenure.inventory.operations.unlink_account import unlink_account
from tenure.inventory.tests.company import account, account_of, day, person, take_people
from tenure.inventory.tests.scripted import made_connection, read, user
from tenure.jobs.models import Job
from tenure.lib.clock import now
from tenure.lib.errors import NotAllowed
from tenure.testing.cast import actor_of
from tenure.testing.jobs import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection(db):
    return made_connection()


def link() -> tuple[int, int]:
    return link_accounts(actor=actor_of("mara"))


def tie(name: str) -> tuple[str, str, str]:
    found = AccountLink.objects.get(account__external_id=f"user-{name}")
    return found.person.name, found.state, found.method


def test_it_links_by_work_and_other_address_whatever_their_case(connection, monkeypatch):
    take_people([person("mei", "Mei", other_emails="mt@mail.example"), person("bo", "Bo")])
    read(
        connection,
        monkeypatch,
        [
            account("mei", email="MEI@halden.example"),
            account("second", email="Mt@Mail.example"),
            account("mei+test", email="mei+test@halden.example"),
        ],
    )
    assert link() == (2, 0)
    assert tie("mei") == ("Mei", "confirmed", "exact_email")
    assert tie("second") == ("Mei", "confirmed", "other_email")
    assert not account_of("mei+test").links.exists()
    made = AccountLink.objects.first()
    assert (made.decided_by, now() - made.decided_at < timedelta(minutes=1)) == ("automatic", True)


def test_again_it_changes_nothing(connection, monkeypatch):
    take_people([person("mei", "Mei")])
    read(connection, monkeypatch, [account("mei")])
    assert link() == (1, 0)
    assert link() == (0, 0)
    assert AccountLink.objects.count() == 1
    assert AuditEvent.objects.filter(verb="accounts.linked").count() == 1


def test_an_account_much_older_than_the_start_is_suggested_once(connection, monkeypatch):
    take_people([person("mei", "Mei", start_date=day(-5))])
    added_at = now() - timedelta(days=36)
    read(connection, monkeypatch, [account("mei", added_at=added_at)])
    assert link() == (0, 1)
    assert link() == (0, 0)
    assert tie("mei") == ("Mei", "proposed", "exact_email")


def test_an_address_that_was_anothers_is_only_suggested(connection, monkeypatch):
    take_people([person("info", "First Holder", external_id="E1")])
    read(connection, monkeypatch, [account("info")])
    link()
    take_people(
        [
            person("first", "First Holder", external_id="E1"),
            person("info", "Second Holder", external_id="E2"),
        ]
    )
    read(connection, monkeypatch, [account("info"), account("again", email="info@halden.example")])
    assert link() == (0, 1)
    suggested = account_of("again").links.get()
    assert (suggested.person.name, suggested.state) == ("Second Holder", "proposed")
    assert "somebody else" in suggested.reason
    assert account_of("info").links.get().person.name == "First Holder"


def test_an_address_that_somebody_once_had_is_only_suggested_to_the_next(connection, monkeypatch):
    take_people([person("info", "First Holder", external_id="E1")])
    link()
    take_people([person("first", "First Holder", external_id="E1")])
    take_people([person("info", "Second Holder", external_id="E2")])
    read(connection, monkeypatch, [account("info")])
    assert link() == (0, 1)
    assert tie("info") == ("Second Holder", "proposed", "exact_email")
    assert "somebody else's" in account_of("info").links.get().reason


def test_the_same_external_id_links(connection, monkeypatch):
    take_people([person("mei", "Mei", external_id="user-7")])
    read(connection, monkeypatch, [account("7", email=None)])
    assert link() == (1, 0)
    assert tie("7") == ("Mei", "confirmed", "external_id")


def test_two_people_who_match_are_both_suggested(connection, monkeypatch):
    take_people(
        [person("mei", "Mei", external_id="E1"), person("bo", "Bo", external_id="user-mei")]
    )
    read(connection, monkeypatch, [account("mei")])
    assert link() == (0, 2)
    suggested = account_of("mei").links.order_by("person__name")
    assert [(one.person.name, one.method, one.confidence) for one in suggested] == [
        ("Bo", "external_id", "medium"),
        ("Mei", "exact_email", "medium"),
    ]


def test_a_similar_name_is_suggested_until_an_address_says_more(connection, monkeypatch):
    take_people([person("mei", "Mei Tanaka")])
    read(connection, monkeypatch, [account("m", name="Mei Tanaka", email="mt@mail.example")])
    assert link() == (0, 1)
    assert tie("m") == ("Mei Tanaka", "proposed", "similar_name")
    take_people([person("mei", "Mei Tanaka", other_emails="mt@mail.example")])
    assert link() == (1, 0)
    assert tie("m") == ("Mei Tanaka", "confirmed", "other_email")
    assert account_of("m").links.get().confidence == "high"


def test_a_name_that_many_share_suggests_nobody(connection, monkeypatch):
    take_people([person(f"p{n}", "Mei Tanaka") for n in range(4)])
    read(connection, monkeypatch, [account("m", name="Mei Tanaka", email="x@mail.example")])
    assert link() == (0, 0)


def test_what_a_human_rejected_is_not_proposed_again(connection, monkeypatch):
    take_people([person("mei", "Mei"), person("bo", "Bo", start_date=day(0))])
    long_ago = now() - timedelta(days=400)
    read(connection, monkeypatch, [account("mei"), account("bo", added_at=long_ago)])
    link()
    unlink_account(account_ref=account_of("mei").ref, reason="A namesake", actor=actor_of("mara"))
    reject_link(link_ref=account_of("bo").links.get().ref, actor=actor_of("mara"))
    assert link() == (0, 0)


def test_gone_service_and_addressless_accounts_are_left_alone(connection, monkeypatch):
    take_people([person(name, name) for name in ("mei", "robot", "bo")])
    read(
        connection,
        monkeypatch,
        [
            account("mei"),
            account("robot", is_service=True),
            account("nobody", email=None),
            account("bo"),
        ],
    )
    read(
        connection,
        monkeypatch,
        [account("robot", is_service=True), account("nobody", email=None), account("bo")],
    )
    assert link() == (1, 0)
    assert tie("bo") == ("bo", "confirmed", "exact_email")


def test_its_statements_do_not_grow_with_the_accounts(connection, monkeypatch):
    def statements(first: int, last: int) -> int:
        numbers = range(first, last)
        take_people([person(f"u{number}", "Somebody") for number in numbers])
        read(connection, monkeypatch, [user(number) for number in range(last)])
        with CaptureQueriesContext(database) as captured:
            assert link() == (last - first, 0)
        # SQLite takes so many values a statement, so that only the writing goes in batches.
        inserts = [q for q in captured if 'INTO "inventory_accountlink"' in q["sql"]]
        assert len(inserts) <= 1 + (last - first) // 50
        return len(captured) - len(inserts)

    few = statements(0, 5)
    assert statements(5, 400) <= few


def test_it_asks_the_same_few_questions_of_every_two_thousand_accounts(connection, monkeypatch):
    take_people([person("mei", "Mei Tanaka")])

    def asked(strangers: int) -> int:
        unknown = [user(n, email=f"x{n}@elsewhere.example") for n in range(strangers)]
        read(connection, monkeypatch, unknown)
        link()
        with CaptureQueriesContext(database) as captured:
            assert link() == (0, 0)
        return len(captured)

    one, two, three = asked(1_000), asked(3_000), asked(5_000)
    assert three - two == two - one <= 6


def test_whichever_thousand_an_account_is_among_it_is_judged_by_what_was_known_before(
    connection, monkeypatch
):
    take_people(
        [person("mei", "Mei", external_id="user-0"), person("bo", "Bo", external_id="user-2999")]
    )
    shared = {"email": "desk@elsewhere.example"}
    accounts = [user(n, **(shared if n in (0, 2_999) else {})) for n in range(3_000)]
    read(connection, monkeypatch, accounts)
    assert link() == (2, 0)
    assert [tie("0"), tie("2999")] == [
        ("Mei", "confirmed", "external_id"),
        ("Bo", "confirmed", "external_id"),
    ]


def test_a_sync_and_an_import_are_followed_by_linking_and_then_by_the_tests(
    connection, monkeypatch
):
    read(connection, monkeypatch, [account("mei")])
    run_jobs()
    take_people([person("mei", "Mei")])
    run_jobs()
    assert tie("mei") == ("Mei", "confirmed", "exact_email")
    done = set(Job.objects.values_list("task", flat=True))
    assert {
        "tenure.inventory.tasks.link_accounts",
        "tenure.compliance.tasks.evaluate_tests",
    } <= done


@pytest.mark.parametrize("who", ["sid", "rita", "hugo", "aud"])
def test_it_refuses_who_may_not_link(connection, who):
    with pytest.raises(NotAllowed):
        link_accounts(actor=actor_of(who))
