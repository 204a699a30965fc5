"""Downloads from pages, as HTTP: the menu keeps the filter, and the answer is a file."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tenure.audit.models import AuditEvent
from tenure.exports.listings import listings
from tenure.exports.tests.world import World
from tenure.testing.books import rows_of_csv
from tenure.testing.factories import make_account, make_connection

pytestmark = pytest.mark.django_db


def menus_on(html: str) -> list[str]:
    """Where the menus of a page send to."""
    found = re.findall(r'<form class="dropdown-menu[^>]*action="(/exports/[^"]*)"', html)
    return [unescape(one) for one in found]


PAGES = {
    "/accounts?show=leavers&sort=role&account=1": ["/exports/accounts?show=leavers&sort=role"],
    "/accounts?q=%20a%20": ["/exports/accounts?q=a"],
    "/accounts/suggestions?show=name": ["/exports/link-suggestions?show=name"],
    "/people?department=Research&show=former": ["/exports/people?show=former&department=Research"],
    "/projects?show=in_scope": ["/exports/projects?show=in_scope"],
    "/projects/{project}?show=owners": ["/exports/projects/{project}/accounts?show=owners"],
    "/credentials?show=nobody&sort=used": ["/exports/credentials?show=nobody&sort=used"],
    "/entitlements?q=a": ["/exports/groups?q=a"],
    "/entitlements/groups/{group}?show=leavers": ["/exports/groups/{group}/members?show=leavers"],
    "/entitlements/roles?show=privileged": ["/exports/roles?show=privileged"],
    "/entitlements/roles/{role}": ["/exports/roles/{role}/holders"],
    "/connections/{connection}/runs/{run}": ["/exports/runs/{run}/collections"],
    "/connections/{connection}": ["/exports/connections/{connection}/runs"],
    "/findings?test=accounts-linked": ["/exports/findings?show=open&test=accounts-linked"],
    "/tests/accounts-linked": ["/exports/findings?test=accounts-linked&show=current"],
    "/tests": ["/exports/tests"],
    "/audit?verb=tests.run&since=2026-01-01": [
        "/exports/audit-events?verb=tests.run&since=2026-01-01T00%3A00%3A00.000Z"
    ],
}


@pytest.mark.parametrize("page", PAGES)
def test_the_menu_of_a_page_keeps_its_filter_and_hands_that_out(page, world, client_of):
    client, names = client_of("ada"), {"project": world.project.ref}
    names["connection"], names["run"] = world.connection.ref, world.run.ref
    names["group"], names["role"] = world.group.ref, world.role.ref
    (where,) = menus_on(client.get(page.format(**names)).content.decode())
    assert [where] == [one.format(**names) for one in PAGES[page]]
    answer = client.post(where, {"format": "csv"})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/csv")
    assert answer["Cache-Control"] == "no-store"
    assert re.fullmatch(
        r'attachment; filename="tenure-[\w.-]+\.csv"', answer["Content-Disposition"]
    )
    assert len(rows_of_csv(answer.getvalue())) > 1


def test_a_list_of_nothing_offers_no_download(client_of):
    World(5)
    for page in ("/accounts", "/people", "/findings"):
        assert menus_on(client_of("ada").get(page).content.decode()) == []


def test_there_is_a_menu_only_for_who_may_see_the_list(world, client_of):
    html = client_of("aud").get("/tests/accounts-linked").content.decode()
    assert menus_on(html) == ["/exports/findings?test=accounts-linked&show=current"]
    html = client_of("aud").get(f"/connections/{world.connection.ref}").content.decode()
    assert menus_on(html) == [f"/exports/connections/{world.connection.ref}/runs"]


@pytest.mark.parametrize("name", listings())
def test_looking_hands_nothing_out(name, world, client_of):
    path = re.sub(r"{\w+:\w+}", str(world.within(name).ref), listings()[name].path)
    before = AuditEvent.objects.count()
    assert client_of("ada").get(f"/exports/{path}").status_code == 405
    assert client_of("oscar").post(f"/exports/{path}", {"format": "csv"}).status_code == 403
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("/exports/accounts?show=levers", "Choose show from all, attention"),
        ("/exports/accounts?cats=1", "There is no filter cats"),
        ("/exports/accounts", "Choose a format from csv, xlsx, jsonl"),
    ],
)
def test_a_refusal_is_a_page_with_one_sentence_and_no_half_file(where, told, client_of):
    answer = client_of("ada").post(where)
    assert answer.status_code == 400
    assert told in unescape(answer.content.decode())
    assert "Content-Disposition" not in answer


def test_a_system_owner_downloads_what_is_of_their_connection(world, client_of):
    mine = make_connection()
    make_account(mine, name="Ours")
    client = client_of("sid", connection=str(mine.ref))
    head, *lines = rows_of_csv(client.post("/exports/accounts", {"format": "csv"}).getvalue())
    assert [line[head.index("name")] for line in lines] == ["Ours"]
    elsewhere = f"/exports/projects/{world.project.ref}/accounts"
    assert client.post(elsewhere, {"format": "csv"}).status_code == 404
