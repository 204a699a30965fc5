"""Whatever is asked for, given, extended, given back or stopped half-way: once its end has passed
and the sweep has run, nothing of it is held, here or at the provider."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from tenure.access_requests import situation
from tenure.access_requests.minding import look_after_requests
from tenure.access_requests.models import AccessRequest
from tenure.access_requests.operations.expire_requests import expire_requests
from tenure.access_requests.tests.approved import approve
from tenure.access_requests.tests.giving import (
    ADA,
    HUGO,
    NINA,
    _organization,
    company,
    connection,
    furnish,
    later,
    openai,
    read,
    sync,
    work,
)
from tenure.inventory.models import Account
from tenure.lib.clock import now
from tenure.testing.lengths import length

__all__ = ["_organization", "company", "connection", "later", "openai", "read", "sync", "work"]
DAY = 24 * 3600
HOLDS = (AccessRequest.State.AWAITING_ACCEPTANCE, *AccessRequest.GIVES)
people = st.sampled_from(["hugo", "nina"])
things = st.sampled_from(
    [("nightly", "member"), ("nightly", "owner"), ("search", "owner"), ("group", "")]
)
asking = st.tuples(st.just("ask"), people, things, st.integers(1, 9))
passing = st.tuples(st.just("pass"), st.integers(1, 5))
plain = st.sampled_from([("accept",), ("read",), ("work",), ("sweep",), ("extend",)])
steps = st.lists(st.one_of(asking, passing, plain, plain), min_size=3, max_size=10)


class Life:
    """One company, and what happens to it."""

    def __init__(self, company, work, read, later):
        self.company, self.work, self.read, self.later = company, work, read, later

    def take(self, step):
        getattr(self, step[0] + "_")(*step[1:])
        self.check()

    def ask_(self, who, thing, days):
        person, (name, role) = getattr(self.company, who), thing
        resource = getattr(self.company, name)
        same = {"person": person, "resource": resource, "role": role}
        if not AccessRequest.objects.filter(**same, state__in=AccessRequest.OPEN).exists():
            approve(person, resource, role, days=days)

    def extend_(self):
        given = AccessRequest.objects.filter(state__in=AccessRequest.GIVES, extensions=None)
        if first := given.select_related("person", "resource__connection").first():
            approve(first.person, first.resource, first.role, days=3, extends=first)

    def pass_(self, days):
        self.later(days * DAY)
        self.company.openai.advance(days * DAY)

    def accept_(self):
        pending = self.company.openai.invites()
        if any(one["email"] == NINA and one["status"] == "pending" for one in pending):
            self.company.openai.accept_invite(NINA)

    def read_(self):
        self.read()

    def work_(self):
        self.work()

    def sweep_(self):
        look_after_requests(actor=ADA)

    def check(self):
        """One sweep, and nothing that is over counts as held any more, whatever else failed."""
        expire_requests(actor=ADA)
        over = AccessRequest.objects.filter(ends_at__lte=now(), state__in=HOLDS)
        assert not over.exists()

    def come_to_an_end(self):
        """What was asked for last is sent first; an invitation runs out, too."""
        for _ in range(4):
            self.pass_(20)
            look_after_requests(actor=ADA)
            self.work()
            self.read()


@pytest.mark.django_db
@settings(
    max_examples=length(4, full=60),
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps)
def test_nothing_is_held_past_its_end(company, work, read, later, lived):
    company.openai.reset()
    furnish(company.openai)
    with transaction.atomic():
        note(str(lived))
        life = Life(company, work, read, later)
        for step in lived:
            life.take(step)
        life.come_to_an_end()
        open_ones = AccessRequest.objects.filter(state__in=AccessRequest.OPEN)
        assert not [(str(one), one.state, one.state_reason) for one in open_ones]
        hugo = Account.objects.get(email=HUGO)
        held = situation.held_by(hugo).values_list(
            "entitlement__resource__name", "entitlement__external_id"
        )
        assert list(held) == [("search", "member")]
        # Without anything she is left alone where something was open when the last of it ended.
        for nina in Account.objects.filter(email=NINA).exclude(status="gone"):
            assert (nina.role, situation.held_by(nina).exists()) == ("reader", False)
        transaction.set_rollback(True)
