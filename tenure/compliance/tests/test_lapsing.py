"""An exemption covers what was accepted, and nothing that takes its place."""

from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.compliance import exemption_rules, queries
from tenure.compliance.models import ComplianceTest, Exemption, Finding
from tenure.compliance.operations.exempt_findings import exempt_findings
from tenure.compliance.operations.run_tests import run_tests
from tenure.compliance.tests.cases import DAY, MARA, NEXT_WEEK, NOON, TODAY, leaver, refs, stray
from tenure.compliance.tests.judging import freshly_read
from tenure.inventory.operations.link_account import link_account
from tenure.lib.clock import now
from tenure.testing.factories import make_member, make_person, make_project

pytestmark = pytest.mark.django_db


def exempted(finding: Finding) -> Finding:
    exempt_findings(finding_refs=refs(finding), reason="Winds down", until=NEXT_WEEK, actor=MARA)
    return finding


def after_a_run(finding: Finding) -> tuple[Finding, Exemption]:
    freshly_read()
    run_tests(actor=MARA)
    finding.refresh_from_db()
    return finding, finding.exemptions.get()


def relink(finding: Finding, **person) -> None:
    other = make_person("Another Leaver", **person)
    link_account(account_ref=finding.account.ref, email=other.email, actor=MARA)


def test_another_leaver_in_the_place_of_the_first_was_not_accepted(organization, noon):
    finding = exempted(leaver(organization))
    noon.shift(DAY)
    relink(finding, ends_on=TODAY - DAY)
    finding, exemption = after_a_run(finding)
    assert (finding.state, exemption.state) == ("open", "lapsed")
    assert exemption.lapsed_because == (
        "What fails is no longer what was accepted: it is about another person."
    )
    assert exemption.ended_at == now()
    assert ComplianceTest.objects.get(slug="leavers-deprovisioned").state == "needs_attention"
    event = AuditEvent.objects.get(verb="exemptions.lapsed")
    assert event.detail["count"] == 1


def test_nothing_that_was_late_is_forgiven_and_other_time_counts_anew(organization, noon):
    late, early = exempted(leaver(organization)), exempted(stray(organization, began_at=NOON))
    due_at = late.due_at
    noon.shift(DAY)
    relink(late, ends_on=TODAY - 5 * DAY)
    early.account.role = "owner"
    early.account.save(update_fields=["role"])
    late, _ = after_a_run(late)
    early, exemption = after_a_run(early)
    assert late.due_at == due_at
    assert early.reopened_at == exemption.ended_at
    assert early.due_at == exemption.ended_at + early.sla_days * DAY


def test_a_raised_role_was_not_accepted(organization):
    finding = leaver(organization)
    finding.account.role = "reader"
    finding.account.save(update_fields=["role"])
    run_tests(actor=MARA)
    finding.refresh_from_db()
    exempted(finding)
    finding.account.role = "owner"
    finding.account.save(update_fields=["role"])
    finding, exemption = after_a_run(finding)
    assert (finding.state, exemption.state) == ("open", "lapsed")
    assert "the role was reader and is owner" in exemption.lapsed_because


def test_more_projects_were_not_accepted(organization):
    finding = exempted(leaver(organization))
    make_member(make_project(organization), finding.account)
    finding, exemption = after_a_run(finding)
    assert (finding.state, exemption.state) == ("open", "lapsed")
    assert "they could reach 0 projects and can reach 1" in exemption.lapsed_because


def test_a_corrected_date_and_a_new_name_were_accepted_with_the_person(organization):
    finding = exempted(leaver(organization))
    person = finding.person
    person.name, person.ends_on = "Renamed", TODAY - 3 * DAY
    person.save(update_fields=["name", "ends_on"])
    before = finding.fingerprint
    finding, exemption = after_a_run(finding)
    assert finding.fingerprint != before
    assert (finding.state, exemption.state) == ("exempted", "active")


def test_an_exemption_from_before_anything_was_kept_holds(organization):
    finding = exempted(leaver(organization))
    Exemption.objects.update(accepted={})
    relink(finding, ends_on=TODAY - DAY)
    finding, _ = after_a_run(finding)
    assert finding.state == "exempted"


@pytest.mark.parametrize(
    ("then", "later", "holds"),
    [
        ({"Person": "a"}, {"Person": "a"}, True),
        ({"Person": "a"}, {"Person": "b"}, False),
        ({"Person": "a"}, {}, False),
        ({}, {"Person": "a"}, True),
        ({"Sponsor: Person": "a"}, {"Sponsor: Person": "b"}, False),
        ({"Address": "a@x.example"}, {"Address": "b@x.example"}, False),
        ({"Kind": "person"}, {"Kind": "external"}, False),
        ({"Role": "reader"}, {"Role": "owner"}, False),
        ({"Role": "reader"}, {"Role": "auditor"}, False),
        ({}, {"Role": "owner"}, False),
        ({"Role": "owner"}, {"Role": "reader"}, True),
        ({"Owners": 5}, {"Owners": 6}, False),
        ({"Owners": 5}, {"Owners": 1}, False),
        ({"Projects they reach": "9"}, {"Projects they reach": "10"}, False),
        ({"Projects they reach": "3"}, {"Projects they reach": "2"}, True),
        (
            {"Role": "owner", "Projects they reach": "3"},
            {"Role": "owner", "Projects they reach": "4"},
            True,
        ),
        ({"Last day": "2026-11-01"}, {"Last day": "2026-11-02"}, True),
    ],
)
def test_what_an_exemption_is_of(then, later, holds):
    kept = exemption_rules.accepted(then)
    assert (exemption_rules.no_longer_covers(kept, later) == "") == holds


def test_pages_say_why_it_is_open_again(client_of, organization):
    finding = exempted(leaver(organization))
    relink(finding, ends_on=TODAY - DAY)
    run_tests(actor=MARA)
    html = client_of("mara").get(f"/findings/{finding.ref}").content.decode()
    assert "it is about another person" in html
    assert queries.finding_by_ref(finding.ref, actor=MARA).state == "open"
