"""However people and accounts come and go and whatever humans say, linking keeps its promises."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tenure.connectors.facts import AccountFact
from tenure.inventory.linking import AUTOMATIC
from tenure.inventory.marking_rules import Mark
from tenure.inventory.models import Account, AccountLink
from tenure.inventory.operations.confirm_links import confirm_links
from tenure.inventory.operations.link_account import link_account
from tenure.inventory.operations.link_accounts import link_accounts
from tenure.inventory.operations.mark_account import mark_account
from tenure.inventory.operations.reject_links import reject_links
from tenure.inventory.operations.undo_account_word import undo_account_word
from tenure.inventory.operations.unlink_account import unlink_account
from tenure.inventory.queries import suggestions
from tenure.inventory.tests.company import day, take_people
from tenure.inventory.tests.scripted import made_connection, read
from tenure.lib.clock import now
from tenure.lib.errors import DomainError
from tenure.people.models import Person
from tenure.testing.cast import actor_of
from tenure.testing.lengths import length

pytestmark = pytest.mark.django_db
EXAMPLES = length(6, full=150)
NAMES = ("Mei Tanaka", "Jonas Weber", "Noor el-Amin")
ADDRESSES = ("mei.tanaka", "jonas.weber", "info", "jweber")
STARTS = (-400, -400, -400, 0)
# What happens by itself comes often, and what humans say seldom.
OFTEN = ("account", "person", "link")
SELDOM = ("gone", "reject", "confirm", "tie", "unlink", "mark", "unmark", "undo")
_State = AccountLink.State

steps = st.tuples(
    st.sampled_from(OFTEN * 2 + SELDOM),
    st.integers(0, 2),
    st.integers(0, 3),
)


@dataclass
class Company:
    """Three accounts and three people who share four addresses."""

    monkeypatch: pytest.MonkeyPatch
    connection: object = field(default_factory=made_connection)
    addresses: dict[int, int] = field(default_factory=dict)
    people: dict[int, tuple[int, int]] = field(default_factory=dict)
    had: dict[str, set[int]] = field(default_factory=dict)
    mara: object = field(default_factory=lambda: actor_of("mara"))

    def do(self, what: str, one: int, other: int) -> None:
        if what in ("account", "gone"):
            self.addresses[one] = other
            if what == "gone":
                del self.addresses[one]
            self.sync()
        elif what == "person":
            self.people = {n: had for n, had in self.people.items() if had[0] != other}
            self.people[one] = other, STARTS[(one + other) % 4]
            take_people([self.row(n) for n in range(3) if n in self.people or self.known(n)])
            for n, (address, _) in self.people.items():
                key = f"{ADDRESSES[address]}@halden.example"
                self.had.setdefault(key, set()).add(Person.objects.get(external_id=f"E{n}").pk)
            # As after every import.
            self.link()
        elif what == "link":
            self.link()
        else:
            self.say(what, one, other)

    def known(self, number: int) -> bool:
        return Person.objects.filter(external_id=f"E{number}").exists()

    def row(self, number: int) -> dict[str, str]:
        own, start = self.people.get(number, (None, -400))
        local = f"former-{number}" if own is None else ADDRESSES[own]
        return {
            "external_id": f"E{number}",
            "name": NAMES[number],
            "email": f"{local}@halden.example",
            "start_date": day(start),
        }

    def sync(self) -> None:
        added_at = now() - timedelta(days=100)
        facts = [
            AccountFact(
                external_id=f"user-{number}",
                email=f"{ADDRESSES[address]}@halden.example",
                name=NAMES[number] if number else "",
                role="reader",
                added_at=added_at,
                raw=f"{number} {address}".encode(),
            )
            for number, address in self.addresses.items()
        ]
        read(self.connection, self.monkeypatch, facts)

    def link(self) -> None:
        before = {link.pk: link for link in AccountLink.objects.all()}
        kinds = dict(Account.objects.values_list("pk", "kind"))
        link_accounts(actor=self.mara)
        assert dict(Account.objects.values_list("pk", "kind")) == kinds
        rejected = {(a.account_id, a.person_id) for a in before.values() if a.state == "rejected"}
        for link in AccountLink.objects.select_related("account"):
            old = before.get(link.pk)
            if old is not None and (old.state, old.person_id) == (link.state, link.person_id):
                continue
            # Only a suggestion that waited may become a link; nothing else is touched.
            assert old is None or (old.state, link.state) in {
                ("proposed", "confirmed"),
                ("proposed", "proposed"),
            }
            assert (link.account_id, link.person_id) not in rejected
            if link.state == _State.CONFIRMED:
                self.check_it_may_link_itself(link, before.values())

    def check_it_may_link_itself(self, link: AccountLink, before) -> None:
        assert link.decided_by == AUTOMATIC
        tied = (_State.CONFIRMED, _State.ENDED)
        own = {
            one.person_id
            for one in before
            if one.account_id == link.account_id and one.state in tied
        }
        assert own <= {link.person_id}, "it moved to another person by itself"
        assert self.had[link.account.email_key] == {link.person_id}, "the address was another's"
        begins = Person.objects.get(pk=link.person_id).begins_at
        assert link.account.added_at >= begins - timedelta(days=30)

    def say(self, what: str, one: int, other: int) -> None:
        account = Account.objects.filter(external_id=f"user-{one}").first()
        waiting = list(suggestions(actor=self.mara).filter(account=account)) if account else []
        if account is None:
            return
        try:
            with transaction.atomic():
                self.word(what, account, waiting, other)
        except DomainError:
            # A human may ask for what makes no sense; that changes nothing.
            return

    def word(self, what: str, account: Account, waiting: list[AccountLink], other: int) -> None:
        ref, mara = account.ref, self.mara
        if what in ("reject", "confirm") and waiting:
            verb = reject_links if what == "reject" else confirm_links
            verb(link_refs=[waiting[other % len(waiting)].ref], actor=mara)
        elif what == "tie":
            whom = Person.objects.order_by("pk")[other % 3 : other % 3 + 1]
            link_account(account_ref=ref, email=whom[0].email if whom else "", actor=mara)
        elif what == "unlink":
            unlink_account(account_ref=ref, reason="Not theirs", actor=mara)
        elif what == "mark":
            whom = Person.objects.order_by("pk").first()
            said = Mark(kind="shared", owner=whom.email if whom else "", reason="Shared")
            mark_account(account_ref=ref, said=said, actor=mara)
        elif what == "unmark":
            mark_account(account_ref=ref, said=Mark(kind="person"), actor=mara)
        elif what == "undo":
            undo_account_word(account_ref=ref, actor=mara)


@settings(
    max_examples=EXAMPLES,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(plan=st.lists(steps, min_size=15, max_size=40))
def test_no_link_moves_by_itself_and_no_rejected_pair_comes_back(plan, monkeypatch):
    with transaction.atomic():
        company = Company(monkeypatch)
        for number in range(3):
            company.do("person", number, number)
            company.do("account", number, number)
        for step in plan:
            company.do(*step)
            held = AccountLink.objects.filter(state=_State.CONFIRMED)
            assert held.count() == held.values("account").distinct().count()
            assert not held.exclude(account__kind__in=AccountLink.KINDS).exists()
        transaction.set_rollback(True)
