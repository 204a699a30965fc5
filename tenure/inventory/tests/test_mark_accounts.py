from __future__ import annotations

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from tenure.audit.models import AuditEvent
from tenure.inventory.marking_rules import Mark
from tenure.inventory.models import Account, AccountWord
from tenure.inventory.operations.mark_accounts import mark_accounts
from tenure.inventory.tests.company import account_of
from tenure.lib.errors import Invalid, NotAllowed, NotFound
from tenure.testing.cast import actor_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("halden")]
SHARED = Mark(kind="shared", owner="mei@halden.example", reason="A desk used by many")


def mark(*names: str, said: Mark = SHARED, who: str = "mara") -> list[Account]:
    refs = [account_of(name).ref for name in names]
    return mark_accounts(account_refs=refs, said=said, actor=actor_of(who))


def test_it_marks_all_of_them_with_one_event_and_a_word_each():
    mark("labs", "priya", "lena")
    assert {account_of(name).kind for name in ("labs", "priya", "lena")} == {"shared"}
    assert account_of("priya").links.get().state == "ended"
    event = AuditEvent.objects.get(verb="accounts.marked")
    assert (event.detail["count"], len(event.detail["sha256"])) == (3, 64)
    assert AccountWord.objects.filter(said="marked").count() == 3


def test_of_several_all_are_marked_or_none():
    with pytest.raises(Invalid, match="Name the person"):
        mark("labs", "priya", said=Mark(is_break_glass=True))
    with pytest.raises(NotFound):
        mark_accounts(
            account_refs=[account_of("labs").ref, "nonsense"], said=SHARED, actor=actor_of("mara")
        )
    assert account_of("labs").kind == "person"


def test_without_any_it_says_to_choose():
    with pytest.raises(Invalid, match="Choose at least one account"):
        mark()


def test_its_statements_do_not_grow_with_the_accounts():
    def statements(*names: str) -> int:
        refs = [account_of(name).ref for name in names]
        with CaptureQueriesContext(database) as captured:
            mark_accounts(account_refs=refs, said=SHARED, actor=actor_of("mara"))
        return len(captured)

    few = statements("mei")
    assert statements("labs", "priya", "lena", "noor", "uma") <= few


@pytest.mark.parametrize("who", ["sid"])
def test_it_refuses_who_may_not_mark(who):
    with pytest.raises(NotAllowed):
        mark("labs", who=who)
