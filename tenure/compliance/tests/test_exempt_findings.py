from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tenure.audit.models import AuditEvent
from tenure.compliance.models import ComplianceTest, Exemption, Finding
from tenure.compliance.operations.exempt_findings import exempt_findings
from tenure.compliance.operations.run_tests import run_tests
from tenure.compliance.operations.set_calendar import set_calendar
from tenure.compliance.tests.cases import DAY, MARA, NEXT_WEEK, NOON, TODAY, leaver, refs, stray
from tenure.inventory.models import LinkingDomain
from tenure.jobs.models import Job
from tenure.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tenure.testing.cast import actor_of, email_of, user_of
from tenure.testing.factories import link, make_connection, make_invitation, make_person
from tenure.users.actors import actor_of_user

TERMS = {"reason": "A pilot", "until": NEXT_WEEK}


def exempt(*found, actor=MARA, **terms):
    return exempt_findings(finding_refs=refs(*found), actor=actor, **{**TERMS, **terms})


def test_it_is_exempted_as_what_by_whom_why_and_until_the_end_of_the_day(organization):
    finding = stray(organization)
    (exemption,) = exempt(finding, kind="workload", reason=" A pilot ")
    finding.refresh_from_db()
    assert finding.state == "exempted"
    assert (exemption.kind, exemption.reason, exemption.state) == ("workload", "A pilot", "active")
    assert (exemption.exempted_by, exemption.exempted_at) == ("Mara Okafor", NOON)
    assert exemption.ends_at == datetime(2026, 12, 1, tzinfo=UTC)


def test_the_day_ends_where_the_organization_is(organization):
    set_calendar(zone="Asia/Tokyo", working_days=[0, 1, 2, 3, 4], actor=actor_of("ada"))
    (exemption,) = exempt(stray(organization))
    assert exemption.ends_at == datetime(2026, 11, 30, 15, tzinfo=UTC)


def test_an_exempted_finding_fails_the_test_no_more_and_is_counted_apart(organization):
    exempt(leaver(organization))
    run_tests(slugs=["leavers-deprovisioned"], actor=MARA)
    row = ComplianceTest.objects.get(slug="leavers-deprovisioned")
    assert (row.state, row.coverage["exempted"]) == ("ok", 1)


def test_the_tests_are_asked_again_at_once(organization):
    finding = stray(organization)
    assert not Job.objects.filter(task__endswith="evaluate_tests").exists()
    exempt(finding)
    assert Job.objects.filter(task__endswith="evaluate_tests").exists()


def test_many_are_exempted_together_or_not_at_all(organization):
    found = [stray(organization) for _ in range(3)]
    assert len(exempt(*found)) == 3
    more = stray(organization)
    with pytest.raises(Conflict, match="3 of these 4"):
        exempt(*found, more)
    more.refresh_from_db()
    assert more.state == "open"
    event = AuditEvent.objects.get(verb="findings.exempted")
    assert event.detail["count"] == 3
    assert "pilot" not in str(event.detail)


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        ({"reason": " "}, "Say why"),
        ({"reason": "x" * 501}, "below 500"),
        ({"until": TODAY - DAY}, "today or later"),
        ({"until": TODAY + timedelta(days=367)}, "within a year"),
        ({"kind": "forgotten"}, "accepted, break_glass"),
    ],
)
def test_it_needs_a_reason_a_kind_and_an_end_in_sight(organization, terms, says):
    finding = stray(organization)
    with pytest.raises(Invalid, match=says):
        exempt(finding, **terms)
    assert not Exemption.objects.exists()


def test_the_last_day_may_be_today(organization):
    assert exempt(stray(organization), until=TODAY)


def test_nobody_exempts_their_own_access(organization):
    me = make_person("Mara Okafor", ends_on=TODAY - 5 * DAY)
    mara = actor_of("mara", person_id=str(me.ref))
    own, others = leaver(organization, me), leaver(organization)
    with pytest.raises(NotAllowed, match="your own access"):
        exempt(own, actor=mara)
    with pytest.raises(NotAllowed, match="1 of these 2"):
        exempt(own, others, actor=mara)
    assert exempt(others, actor=mara)


def test_an_account_at_ones_own_address_is_ones_own_whoever_unlinked_it(organization):
    me = make_person("Mara Okafor")
    me.other_emails.create(email="m@x.example", email_key="m@x.example")
    mara = actor_of("mara", person_id=str(me.ref))
    for address in (me.email, "M@x.example"):
        with pytest.raises(NotAllowed, match="your own access"):
            exempt(stray(organization, email=address), actor=mara)


def test_one_is_oneself_without_being_in_the_directory_too(organization):
    finding = stray(organization, email=email_of("mara"))
    with pytest.raises(NotAllowed, match="your own access"):
        exempt(finding, actor=actor_of_user(user_of("mara")))


def test_one_is_the_same_person_under_every_address_of_theirs(organization):
    me = make_person("Mara Okafor", email="m.okafor@x.example", ends_on=TODAY - 5 * DAY)
    me.other_emails.create(email=email_of("mara"), email_key=email_of("mara"))
    with pytest.raises(NotAllowed, match="your own access"):
        exempt(leaver(organization, me), actor=actor_of_user(user_of("mara")))


def test_tags_and_dots_that_a_domain_ignores_make_no_other_address(organization):
    LinkingDomain.objects.create(
        name="halden.example", ignores_tags=True, ignores_dots=True, changed_at=NOON
    )
    found = [stray(organization, email="ma.ra+ai@halden.example")]
    make_invitation(organization, "m.ara+x@halden.example", role="owner")
    run_tests(slugs=["owner-invites"], actor=MARA)
    found.append(Finding.objects.get(test__slug="owner-invites"))
    for finding in found:
        with pytest.raises(NotAllowed, match="your own access"):
            exempt(finding, actor=actor_of_user(user_of("mara")))
    assert exempt(*found, actor=actor_of_user(user_of("ada")))


def test_an_invitation_to_ones_own_address_is_ones_own(organization):
    make_invitation(organization, email_of("mara").upper(), role="owner")
    run_tests(slugs=["owner-invites"], actor=MARA)
    finding = Finding.objects.get(test__slug="owner-invites")
    with pytest.raises(NotAllowed, match="your own access"):
        exempt(finding, actor=actor_of_user(user_of("mara")))
    assert exempt(finding, actor=actor_of_user(user_of("ada")))


def test_an_account_linked_since_the_test_ran_is_ones_own(organization):
    me = make_person("Mara Okafor")
    finding = stray(organization)
    link(finding.account, me)
    with pytest.raises(NotAllowed, match="your own access"):
        exempt(finding, actor=actor_of("mara", person_id=str(me.ref)))


@pytest.mark.parametrize("who", ["sid", "rita", "hugo", "aud", "oscar"])
def test_it_refuses_who_may_not(organization, who):
    finding = stray(organization)
    with pytest.raises((NotAllowed, NotFound)):
        exempt(finding, actor=actor_of(who))


def test_what_is_not_there_is_not_found(organization):
    with pytest.raises(NotFound):
        exempt_findings(finding_refs=["nonsense"], actor=MARA, **TERMS)
    with pytest.raises(Invalid, match="at least one"):
        exempt_findings(finding_refs=[], actor=MARA, **TERMS)


def test_a_manager_of_one_connection_exempts_nothing_of_another(organization):
    there = stray(make_connection())
    here = actor_of("mara", connection=str(organization.ref))
    with pytest.raises(NotFound):
        exempt(there, actor=here)
    assert exempt(stray(organization), actor=here)


def test_the_database_keeps_one_exemption_in_force_with_a_reason(organization):
    (exemption,) = exempt(stray(organization))
    for spoiled in ({"reason": ""}, {"state": "expired"}, {"withdrawn_reason": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Exemption.objects.filter(pk=exemption.pk).update(**spoiled)
    exemption.pk, exemption.ref = None, stray(organization).ref
    with pytest.raises(IntegrityError), transaction.atomic():
        exemption.save(force_insert=True)
