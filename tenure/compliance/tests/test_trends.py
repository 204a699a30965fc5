"""What is counted once for all weeks, and what week by week, come to what a naive count says."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from tenure.compliance.trends import account_trend, weeks
from tenure.inventory.models import Account, AccountLink
from tenure.lib.clock import now
from tenure.testing.cast import actor_of
from tenure.testing.factories import link, make_account, make_connection, make_person

pytestmark = pytest.mark.django_db


def furnish(random: Random) -> None:
    """Accounts of every kind and age, with the links that somebody may have had, one by one."""
    at, connection, person = now(), make_connection(), make_person()

    def ago() -> timedelta:
        return timedelta(days=random.choice([1, 10, 30, 60, 89, 95, 200]))

    for _ in range(40):
        began_at = at - ago()
        over = {}
        if random.random() < 0.3:
            ended_at = began_at + random.random() * (at - began_at)
            over = {"status": "gone", "ended_at": ended_at, "ended_known_by": "sync"}
        kind = random.choice(["person", "person", "external", "service"])
        account = make_account(connection, kind=kind, began_at=began_at, **over)
        if kind == "service":
            continue
        states = random.choice([[], ["confirmed"], ["ended"], ["ended", "confirmed"], ["proposed"]])
        for state in states:
            method = random.choice(["manual", "exact_email"])
            tie = link(account, person, state=state, method=method)
            ended_at = at - ago() if state == "ended" else None
            decided_at = (ended_at or at) - ago()
            AccountLink.objects.filter(pk=tie.pk).update(decided_at=decided_at, ended_at=ended_at)


def counted(ends) -> list[tuple[int, ...]]:
    """The same, account by account: people, external, service, unlinked."""
    rows = []
    for end in ends:
        row = {"person": 0, "external": 0, "service": 0, "unlinked": 0}
        for account in Account.objects.all():
            if account.began_at > end or (account.ended_at and account.ended_at <= end):
                continue
            ties = [
                tie
                for tie in account.links.all()
                if tie.state in ("confirmed", "ended")
                and (tie.ended_at is None or tie.ended_at > end)
                and (tie.method != "manual" or tie.decided_at <= end)
            ]
            is_somebodys = account.kind == "service" or ties
            row[account.kind if is_somebodys else "unlinked"] += 1
        rows.append(tuple(row.values()))
    return rows


@pytest.mark.parametrize("seed", range(4))
def test_accounts_by_kind_and_those_of_nobody_at_the_end_of_each_week(seed):
    furnish(Random(seed))  # noqa: S311 - the same accounts in each run
    ada = actor_of("ada")
    ends = weeks(ada)
    assert [row[1:] for row in account_trend(ends, actor=ada)["rows"]] == counted(ends)


def test_without_accounts_nothing_is_drawn():
    ada = actor_of("ada")
    assert not account_trend(weeks(ada), actor=ada)["is_drawn"]
