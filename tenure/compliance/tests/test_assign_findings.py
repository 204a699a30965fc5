from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.compliance.models import Finding
from tenure.compliance.operations.assign_findings import assign_findings
from tenure.compliance.tests.cases import MARA, refs, stray
from tenure.lib.errors import Invalid, NotAllowed, NotFound
from tenure.testing.cast import actor_of, email_of, user_of
from tenure.testing.factories import make_connection


def assign(*found, to="sid", actor=MARA):
    email = email_of(to) if to else ""
    return assign_findings(finding_refs=refs(*found), owner_email=email, actor=actor)


def owners() -> list[str]:
    return [str(one.owner) for one in Finding.objects.order_by("id")]


def test_several_are_given_to_one_colleague_and_back(organization):
    sid = user_of("sid")
    found = [stray(organization) for _ in range(3)]
    assign(*found[:2])
    assert owners() == [str(sid), str(sid), "None"]
    event = AuditEvent.objects.get(verb="findings.assigned")
    assert (event.detail["count"], event.detail["after"]) == (2, str(sid.ref))
    assert "Brandt" not in str(event.detail)
    assign(found[0], to="")
    assert owners() == ["None", str(sid), "None"]


@pytest.mark.parametrize("who", ["aud", "rita", "hugo", "oscar"])
def test_only_who_works_on_findings_can_own_one(organization, who):
    user_of(who)
    with pytest.raises(Invalid, match="No user who works on findings"):
        assign(stray(organization), to=who)


def test_an_owner_can_see_what_they_own(organization):
    other = make_connection()
    user_of("sid", connection=str(other.ref))
    with pytest.raises(Invalid, match="may not see all of these"):
        assign(stray(organization), stray(other))
    assign(stray(other))


def test_a_system_owner_assigns_within_their_connection(organization):
    user_of("mara")
    other = make_connection()
    sid = actor_of("sid", connection=str(organization.ref))
    assert assign(stray(organization), to="mara", actor=sid)
    with pytest.raises(NotFound):
        assign(stray(other), to="mara", actor=sid)


@pytest.mark.parametrize("who", ["rita", "hugo", "aud"])
def test_it_refuses_who_may_not(organization, who):
    user_of("sid")
    with pytest.raises((NotAllowed, NotFound)):
        assign(stray(organization), actor=actor_of(who))
