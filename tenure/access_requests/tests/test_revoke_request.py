from __future__ import annotations

import pytest

from tenure.access_requests.operations.revoke_request import revoke_request
from tenure.access_requests.tests.approved import approve, make_request
from tenure.access_requests.tests.giving import (
    ADA,
    _organization,
    company,
    connection,
    later,
    openai,
    read,
    sync,
    work,
)
from tenure.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tenure.testing.cast import THERE, actor_of

__all__ = ["_organization", "company", "connection", "later", "openai", "read", "sync", "work"]


@pytest.fixture
def given(company, work, read):
    return read(work(approve(company.hugo, company.nightly, "member", days=30)))


def test_it_is_taken_back_for_a_reason(given, work):
    request = revoke_request(ref=given.ref, reason="The project is over", actor=ADA)
    assert (request.state, request.ending) == ("ending", "revoked")
    assert request.events.get(kind="ending").text == "The project is over"
    assert work(request).state == "revoked"


def test_without_a_reason_it_is_not(given):
    with pytest.raises(Invalid, match="Say why"):
        revoke_request(ref=given.ref, reason=" ", actor=ADA)


def test_who_sees_it_and_manages_nothing_may_not_and_who_does_not_see_it_does_not_find_it(given):
    with pytest.raises(NotAllowed):
        revoke_request(ref=given.ref, reason="No", actor=actor_of("sid"))
    for actor in (actor_of("hugo"), actor_of("mara", connection=THERE)):
        with pytest.raises(NotFound):
            revoke_request(ref=given.ref, reason="No", actor=actor)


def test_what_gave_nothing_has_nothing_to_take_back(company):
    request = make_request(company.hugo, company.search, "owner", approved_at=None)
    with pytest.raises(Conflict, match="there is nothing to take back"):
        revoke_request(ref=request.ref, reason="No", actor=ADA)
