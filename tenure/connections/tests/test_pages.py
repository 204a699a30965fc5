from __future__ import annotations

import re

import pytest
from django.urls import reverse

from tenure.connections.models import Connection
from tenure.connections.operations.add_removal_key import add_removal_key
from tenure.connections.operations.disconnect_connection import disconnect_connection
from tenure.testing.cast import actor_of, user_of

pytestmark = pytest.mark.django_db

PAGES = ["detail", "connected", "settings", "key", "removal-key"]
BUTTONS = ["withdraw", "removal", "validate", "pause", "resume", "disconnect"]


@pytest.mark.parametrize("words", ["OpenAI", "integration", "ChatGPT", "AI", "openai integration"])
def test_the_catalogue_finds_openai_by_what_people_type(client_of, words):
    answer = client_of("ada").get(reverse("connections:add"), {"q": words})
    assert [one.kind for one in answer.context["descriptions"]] == ["openai"]
    assert "View details" in answer.content.decode()


def test_the_catalogue_says_when_nothing_matches_and_escapes_what_was_typed(client_of):
    answer = client_of("ada").get(reverse("connections:add"), {"q": "<b>sap</b>"})
    body = answer.content.decode()
    assert "No connector matches" in body
    assert "&lt;b&gt;sap&lt;/b&gt;" in body


def test_the_details_show_what_the_connector_declares(client_of):
    answer = client_of("ada").get(reverse("connections:describe", args=["openai"]))
    body, description = answer.content.decode(), answer.context["description"]
    for text in (
        description.overview,
        *description.prerequisites,
        *description.reads,
        *description.writes,
        *(row.resource for row in description.capabilities),
        *(url for _, url in description.links),
    ):
        assert text in body


def test_a_connector_that_nobody_wrote_is_not_found(client_of):
    assert client_of("ada").get(reverse("connections:describe", args=["sap"])).status_code == 404
    assert client_of("ada").get(reverse("connections:connect", args=["sap"])).status_code == 404


def test_a_full_key_is_stored_and_the_confirmation_says_what_comes_next(client_of, openai):
    answer = _submit(client_of("ada"), openai, follow=True)
    body = answer.content.decode()
    assert f"Connected to {openai.organization_id}." in body
    assert "First accounts appear below as they are read; everything within about 30 min" in body
    assert Connection.objects.get().owner == user_of("ada")


def test_a_limited_key_is_shown_first_and_stored_only_when_confirmed(client_of, openai):
    openai.faults(personal_key_reads=True)
    ada = client_of("ada")
    answer = _submit(ada, openai, api_key=openai.personal_key)
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "It cannot remove anyone." in body
    assert "Store the key and continue" in body
    assert openai.personal_key not in body
    assert not Connection.objects.exists()
    openai.forget_requests()
    answer = ada.post(reverse("connections:confirm"), {"pending": _pending(body)})
    connection = Connection.objects.get()
    assert answer.url == reverse("connections:connected", args=[connection.ref])
    assert connection.judged.key_kind == "personal"
    assert openai.requests() == []


def test_a_confirmation_is_of_no_use_to_another_session_or_when_altered(client_of, openai):
    openai.faults(personal_key_reads=True)
    ada = client_of("ada")
    pending = _pending(_submit(ada, openai, api_key=openai.personal_key).content.decode())
    other = client_of("ada").post(reverse("connections:confirm"), {"pending": pending})
    assert other.status_code == 409
    altered = pending[:-8] + ("A" * 8 if pending[-8:] != "A" * 8 else "B" * 8)
    for text in (altered, "", "nonsense"):
        answer = ada.post(reverse("connections:confirm"), {"pending": text})
        assert answer.status_code == 409
        assert "enter the key again" in answer.content.decode()
    assert not Connection.objects.exists()


def test_an_organization_that_is_connected_already_is_told_on_the_form(
    client_of, openai, connection
):
    answer = _submit(client_of("ada"), openai, name="Again")
    assert answer.status_code == 422
    assert "already connected as OpenAI;" in answer.content.decode()


def test_what_was_typed_is_kept_but_never_a_key(client_of, openai):
    answer = _submit(client_of("ada"), openai, organization_id="Halden", name="Ours")
    body = answer.content.decode()
    assert 'value="Ours"' in body
    assert 'value="Halden"' in body
    assert openai.admin_key not in body


def test_the_list_shows_each_connection_in_words(client_of, connection):
    body = client_of("mara").get(reverse("connections:index")).content.decode()
    assert connection.organization_id in body
    assert "Active" in body
    assert "Users and roles" in body
    assert reverse("connections:add") not in body


def test_an_empty_list_says_what_to_do_next(client_of):
    body = client_of("ada").get(reverse("connections:index")).content.decode()
    assert "Nothing is connected yet" in body
    assert reverse("connections:add") in body


def test_the_detail_says_what_is_covered_and_shows_only_the_end_of_a_key(
    client_of, connection, judged, openai
):
    second = openai.add_key("admin")
    add_removal_key(ref=connection.ref, judged=judged(api_key=second), actor=actor_of("ada"))
    answer = client_of("ada").get(reverse("connections:detail", args=[connection.ref]))
    body = answer.content.decode()
    assert f"Covers the OpenAI API platform organization {openai.organization_id};" in body
    assert f"…{openai.admin_key[-4:]}" in body
    assert f"…{second[-4:]}" in body
    assert "wipes 2 stored keys" in body


def test_its_sections_can_be_jumped_to(client_of, connection):
    for who in ("ada", "sid"):
        answer = client_of(who).get(reverse("connections:detail", args=[connection.ref]))
        if answer.status_code == 404:
            continue
        body = answer.content.decode()
        jumps = re.findall(r'class="t-chip" href="#([\w-]+)"', body)
        assert "h-about" in jumps
        for jump in jumps:
            assert f'id="{jump}"' in body


def test_who_may_only_look_sees_no_buttons(client_of, connection):
    body = client_of("mara").get(reverse("connections:detail", args=[connection.ref]))
    for name in BUTTONS:
        assert reverse(f"connections:{name}", args=[connection.ref]) not in body.content.decode()


def test_a_disconnected_connection_offers_to_connect_again(client_of, connection):
    disconnect_connection(ref=connection.ref, actor=actor_of("ada"))
    body = client_of("ada").get(reverse("connections:detail", args=[connection.ref]))
    assert "Connect again" in body.content.decode()


@pytest.mark.parametrize(
    ("button", "sent", "state"),
    [
        ("pause", {}, "paused"),
        ("disconnect", {}, "disconnected"),
        ("removal", {"is_on": "on"}, "active"),
        ("validate", {}, "active"),
    ],
)
def test_the_buttons_do_what_they_say(client_of, connection, button, sent, state):
    answer = client_of("ada").post(
        reverse(f"connections:{button}", args=[connection.ref]), sent, follow=True
    )
    assert answer.status_code == 200
    connection.refresh_from_db()
    assert connection.state == state
    assert connection.removal_is_on is (button == "removal")


def test_resume_and_withdraw_do_what_they_say(client_of, connection, judged):
    ada = client_of("ada")
    add_removal_key(ref=connection.ref, judged=judged(), actor=actor_of("ada"))
    for button in ("withdraw", "pause", "resume"):
        ada.post(reverse(f"connections:{button}", args=[connection.ref]))
    connection.refresh_from_db()
    assert connection.state == "active"
    assert connection.keys.count() == 1


def test_settings_are_changed_by_their_form(client_of, connection):
    answer = client_of("ada").post(
        reverse("connections:settings", args=[connection.ref]),
        {
            "name": "OpenAI EU",
            "owner_ref": "",
            "interval_minutes": "60",
            "requests_per_minute": "",
            "removal_policy": "automatic",
            "brake_per_hour": "4",
        },
    )
    assert answer.status_code == 302
    connection.refresh_from_db()
    assert (connection.name, connection.interval_minutes) == ("OpenAI EU", 60)
    assert connection.requests_per_minute is None
    assert (connection.removal_policy, connection.brake_per_hour) == ("automatic", 4)


def test_that_nothing_proves_the_organization_is_accepted_and_taken_back(client_of, connection):
    ada = client_of("ada")
    accept = reverse("connections:accept-organization", args=[connection.ref])
    ada.post(accept, {"is_accepted": "on"})
    connection.refresh_from_db()
    assert connection.organization_accepted_by == "Ada Lindqvist"
    page = reverse("connections:detail", args=[connection.ref])
    assert "Organization not proven" in ada.get(page).content.decode()
    ada.post(accept, {"is_accepted": "off"})
    connection.refresh_from_db()
    assert connection.organization_accepted_at is None
    assert client_of("mara").post(accept, {"is_accepted": "on"}).status_code == 403


def test_a_setting_that_makes_no_sense_is_told_at_its_field(client_of, connection):
    answer = client_of("ada").post(
        reverse("connections:settings", args=[connection.ref]),
        {
            "name": "release",
            "interval_minutes": "30",
            "requests_per_minute": "50",
            "removal_policy": "approve",
        },
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["name"]


def test_a_key_is_replaced_on_its_page_and_a_limited_one_shown_first(client_of, connection, openai):
    ada, address = client_of("ada"), reverse("connections:key", args=[connection.ref])
    second = openai.add_key("admin")
    assert ada.post(address, {"api_key": second}).status_code == 302
    assert connection.keys.get().hint == second[-4:]
    openai.faults(personal_key_reads=True)
    body = ada.post(address, {"api_key": openai.personal_key}).content.decode()
    assert connection.keys.get().hint == second[-4:]
    ada.post(reverse("connections:confirm"), {"pending": _pending(body)})
    assert connection.keys.get().hint == openai.personal_key[-4:]


def test_a_refused_key_is_told_at_the_field(client_of, connection, openai):
    address = reverse("connections:removal-key", args=[connection.ref])
    openai.faults(personal_key_reads=True)
    for typed in ("sk-admin-" + "x" * 30, openai.personal_key, "Bearer x"):
        answer = client_of("ada").post(address, {"api_key": typed})
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == ["api_key"]


@pytest.mark.parametrize(
    "name",
    [
        "connect",
        *PAGES[2:],
        "withdraw",
        "removal",
        "accept-organization",
        "disconnect",
    ],
)
def test_credentials_are_touched_only_after_saying_again_who_one_is(client_of, connection, name):
    argument = "openai" if name == "connect" else connection.ref
    stale = client_of("ada", recently=False)
    answer = stale.post(reverse(f"connections:{name}", args=[argument]), {"api_key": "sk-x"})
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_reauthenticate"))
    connection.refresh_from_db()
    assert connection.state == "active"


def test_confirming_needs_it_too(client_of):
    answer = client_of("ada", recently=False).post(reverse("connections:confirm"))
    assert answer.url.startswith(reverse("account_reauthenticate"))


@pytest.mark.parametrize("name", ["index", "detail", "connected"])
@pytest.mark.parametrize(
    ("who", "status"), [("ada", 200), ("mara", 200), ("sid", 200), ("aud", 200), ("rita", 403),
                        ("hugo", 403), ("oscar", 403)],
)  # fmt: skip
def test_who_may_look(client_of, connection, name, who, status):
    arguments = [] if name == "index" else [connection.ref]
    assert client_of(who).get(reverse(f"connections:{name}", args=arguments)).status_code == status


@pytest.mark.parametrize("name", ["add", *PAGES[2:]])
@pytest.mark.parametrize("who", ["mara", "sid", "aud", "rita", "hugo", "oscar"])
def test_only_an_admin_opens_what_changes_something(client_of, connection, name, who):
    arguments = [] if name == "add" else [connection.ref]
    assert client_of(who).get(reverse(f"connections:{name}", args=arguments)).status_code == 403


def test_another_connections_owner_finds_nothing_here(client_of, connection):
    elsewhere = client_of("sid", connection="0199d2a1-6e2b-7d3c-8a51-5a0f3c9e7b11")
    detail = reverse("connections:detail", args=[connection.ref])
    assert elsewhere.get(detail).status_code == 404
    listed = elsewhere.get(reverse("connections:index")).content.decode()
    assert connection.organization_id not in listed


@pytest.mark.parametrize("name", BUTTONS)
def test_a_button_is_not_a_link(client_of, connection, name):
    address = reverse(f"connections:{name}", args=[connection.ref])
    assert client_of("ada").get(address).status_code == 405


@pytest.mark.parametrize("name", ["index", "add", *PAGES])
def test_every_page_asks_the_database_fewer_than_ten_times(
    client_of, connection, name, django_assert_max_num_queries
):
    ada = client_of("ada")
    arguments = [] if name in ("index", "add") else [connection.ref]
    with django_assert_max_num_queries(9):
        assert ada.get(reverse(f"connections:{name}", args=arguments)).status_code == 200


def _submit(client, openai, *, follow=False, **changes):
    right = {
        "name": "OpenAI",
        "organization_id": openai.organization_id,
        "api_key": openai.admin_key,
        "base_url": openai.url,
        "owner": str(user_of("ada").ref),
    }
    address = reverse("connections:connect", args=["openai"])
    return client.post(address, {**right, **changes}, follow=follow)


def _pending(body: str) -> str:
    return re.search(r'name="pending" value="([^"]+)"', body)[1]


@pytest.mark.parametrize("name", ["index", "detail", "connected"])
def test_an_auditor_sees_the_scope_and_nothing_of_the_keys(client_of, connection, name):
    Connection.objects.update(
        validation={**connection.validation, "key_owner": "Kim Keyholder", "key_hint": "Zq81"}
    )
    connection.keys.update(owner_name="Kim Keyholder", hint="Zq81")
    address = reverse(f"connections:{name}", args=[] if name == "index" else [connection.ref])
    body = client_of("aud").get(address).content.decode()
    assert connection.organization_id in body
    for secret in ("Kim Keyholder", "…Zq81", "What the key can do", "Everyday key"):
        assert secret not in body
    if name != "index":
        assert "Kim Keyholder" in client_of("sid").get(address).content.decode()
