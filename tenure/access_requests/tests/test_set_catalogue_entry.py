from __future__ import annotations

import pytest

from tenure.access_requests.operations.save_policy import save_policy
from tenure.access_requests.operations.set_catalogue_entry import set_catalogue_entry
from tenure.access_requests.policy_rules import Approver, Policy, Step
from tenure.access_requests.writing import EntryWords, PolicyWords
from tenure.audit.models import AuditEvent
from tenure.lib.errors import Conflict, Invalid, NotAllowed
from tenure.testing.cast import HERE, actor_of

pytestmark = pytest.mark.django_db
MARA = actor_of("mara")


@pytest.fixture
def decide(halden):
    """`decide("owner", listing="listed")`: how a role of the project `search` is offered."""

    def run(role="member", *, actor=MARA, **said):
        return set_catalogue_entry(
            resource=halden.search.ref, role=role, changes=EntryWords(**said), actor=actor
        )

    return run


def test_what_is_listed_can_be_asked_for_by_its_own_title_and_policy(decide, ask, halden):
    owner = Step(approvers=(Approver(kind="entry_owner"),))
    policy = save_policy(words=PolicyWords(name="Owner", rules=Policy(steps=(owner,))), actor=MARA)
    decide(
        "owner",
        title="Lead of search",
        listing="listed",
        owner="oscar@halden.example",
        policy=policy.ref,
        most_days=14,
        needs_reason=False,
    )
    request = ask(resource=halden.search.ref, role="owner", days=14, reason="")
    assert (request.title, request.policy_name) == ("Lead of search", "Owner")
    assert str(request.steps.get().asked.get().person) == "Oscar Weil"
    assert AuditEvent.objects.filter(verb="catalogue_entry.set").count() == 1
    for days in (None, 15):
        with pytest.raises(Invalid):
            ask("rita", resource=halden.search.ref, role="owner", days=days)


def test_what_is_hidden_cannot_be_asked_for(decide, ask, halden):
    decide(listing="hidden", why_hidden="It is being shut down")
    with pytest.raises(Conflict, match="is not offered"):
        ask(resource=halden.search.ref)


def test_what_is_for_some_cannot_be_asked_for_by_others(decide, ask, halden):
    decide(departments=["research"], person_kinds=["employee"])
    assert ask(resource=halden.search.ref)
    with pytest.raises(Conflict, match="offered to others than Oscar Weil"):
        ask("oscar", resource=halden.search.ref)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"listing": "shown"}, "listing"),
        ({"listing": "hidden"}, "listing"),
        ({"most_days": 0}, "most_days"),
        ({"durations": [7, 30], "most_days": 14}, "durations"),
        ({"person_kinds": ["robot"]}, "person_kinds"),
    ],
)
def test_it_refuses_what_makes_no_sense(decide, said, field):
    with pytest.raises(Invalid) as refused:
        decide(**said)
    assert refused.value.field == field


def test_it_is_for_whoever_manages_the_requests_of_the_connection(decide, who, halden):
    for actor in (who("hugo"), who("sid"), actor_of("mara", connection=HERE)):
        with pytest.raises(NotAllowed):
            decide(actor=actor)
    here = actor_of("mara", connection=str(halden.connection.ref))
    assert decide(actor=here, description="Finds things").description == "Finds things"
