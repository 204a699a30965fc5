"""The pages of operations and of the brake, as a browser asks for them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tenure.connections.operations.set_connection import set_connection
from tenure.inventory.models import Account
from tenure.lib.clock import now
from tenure.provisioning import planned
from tenure.provisioning.models import OperationProof, ProvisioningOperation
from tenure.provisioning.operations.plan_operations import plan_operations
from tenure.provisioning.operations.start_operations import start_operations
from tenure.provisioning.planned import Cause, Plan
from tenure.testing.cast import actor_of, email_of, user_of
from tenure.testing.factories import make_person

MOST, NIA = 9, "nia@halden.example"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def url(operation, name="operation"):
    return reverse(f"provisioning:{name}", args=[operation.ref])


def body(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.fixture
def people(db):
    """Ada, Mara and Hugo as three humans, whom Tenure can tell apart."""
    return {
        name: make_person(name, email=email_of(name), user=user_of(name))
        for name in ("ada", "mara", "hugo")
    }


@pytest.fixture
def by_hand(connection):
    """Something that Sid's colleague Hugo is to do by hand."""
    plan = Plan(
        kind=ProvisioningOperation.Kind.OTHER,
        label="Return the laptop",
        mode=planned.Mode.MANUAL,
        assignee=user_of("hugo"),
        instructions="Ask for it at the front desk.",
    )
    (operation,) = plan_operations(plans=[plan], cause=Cause(), actor=actor_of("mara"))
    start_operations(batch=operation.batch, actor=actor_of("mara"))
    operation.refresh_from_db()
    return operation


def test_what_was_removed_is_told_with_its_proof(client_of, members, remove):
    one = remove(members[0])
    client = client_of("mara")
    assert one.label in body(client, "/operations?show=verified")
    html = body(client, url(one))
    assert "Verified" in html
    assert "DELETE" in html
    assert "Read in the list" in html
    assert one.steps.exclude(request_id="").first().request_id in html
    assert "Not yet: a sync 40 minutes after it says so" in html
    assert "data-poll" not in html


@pytest.mark.parametrize("who", ["sid", "aud"])
def test_who_may_look_may_not_change(client_of, members, remove, who):
    one = remove(members[0])
    client = client_of(who)
    html = body(client, url(one))
    for name in ("approve", "retry", "cancel", "override", "assign", "check"):
        assert url(one, name) not in html
        assert client.post(url(one, name)).status_code == 403


def test_who_may_see_nothing_finds_nothing(client_of, members, remove, by_hand):
    one = remove(members[0])
    for who in ("rita", "oscar"):
        client = client_of(who)
        assert client.get("/operations").status_code == 403
        assert client.get(url(one)).status_code == 404
        assert client.get(url(by_hand)).status_code == 404


def test_what_changed_since_it_was_planned_is_told_before_it_is_tried_again(
    client_of, members, remove, openai
):
    account = members[0]
    openai.change_user(account.email, email="somebody.else@halden.example")
    one = remove(account)
    assert one.block == "identity_changed"
    client = client_of("mara")
    html = body(client, url(one))
    assert "It is not what was planned" in html
    assert f"Planned: {account.email}. Seen: somebody.else@halden.example." in html
    assert client.post(url(one, "retry")).status_code == 302
    one.refresh_from_db()
    assert one.state == "queued"


@pytest.mark.parametrize("name", ["approve", "retry", "override", "check"])
def test_a_session_of_eleven_minutes_ago_lets_nothing_go(
    client_of, members, remove, time_machine, name
):
    one = remove(members[0])
    client = client_of("mara")
    time_machine.move_to(now() + timedelta(minutes=11))
    answer = client.post(url(one, name), {"reason": "it is mine"})
    assert answer.url.startswith(reverse("account_reauthenticate"))


def test_an_owner_is_approved_by_another_human(client_of, people, members, remove, connection):
    owner = Account.objects.filter(role="owner").last()
    asked = actor_of("ada", person_id=str(people["ada"].ref))
    one = remove(owner, by=asked)
    assert one.state == "awaiting_approval"
    mine, another = client_of("ada"), client_of("mara")
    assert 'data-dialog="approve"' not in body(mine, url(one))
    assert mine.post(url(one, "approve")).status_code == 403
    assert 'data-dialog="approve"' in body(another, url(one))
    assert one.label in body(another, "/operations?show=yours")
    assert one.label in body(another, "/operations/tasks")
    assert one.label not in body(mine, "/operations/tasks")
    assert another.post(url(one, "approve")).status_code == 302
    one.refresh_from_db()
    assert one.state == "queued"


def test_who_is_to_be_invited_as_what_is_told_in_words(client_of, connection, do, project):
    one = do(planned.of_new_invitation(connection, NIA, projects=[(project, "member")]))
    said = f"Invite {NIA} as reader to {project} (member)"
    assert said in body(client_of("mara"), "/operations?show=verified")
    html = body(client_of("aud"), url(one))
    assert said in html
    assert f"{project} (member)" in html
    assert "POST /organization/invites" in html
    assert one.made_id in html
    assert "removed" not in html


def test_who_becomes_an_owner_does_not_approve_it(client_of, people, members, do):
    asked = actor_of("ada", person_id=str(people["ada"].ref))
    one = do(planned.of_role(members[0], "owner", person=people["mara"]), by=asked)
    client = client_of("mara")
    html = body(client, url(one))
    assert f"Make {members[0].email} owner of the organization" in html
    assert 'data-dialog="approve"' not in html
    assert client.post(url(one, "approve")).status_code == 403
    assert one.label not in body(client, "/operations?show=yours")
    one.person = None
    one.save(update_fields=["person"])
    html = body(client, url(one))
    assert "They will own the organization" in html
    assert "btn-primary" in html
    assert one.label in body(client, "/operations?show=yours")


def test_the_brake_is_released_by_another_human(client_of, people, members, remove, connection):
    set_connection(ref=connection.ref, brake_per_hour=1, actor=actor_of("ada"))
    asked = actor_of("ada", person_id=str(people["ada"].ref))
    remove(*members[:3], by=asked)
    brake = reverse("provisioning:brake", args=[connection.ref])
    release = reverse("provisioning:release", args=[connection.ref])
    mine, another = client_of("ada"), client_of("mara")
    assert "1 of 1 in the last hour" in body(mine, brake)
    assert "somebody else has to release it" in body(mine, brake)
    assert mine.post(release).status_code == 403
    assert "The brake is on" in body(another, "/operations")
    assert "Release the brake for 2" in body(another, brake)
    assert another.post(release).url == brake
    assert "Not needed" in body(another, brake)
    assert another.post(release).status_code == 409


def test_a_brake_is_not_released_by_an_old_session(client_of, connection, time_machine, db):
    client = client_of("mara")
    time_machine.move_to(now() + timedelta(minutes=11))
    answer = client.post(reverse("provisioning:release", args=[connection.ref]))
    assert answer.url.startswith(reverse("account_reauthenticate"))


def test_work_by_hand_is_given_done_shown_and_checked(client_of, people, by_hand):
    hugo = client_of("hugo")
    assert "Return the laptop" in body(hugo, "/operations/tasks")
    html = body(hugo, url(by_hand))
    assert "Ask for it at the front desk." in html
    shown = SimpleUploadedFile("desk.png", PNG, content_type="text/html")
    said = {"note": "Handed in", "shown_by": [shown]}
    assert hugo.post(url(by_hand, "prove"), said).status_code == 302
    proof = OperationProof.objects.get()
    assert proof.content_type == "image/png"
    client = client_of("mara")
    assert "desk.png" in body(client, url(by_hand))
    assert hugo.post(url(by_hand, "check")).status_code == 403
    assert client.post(url(by_hand, "check")).status_code == 302
    by_hand.refresh_from_db()
    assert by_hand.state == "verified"


def test_a_file_is_only_ever_saved_and_only_by_who_may_see_it(client_of, people, by_hand):
    hugo = client_of("hugo")
    page = SimpleUploadedFile("a.html", b"<script>alert(1)</script>", content_type="text/html")
    hugo.post(url(by_hand, "prove"), {"note": "Handed in", "shown_by": [page]})
    path = reverse("provisioning:proof", args=[OperationProof.objects.get().ref])
    answer = hugo.get(path)
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client_of("rita").get(path).status_code == 404
    assert client_of("oscar").get(path).status_code == 404


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"MZ\x90\x00\x03\xff\xfe", "is no PNG, JPEG, PDF or text"),
        (PNG + b"\0" * 5_000_000, "larger than 5 MB"),
    ],
)
def test_a_file_that_shows_nothing_is_refused(client_of, people, by_hand, content, told):
    file = SimpleUploadedFile("shown.bin", content)
    answer = client_of("hugo").post(
        url(by_hand, "prove"), {"note": "Handed in", "shown_by": [file]}
    )
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not OperationProof.objects.exists()
    by_hand.refresh_from_db()
    assert by_hand.state == "queued"


def test_the_list_is_narrowed_by_person_account_and_connection(client_of, members, remove):
    first, second = remove(*members[:2])
    client = client_of("mara")
    html = body(client, f"/operations?account={first.account.ref}")
    assert first.label in html
    assert second.label not in html
    assert first.label in body(client, f"/operations/of?account={first.account.ref}")
    assert first.label in body(client, f"/operations?connection={first.connection.ref}")
    assert "None of these" in body(client, f"/operations?person={first.ref}")
    assert body(client, "/operations?show=nonsense&connection=x")


def test_a_page_asks_few_questions(client_of, people, members, remove, connection):
    one = remove(members[0])
    client = client_of("mara")
    brake = reverse("provisioning:brake", args=[connection.ref])
    for path in ("/operations", url(one), brake, url(one, "steps")):
        client.get(path)
        with CaptureQueriesContext(database) as asked:
            client.get(path)
        assert len(asked) <= MOST, path
