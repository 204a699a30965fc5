"""Another person answers for an account."""

from __future__ import annotations

import pytest

from tenure.inventory.marking_rules import Mark
from tenure.inventory.models import Ownership
from tenure.inventory.operations.hand_over_account import hand_over_account
from tenure.inventory.operations.mark_account import mark_account
from tenure.lib.errors import Invalid
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_account, make_connection, make_person


@pytest.fixture
def service(db):
    account = make_account(connection=make_connection(), email="batch@halden.example")
    for name in ("Hugo", "Priya"):
        make_person(name, email=f"{name.lower()}@halden.example")
    said = Mark(
        kind="service",
        owner="hugo@halden.example",
        backup_owner="priya@halden.example",
        purpose="Ingests",
    )
    mark_account(account_ref=account.ref, said=said, actor=actor_of("ada"))
    return account


def test_what_it_is_for_stays(service):
    elena = make_person("Elena", email="elena@halden.example")
    hand_over_account(account_ref=service.ref, to=elena.ref, actor=actor_of("ada"))
    ownership = Ownership.objects.get(account=service)
    assert (str(ownership.owner), str(ownership.backup_owner)) == ("Elena", "Priya")
    assert ownership.purpose == "Ingests"


def test_nobody_stands_in_for_themselves(service):
    priya = Ownership.objects.get(account=service).backup_owner
    hand_over_account(account_ref=service.ref, to=priya.ref, actor=actor_of("ada"))
    ownership = Ownership.objects.get(account=service)
    assert (ownership.owner, ownership.backup_owner) == (priya, None)


def test_somebody_who_is_gone_takes_nothing_over(service):
    gone = make_person("Gone", email="gone@halden.example", is_disabled=True)
    with pytest.raises(Invalid, match="may not hold access"):
        hand_over_account(account_ref=service.ref, to=gone.ref, actor=actor_of("ada"))
