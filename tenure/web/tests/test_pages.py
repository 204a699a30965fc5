from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client, RequestFactory

from tenure.lib.errors import Conflict, Invalid, NotAllowed, NotFound, Reauthenticate, TooMany
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_account, make_connection, make_person
from tenure.web.middleware import RefusalMiddleware, page_above

pytestmark = pytest.mark.django_db
REF = "0199d2a1-6e2b-7d3c-8a51-5a0f3c9e7b11"


@pytest.fixture
def refused():
    """What somebody sees when a view raises this."""

    def render(exception, *, htmx=False, who="ada"):
        request = RequestFactory().get("/accounts", headers={"referer": "http://testserver/a"})
        request.user, request.htmx = AnonymousUser(), htmx
        request.actor = actor_of(who) if who else None
        return RefusalMiddleware(lambda _: None).process_exception(request, exception)

    return render


@pytest.mark.parametrize(
    ("exception", "status"),
    [
        (Invalid("Name the account."), 400),
        (NotAllowed("Ask an admin."), 403),
        (NotFound("No such account."), 404),
        (Conflict("Reload the page."), 409),
        (TooMany("Wait a minute."), 429),
    ],
)
@pytest.mark.parametrize("who", ["ada", ""])
def test_a_refusal_is_a_page_with_its_sentence(refused, exception, status, who):
    response = refused(exception, who=who)
    assert response.status_code == status
    assert str(exception) in response.content.decode()
    assert "<html" in response.content.decode()


def test_a_refusal_of_a_fragment_is_a_fragment(refused):
    response = refused(Conflict("Reload the <page>."), htmx=True)
    assert "<html" not in response.content.decode()
    assert "<b data-message>Reload the &lt;page&gt;.</b>" in response.content.decode()


def test_a_stale_session_offers_to_confirm_who_it_is(refused):
    page = refused(Reauthenticate("Confirm that it is you.")).content.decode()
    assert "Confirm that it is you</a>" in page
    assert "next=%2Faccounts" in page


@pytest.mark.parametrize(
    ("address", "page"),
    [
        (f"/offboarding/{REF}/rehearse", f"/offboarding/{REF}"),
        (f"/offboarding/{REF}/items", f"/offboarding/{REF}"),
        (f"/operations/brake/{REF}/release", f"/operations/brake/{REF}"),
        ("/nowhere", "/"),
    ],
)
def test_above_an_address_that_takes_a_form_is_its_page(address, page):
    assert page_above(address) == page


def test_a_crash_is_not_a_refusal(refused):
    assert refused(ValueError("secret")) is None


def test_nothing_here_wears_the_shell():
    response = Client().get("/no-such-page")
    assert response.status_code in {302, 404}
    signed_out = Client().get("/styleguide")
    assert signed_out.status_code == 404
    assert "Nothing here" in signed_out.content.decode()


@pytest.mark.parametrize("exception", [Http404("secret"), PermissionDenied("secret")])
def test_the_text_of_a_framework_error_is_not_shown(exception):
    from tenure.web import views

    request = RequestFactory().get("/x")
    handler = views.not_found if isinstance(exception, Http404) else views.forbidden
    assert "secret" not in handler(request, exception).content.decode()


def test_the_style_guide_is_for_developers_only(client, settings):
    assert client.get("/styleguide").status_code == 404
    settings.DEBUG = True
    assert client.get("/styleguide").status_code == 200


def test_health_needs_no_sign_in_and_no_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_the_chosen_colours_come_back_on_every_page(client, theme):
    response = client.post("/theme", {"theme": theme}, headers={"referer": "http://testserver/a"})
    assert response.headers["Location"] == "http://testserver/a"
    page = client.get("/styleguide/errors/404").content.decode()
    assert f'data-bs-theme="{theme}"' in page


def test_colours_unheard_of_are_refused_and_never_reach_the_page(client):
    assert client.post("/theme", {"theme": '"><script>'}).status_code == 400
    client.cookies["theme"] = "neon"
    assert 'data-bs-theme="auto"' in client.get("/styleguide").content.decode()


def test_the_switch_leads_to_no_other_site(client):
    response = client.post(
        "/theme", {"theme": "dark"}, headers={"referer": "https://evil.example/a"}
    )
    assert response.headers["Location"] == "/"


def test_overview_wears_the_shell_and_names_the_reader(client_of):
    page = client_of("ada").get("/").content.decode()
    assert "Ada Lindqvist" in page
    assert '<h1 class="t-cut">Overview</h1>' in page


def test_the_palette_is_for_the_signed_in(client, client_of):
    assert client.get("/palette").status_code == 302
    entries = client_of("ada").get("/palette").json()["entries"]
    assert {
        "label": "Overview",
        "icon": "layout-dashboard",
        "url": "/",
        "hint": "Page",
        "keywords": "",
    } in entries


def test_the_policy_is_on_every_page(client):
    policy = client.get("/healthz").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_palette_finds_people_and_accounts_by_name_where_one_may_see_them(client_of):
    noor = make_person("Noor el-Amin")
    account = make_account(make_connection(), person=noor, name="noor-ci")

    def found(who: str, typed: str = "noor", **scope: str) -> dict[str, str]:
        entries = client_of(who, **scope).get("/palette", {"q": typed}).json()["entries"]
        return {entry["hint"]: entry["url"] for entry in entries}

    both = {"Person": f"/people/{noor.ref}", "Account": f"/accounts/{account.ref}"}
    assert found("ada") == both
    assert found("ada", "n") == {}
    assert found("ada", "zzz") == {}
    assert found("sid", connection=str(make_connection().ref)) == {}
    assert found("sid", connection=str(account.connection.ref)) == {"Account": both["Account"]}
    assert found("hugo") == {}
