"""The pages of the catalogue, its entries, policies and groups of approvers."""

from __future__ import annotations

from tenure.access_requests.models import ApprovalPolicy, ApproverGroup, CatalogueEntry
from tenure.access_requests.tests.test_request_pages import text_of


def test_everybody_finds_what_can_be_asked_for_and_why_other_things_cannot(client_of, halden):
    page = text_of(client_of("hugo").get("/requests/catalogue"))
    assert "Request Member of research" in page
    assert "Request Owner of research" not in page
    assert "Not to be asked for here" in page
    assert "directory decides who is in it" in page
    found = text_of(client_of("hugo").get("/requests/catalogue?q=sear"))
    assert "Request Member of search" in found
    nothing = text_of(client_of("hugo").get("/requests/catalogue?q=nonsense"))
    assert "Nothing is called that" in nothing


def test_whoever_manages_sees_what_is_hidden_and_edits_it(client_of, halden):
    page = text_of(client_of("mara").get("/requests/catalogue"))
    assert "Edit Owner of research in the catalogue" in page
    address = f"/requests/catalogue/{halden.research.ref}?role=owner"
    said = {"title": "", "description": "Answers for it", "owner": "sid@halden.example"}
    said |= {"listing": "listed", "durations": "14, 7", "most_days": "90", "needs_reason": "on"}
    said |= {"departments": "Research, Platform"}
    assert client_of("mara").post(address, said).status_code == 302
    entry = CatalogueEntry.objects.get()
    assert (entry.durations, entry.most_days, entry.owner) == ([7, 14], 90, halden.people["sid"])
    assert entry.departments == ["Research", "Platform"]
    assert "Request Owner of research" in text_of(client_of("hugo").get("/requests/catalogue"))
    again = text_of(client_of("mara").get(address))
    assert 'value="7, 14"' in again
    assert "Offered to some" in again


def test_an_entry_that_makes_no_sense_is_said(client_of, halden):
    address = f"/requests/catalogue/{halden.research.ref}?role=owner"
    for said, sentence in (
        ({"listing": "hidden"}, "Say why it is hidden."),
        ({"listing": "listed", "durations": "soon"}, "Give days as numbers"),
        ({"listing": "listed", "owner": "nobody@halden.example"}, "Nobody in the list of people"),
    ):
        answer = client_of("mara").post(address, said)
        assert answer.status_code == 422
        assert sentence in text_of(answer)
    assert not CatalogueEntry.objects.exists()
    assert client_of("hugo").get(address).status_code == 403


def test_the_catalogue_says_what_one_has_and_asked_for(client_of, halden, ask):
    request = ask("hugo")
    shown = f"{halden.research.pk}:member,{halden.organization.pk}:reader,{halden.search.pk}:member"
    page = text_of(client_of("hugo").get("/requests/catalogue/standings", {"shown": shown}))
    assert f"{request}: Needs approval" in page
    assert page.count("You have it") == 1
    assert f"offer-{halden.search.pk}-member" not in page
    junk = client_of("hugo").get("/requests/catalogue/standings", {"shown": "x:y,,9" * 50})
    assert junk.status_code == 200


def test_a_policy_is_written_read_and_tried(client_of, halden):
    client = client_of("mara")
    group = {"name": "Spending", "people": "rita@halden.example\nada@halden.example"}
    assert client.post("/requests/approvers/new", group).status_code == 302
    spending = ApproverGroup.objects.get()
    assert spending.people.count() == 2
    said = {"name": "Two for what is long", "s1_asks": ["manager"], "s1_needs": "any"}
    said |= {"s1_hours": "8", "s2_asks": [f"group:{spending.ref}"], "s2_needs": "all"}
    said |= {"s2_longer": "30", "s2_people": "sid@halden.example", "s2_hours": ""}
    said |= {"approves_itself": "on", "itself_at_most": "2", "escalates_to": "ada@halden.example"}
    said |= {"is_default": "on"}
    assert client.post("/requests/policies/new", said).status_code == 302
    policy = ApprovalPolicy.objects.get(name="Two for what is long")
    page = text_of(client.get("/requests/policies"))
    assert "Step 1: the manager, within 8 h" in page
    assert "Step 2: the group Spending and Sid Brandt, within 24 h" in page
    assert "for more than 30 days" in page
    written = text_of(client.get(f"/requests/policies/{policy.ref}"))
    assert 'value="sid@halden.example"' in written
    tried = {"person": "hugo@halden.example", "thing": f"{halden.research.ref}:member"}
    sentence = text_of(client.get("/requests/policies/tried", {**tried, "days": "30"}))
    assert "For Hugo Castell asking Member of research for 30 days" in sentence
    assert "Rita Novak" in sentence
    assert "nobody needs to approve it" in text_of(
        client.get("/requests/policies/tried", {**tried, "days": "1"})
    )


def test_a_policy_that_asks_nobody_or_somebody_unknown_is_said(client_of, halden):
    client = client_of("mara")
    usual = {"name": "Odd", "s1_needs": "any", "s2_needs": "any"}
    answer = client.post("/requests/policies/new", usual)
    assert "Say who is asked first." in text_of(answer)
    unknown = {**usual, "s1_people": "nobody@halden.example"}
    answer = client.post("/requests/policies/new", unknown)
    assert answer.status_code == 422
    assert "Nobody in the list of people is nobody@halden.example" in text_of(answer)
    assert 'value="nobody@halden.example"' in answer.content.decode()
    answer = client.post("/requests/approvers/new", {"name": "Odd", "people": ""})
    assert "Name at least one person by e-mail." in text_of(answer)
    assert not ApproverGroup.objects.exists()
