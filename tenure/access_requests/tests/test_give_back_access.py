from __future__ import annotations

import pytest

from tenure.access_requests.operations.give_back_access import give_back_access
from tenure.access_requests.tests.approved import approve
from tenure.access_requests.tests.giving import (
    _organization,
    company,
    connection,
    later,
    openai,
    read,
    sync,
    work,
)
from tenure.lib.errors import Conflict, NotFound
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_person

__all__ = ["_organization", "company", "connection", "later", "openai", "read", "sync", "work"]


@pytest.fixture
def given(company, work, read):
    return read(work(approve(company.hugo, company.nightly, "member", days=30)))


def by(person):
    return actor_of("hugo", person_id=str(person.ref))


def test_whoever_has_it_gives_it_back(company, given, work):
    request = give_back_access(ref=given.ref, version=given.version, actor=by(company.hugo))
    assert (request.state, request.ending) == ("ending", "given_back")
    assert work(request).state == "revoked"


def test_so_does_whoever_they_were_merged_into(company, given, work):
    kept = make_person("Hugo C")
    company.hugo.merged_into, company.hugo.email, company.hugo.email_key = kept, "", ""
    company.hugo.save()
    assert give_back_access(ref=given.ref, actor=by(kept)).state == "ending"


def test_nobody_else_s(company, given):
    for actor in (by(company.nina), actor_of("ada")):
        with pytest.raises(NotFound):
            give_back_access(ref=given.ref, actor=actor)


def test_not_twice_and_not_what_has_changed(company, given):
    with pytest.raises(Conflict, match="has changed since"):
        give_back_access(ref=given.ref, version=given.version - 1, actor=by(company.hugo))
    give_back_access(ref=given.ref, actor=by(company.hugo))
    with pytest.raises(Conflict, match="is being taken back already"):
        give_back_access(ref=given.ref, actor=by(company.hugo))
