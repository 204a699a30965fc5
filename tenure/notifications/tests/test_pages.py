from __future__ import annotations

import pytest

from tenure.lib.clock import now
from tenure.notifications.models import Preference, Target
from tenure.notifications.topics import TOPICS
from tenure.testing.cast import ref_of

pytestmark = pytest.mark.django_db
URL = "jsons://hooks.halden.example/s3cr3t"
MINE, TARGETS = "/settings/notifications", "/settings/targets"


def test_one_chooses_on_ones_own_page(client_of):
    client = client_of("sid")
    body = client.get(MINE).content.decode()
    assert "Somebody who left still has access" in body
    assert "owner has left" not in body
    shown = [slug for slug in TOPICS if f'name="{slug}"' in body]
    typed = {**dict.fromkeys(shown, "off"), "hour": "7", "zone": "Europe/Oslo"}
    assert client.post(MINE, typed).status_code == 302
    own = Preference.objects.get()
    assert (own.user_ref, own.hour, set(own.deliveries.values())) == (ref_of("sid"), 7, {"off"})
    assert 'value="off" selected' in client.get(MINE).content.decode()


def test_what_was_not_offered_cannot_be_chosen(client_of):
    answer = client_of("sid").post(MINE, {"hour": "25", "zone": "Mars/Olympus"})
    assert answer.status_code == 422
    assert not Preference.objects.exists()


def test_an_employee_is_offered_only_what_may_concern_them(client_of):
    page = client_of("hugo").get(MINE).content.decode()
    assert "An offboarding is complete" in page
    assert "A connection fails" not in page
    assert "An offboarding is blocked" not in page


def test_an_admin_adds_a_target_and_never_sees_its_address_again(client_of):
    client = client_of("ada")
    assert "No channel is told" in client.get(TARGETS).content.decode()
    typed = {"name": "#access", "url": URL, "topics": ["owner_gone"]}
    assert client.post(f"{TARGETS}/new", typed).status_code == 302
    target = Target.objects.get()
    for page in (TARGETS, f"{TARGETS}/{target.ref}"):
        body = client.get(page).content.decode()
        assert "#access" in body
        assert "…halden.example" in body
        assert "s3cr3t" not in body
        assert "hooks." not in body


def test_a_refused_address_is_told_at_its_field_and_not_put_back(client_of):
    answer = client_of("ada").post(f"{TARGETS}/new", {"name": "#a", "url": "mailto://s3cr3t@x.y"})
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "Use an address of Slack" in body
    assert "s3cr3t" not in body


def test_a_target_is_changed_tried_and_removed(client_of, target_at):
    target, client = target_at(URL), client_of("ada")
    page = f"{TARGETS}/{target.ref}"
    assert client.post(page, {"name": "#new", "topics": ["key_expired"]}).status_code == 302
    assert client.post(page, {"name": ""}).status_code == 422
    assert client.post(f"{page}/test").status_code == 302
    assert target.messages.count() == 1
    assert client.post(f"{page}/remove").status_code == 302
    assert client.get(page).status_code == 404


def test_a_failure_is_visible(client_of, target_at):
    target = target_at(URL)
    Target.objects.update(failed_at=now(), last_error="the service answered 404")
    body = client_of("ada").get(TARGETS).content.decode()
    assert "Not delivered" in body
    assert "the service answered 404" in body
    assert str(target.ref) in body


@pytest.mark.parametrize("who", ["mara", "sid", "aud"])
def test_targets_are_an_admins(client_of, who):
    assert client_of(who).get(TARGETS).status_code == 403
    assert client_of(who).post(f"{TARGETS}/new", {}).status_code == 403


def test_changing_targets_asks_who_one_is(client_of, target_at):
    target, client = target_at(URL), client_of("ada", recently=False)
    assert client.get(TARGETS).status_code == 200
    for page in ("new", target.ref, f"{target.ref}/test", f"{target.ref}/remove"):
        answer = client.post(f"{TARGETS}/{page}")
        assert answer.status_code == 302
        assert "/auth/confirm" in answer.headers["Location"]
