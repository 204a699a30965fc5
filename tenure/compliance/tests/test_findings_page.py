"""The work list, one finding, and what is done there, as a browser asks for it."""

from __future__ import annotations

import re

import pytest

from tenure.compliance.models import Exemption, Finding
from tenure.compliance.operations.assign_findings import assign_findings
from tenure.compliance.operations.exempt_findings import exempt_findings
from tenure.compliance.operations.note_finding import note_finding
from tenure.compliance.operations.run_tests import run_tests
from tenure.compliance.tests.cases import DAY, MARA, NEXT_WEEK, NOON, leaver, refs, stray
from tenure.testing.cast import email_of, user_of
from tenure.testing.factories import make_account, make_connection


def page(client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


def names(html: str) -> list[str]:
    """The accounts in the rows of the list, in their order."""
    return re.findall(r'<b><a href="/findings/[^"]+">([^<]+)</a>', html)


@pytest.fixture
def found(organization):
    """One of each: overdue, due soon, due later, exempted, resolved late."""
    late = leaver(organization)
    soon = stray(organization, name="Soon", began_at=NOON - 6.5 * DAY)
    later = stray(organization, name="Later", began_at=NOON)
    accepted = stray(organization, name="Accepted", began_at=NOON)
    exempt_findings(finding_refs=refs(accepted), reason="A pilot", until=NEXT_WEEK, actor=MARA)
    over = stray(organization, name="Over", began_at=NOON - 9 * DAY)
    over.account.status, over.account.ended_at = "gone", NOON
    over.account.save()
    run_tests(slugs=["accounts-linked"], actor=MARA)
    assign_findings(finding_refs=refs(later), owner_email=user_of("mara").email, actor=MARA)
    return {"late": late, "soon": soon, "later": later, "accepted": accepted, "over": over}


@pytest.mark.parametrize(
    ("show", "shown"),
    [
        ("", ["late", "soon", "later"]),
        ("overdue", ["late"]),
        ("due_soon", ["soon"]),
        ("mine", ["later"]),
        ("unassigned", ["late", "soon"]),
        ("exempted", ["accepted"]),
        ("late", ["over"]),
        ("nonsense", ["late", "soon", "later"]),
    ],
)
def test_each_filter_shows_its_own_the_most_urgent_first(client_of, found, show, shown):
    html = page(client_of("mara"), f"/findings?show={show}")
    assert names(html) == [str(found[one].person or found[one].account) for one in shown]


def test_it_is_narrowed_by_test_connection_and_owner(client_of, found, organization):
    other = stray(make_connection(name="Labs"), name="Elsewhere", began_at=NOON)
    client = client_of("mara")
    assert names(page(client, "/findings?test=leavers-deprovisioned")) == [
        str(found["late"].person)
    ]
    assert names(page(client, f"/findings?connection={other.connection.ref}")) == ["Elsewhere"]
    assert names(page(client, f"/findings?owner={user_of('mara').ref}")) == ["Later"]
    assert "Later" not in names(page(client, "/findings?owner=nobody"))
    assert "No finding matches" in page(client, "/findings?test=people-fresh")


def test_pages_are_keyset_and_keep_the_filter(client_of, organization):
    for number in range(60):
        make_account(organization, name=f"Stray {number:02}", began_at=NOON)
    run_tests(actor=MARA)
    client = client_of("mara")
    first = page(client, "/findings?test=accounts-linked")
    assert len(names(first)) == 50
    (following,) = set(re.findall(r'href="([^"]+)" rel="next"', first))
    second = page(client, following.replace("&amp;", "&"))
    assert len(names(second)) == 10
    assert not set(names(first)) & set(names(second))
    wrong = following.replace("&amp;", "&").replace("accounts-linked", "people-fresh")
    assert client.get(wrong).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/findings",
        "/findings?show=exempted",
        "/findings/{accepted}",
        "/findings/exempt?ref={late}&ref={soon}",
        "/findings/assign?ref={late}&ref={soon}",
        "/tests/accounts-linked",
        "/tests/accounts-linked/beside",
        "/tests/controls",
        "/settings/calendar",
        "/settings/tests",
        "/settings/tests/owners-few",
    ],
)
def test_a_page_asks_fewer_than_ten_questions(
    client_of, found, path, django_assert_max_num_queries
):
    client = client_of("ada")
    path = path.format(**{name: one.ref for name, one in found.items()})
    client.get(path)
    with django_assert_max_num_queries(9):
        page(client, path)


def test_ticked_findings_are_named_and_exempted_together(client_of, found):
    client = client_of("mara")
    path = f"/findings/exempt?ref={found['late'].ref}&ref={found['soon'].ref}"
    html = page(client, path)
    assert "Exempt 2 findings" in html
    terms = {"kind": "accepted", "until": str(NEXT_WEEK), "reason": "A handover"}
    answer = client.post(path, terms, follow=True)
    assert "2 findings exempted to 30 Nov 2026" in answer.content.decode()
    assert Exemption.objects.filter(reason="A handover").count() == 2
    # Again: they are not open any more, and the form says so.
    answer = client.post(path, terms)
    assert answer.status_code == 422
    assert "2 of these 2 findings are not open any more" in answer.content.decode()


def test_what_is_wrong_is_said_at_the_field(client_of, found):
    path = f"/findings/exempt?ref={found['late'].ref}"
    terms = {"kind": "accepted", "until": "2026-11-01", "reason": "A handover"}
    answer = client_of("mara").post(path, terms)
    assert answer.status_code == 422
    assert "today or later" in answer.content.decode()


def test_nothing_ticked_or_something_strange_is_refused(client_of, found):
    client = client_of("mara")
    assert "Tick at least one" in page(client, "/findings/exempt", 400)
    page(client, "/findings/exempt?ref=nonsense", 404)
    page(client, "/findings/assign?ref=019aaaaa-aaaa-7aaa-8aaa-aaaaaaaaaaaa", 404)


def test_ticked_findings_are_given_to_a_colleague(client_of, found):
    user_of("sid")
    path = f"/findings/assign?ref={found['late'].ref}&ref={found['soon'].ref}"
    answer = client_of("mara").post(path, {"owner": email_of("sid")}, follow=True)
    assert "2 findings given to Sid Brandt" in answer.content.decode()
    assert Finding.objects.filter(owner__email=email_of("sid")).count() == 2


def test_a_finding_says_what_is_wrong_and_gives_its_verdict_again(client_of, found):
    html = page(client_of("mara"), f"/findings/{found['late'].ref}")
    assert f"{found['late'].person} left on 18 Nov 2026 and still has an account." in html
    assert "Recomputed now from these inputs" in html
    assert "failing" in html


def test_its_inputs_are_names_and_local_times_and_stay_there_as_printed(client_of, found, settings):
    settings.TENURE_TIME_ZONE = "Europe/Oslo"
    finding = found["late"]
    html = page(client_of("mara"), f"/findings/{finding.ref}")
    facts, _, printed = html.partition("As printed")
    assert f'<a href="/people/{finding.person.ref}">{finding.person}</a>' in facts
    assert f'<a href="/accounts/{finding.account.ref}">{finding.account}</a>' in facts
    assert "19 Nov 2026, 01:00 CET" in facts
    assert "2026-11-19T00:00:00+00:00" in printed
    # The time on hover and the address are all that is written for machines.
    assert str(finding.person.ref) not in re.sub(r'="[^"]*"', "", facts)


def test_a_note_is_left_and_an_exemption_withdrawn_on_its_page(client_of, found):
    client, here = client_of("mara"), f"/findings/{found['accepted'].ref}"
    client.post(f"{here}/note", {"text": "Asked <b>him</b>"})
    html = page(client, here)
    assert "Asked &lt;b&gt;him" in html
    assert "Until 30 Nov 2026" in html
    assert client.post(f"{here}/note", {"text": ""}).status_code == 422
    assert client.post(f"{here}/withdraw", {"reason": ""}).status_code == 422
    answer = client.post(f"{here}/withdraw", {"reason": "Too long"}, follow=True)
    assert "Withdrawn by Mara Okafor" in answer.content.decode()


@pytest.mark.parametrize(("who", "opens"), [("mara", True), ("aud", False)])
def test_it_leads_only_to_pages_that_its_reader_may_open(client_of, found, who, opens):
    one = found["late"]
    html = client_of(who).get(f"/findings/{one.ref}").content.decode()
    assert (f"/accounts/{one.account.ref}" in html) is opens
    assert ('href="/people/' in html) is opens


def test_an_auditor_sees_what_was_late_and_accepted_and_no_note_or_owner(client_of, found):
    note_finding(finding_ref=found["accepted"].ref, text="Between us", actor=MARA)
    client = client_of("aud")
    html = page(client, "/findings?show=exempted")
    assert "A pilot" in html
    assert names(page(client, "/findings?show=late")) == ["Over"]
    assert names(page(client, "/findings?show=overdue")) == [str(found["late"].person)]
    for path in ("/findings", f"/findings/{found['accepted'].ref}"):
        html = page(client, path)
        for hidden in ("Between us", "Unassigned", "Mine", "Tick all", ">Owner<", "Add note"):
            assert hidden not in html, hidden
    for verb in ("note", "withdraw"):
        assert client.post(f"/findings/{found['accepted'].ref}/{verb}", {}).status_code == 403
    assert client.get(f"/findings/exempt?ref={found['late'].ref}").status_code == 403


@pytest.mark.parametrize("who", ["hugo", "rita", "oscar"])
def test_it_is_nobody_elses_business(client_of, found, who):
    client = client_of(who)
    for path in ("/findings", f"/findings/{found['late'].ref}", "/tests/controls"):
        assert client.get(path).status_code == 403


def test_it_leads_to_where_members_are_changed_and_to_a_sync(client_of, found, settings):
    usual = "https://platform.openai.com/settings/organization/people/members"
    here = f"/findings/{found['late'].ref}"
    shown = page(client_of("ada"), here)
    assert usual in shown
    assert "Sync now" in shown
    connection = found["late"].connection
    connection.base_url = "http://127.0.0.1:4010/v1"
    connection.save(update_fields=["base_url"])
    assert usual not in page(client_of("ada"), here)
    settings.TENURE_MEMBERS_PAGE = "http://127.0.0.1:4010/_simulator/members.html"
    assert settings.TENURE_MEMBERS_PAGE in page(client_of("ada"), here)
    assert usual not in page(client_of("ada"), f"/findings/{found['over'].ref}")
