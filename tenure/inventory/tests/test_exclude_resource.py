from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.inventory.models import Grant
from tenure.inventory.operations.exclude_resource import exclude_resource
from tenure.inventory.tests.company import project_of
from tenure.inventory.tests.scripted import ScriptedOrganization, project, read_all, user
from tenure.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tenure.testing.cast import actor_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("halden")]


def exclude(name: str, reason: str = "A sandbox", actor: object = None):
    ref = project_of(name).ref
    return exclude_resource(resource_ref=ref, reason=reason, actor=actor or actor_of("mara"))


def test_it_says_who_decided_and_why():
    exclude("Search", reason=" A sandbox ")
    search = project_of("Search")
    assert (search.is_out_of_scope, search.scope_reason) == (True, "A sandbox")
    assert search.scope_decided_by == "Mara Okafor"
    event = AuditEvent.objects.filter(verb="resource.excluded").last()
    assert event.subject_ref == str(search.ref)
    assert "sandbox" not in str(event.detail)


def test_its_members_are_read_no_more_and_stay_as_they_were(halden, monkeypatch):
    exclude("Search")
    kept = set(Grant.objects.values_list("principal_id", "ended_at"))
    said = ScriptedOrganization(
        users=[user(0, role="owner")],
        projects=[project(1, name="Search")],
        members={"proj_search": []},
    )
    run = read_all(halden, monkeypatch, said)
    assert not run.collections.filter(key="project_users:proj_search").exists()
    assert set(Grant.objects.values_list("principal_id", "ended_at")) == kept


@pytest.mark.parametrize(
    ("name", "reason", "refusal", "sentence"),
    [
        ("Search", "  ", Invalid, "Say why"),
        ("Sandbox", "Again", Conflict, "out of scope already"),
        ("Atlas", "Old", Conflict, "Nobody reaches this project any more"),
    ],
)
def test_it_refuses_what_says_nothing(name, reason, refusal, sentence):
    with pytest.raises(refusal, match=sentence):
        exclude(name, reason)


def test_it_refuses_who_may_not_and_hides_what_is_not_theirs(halden):
    with pytest.raises(NotAllowed):
        exclude("Search", actor=actor_of("sid"))
    with pytest.raises(NotFound):
        exclude("Search", actor=actor_of("hugo"))
    here = actor_of("mara", connection=str(halden.ref))
    assert exclude("Search", actor=here).is_out_of_scope
