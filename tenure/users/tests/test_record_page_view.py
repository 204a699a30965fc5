from __future__ import annotations

import datetime as dt

import pytest

from tenure.audit.models import AuditEvent
from tenure.testing.cast import ref_of, user_of
from tenure.testing.factories import make_connection
from tenure.users.actors import actor_of_user
from tenure.users.first_admin import sign_in_link

pytestmark = pytest.mark.django_db
MARCH = (dt.date(2026, 3, 1), dt.date(2026, 3, 31))


def views() -> list[dict[str, object]]:
    return [event.detail for event in AuditEvent.objects.filter(verb="page.viewed").order_by("id")]


def test_the_actor_of_an_auditor_carries_their_window():
    begins, ends = actor_of_user(user_of("aud", window=MARCH)).window
    assert (begins, ends) == (
        dt.datetime(2026, 3, 1, tzinfo=dt.UTC),
        dt.datetime(2026, 4, 1, tzinfo=dt.UTC),
    )
    assert actor_of_user(user_of("sid")).window is None


def test_every_page_an_auditor_opens_is_noted_with_the_thing_it_is_about(client_of):
    connection, client = make_connection(), client_of("aud")
    client.get("/tests")
    client.get(f"/connections/{connection.ref}")
    assert views() == [
        {"page": "compliance:tests", "ref": None},
        {"page": "connections:detail", "ref": str(connection.ref)},
    ]
    assert {event.actor_id for event in AuditEvent.objects.all()} == {str(ref_of("aud"))}


def test_saying_that_a_page_is_a_fragment_hides_no_view(client_of):
    client_of("aud").get("/tests", headers={"HX-Request": "true"})
    assert len(views()) == 1


@pytest.mark.parametrize(
    "path", ["/palette?q=open", "/healthz", "/connections/019aaaaa-aaaa-7aaa-8aaa-aaaaaaaaaaaa"]
)
def test_no_page_no_view(client_of, path):
    client_of("aud").get(path)
    assert views() == []


@pytest.mark.parametrize("name", ["ada", "mara", "sid", "hugo"])
def test_nobody_else_is_followed(client_of, name):
    client_of(name).get("/")
    assert views() == []


def test_a_secret_in_the_address_is_not_kept(client_of):
    link = "/" + sign_in_link(user_of("mara")).split("/", 3)[3]
    assert client_of("aud").get(link).status_code == 200
    assert views() == [{"page": "users:sign_in_by_link", "ref": None}]
