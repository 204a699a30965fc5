"""An export is its list to the end: the same rows, order and reader, in any format."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import get_args, get_type_hints
from urllib.parse import urlencode

import pytest
from django.db import connection as database

from tenure.audit.models import AuditEvent, AuditText
from tenure.exports.formats import FORMATS
from tenure.exports.listings import listing_by_name, listings
from tenure.exports.operations.export_list import export_list
from tenure.exports.tests.world import World
from tenure.lib.clock import now
from tenure.lib.errors import Invalid, NotAllowed, NotFound
from tenure.testing.beginnings import beginning
from tenure.testing.books import rows_of_csv, sheets_of_xlsx
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_account, make_connection, make_person
from tenure.testing.lengths import length

pytestmark = pytest.mark.django_db
PAGE = 50  # rows on a page of ours
# What a row says of an account beside the account.
IN_ROW = {"ways", "known", "paths"}

# By list: the address of its page, and what its page can be asked for.
PAGES = {
    "accounts": (
        "/accounts",
        {
            "show": ["all", "attention", "unlinked", "leavers", "owners", "new"],
            "sort": ["name", "role", "since"],
            "q": ["", "a", "1@", "account"],
        },
    ),
    "people": (
        "/people",
        {
            "show": ["all", "current", "former", "leavers", "without"],
            "department": ["", "Research"],
            "q": ["", "b", "person"],
        },
    ),
    "projects": ("/projects", {"show": ["all", "in_scope", "archived"], "q": ["", "c"]}),
    "project-accounts": ("/projects/{}", {"show": ["all", "owners", "leavers"]}),
    "credentials": (
        "/credentials",
        {
            "show": ["all", "orphaned", "leavers", "nobody", "older_90"],
            "sort": ["name", "created", "used"],
            "q": ["", "a"],
        },
    ),
    "groups": ("/entitlements", {"show": ["all", "leavers"], "q": ["", "d"]}),
    "group-members": ("/entitlements/groups/{}", {"show": ["all", "leavers"]}),
    "roles": ("/entitlements/roles", {"show": ["all", "privileged"], "q": ["", "e"]}),
    "role-holders": ("/entitlements/roles/{}", {}),
    "link-suggestions": ("/accounts/suggestions", {"show": ["all", "address", "name"]}),
    "findings": (
        "/findings",
        {
            "show": ["open", "unassigned", "overdue", "late"],
            "test": ["", "leavers-deprovisioned", "accounts-linked"],
        },
    ),
}


def ids_on(page) -> list[str]:
    """The refs of what a page shows, top to bottom."""
    if "lines" in page.context:
        return [str(line.finding.ref) for line in page.context["lines"]]
    return [str(row.ref) for row in page.context["rows"]]


def ids_in(piece: bytes) -> list[str]:
    rows = [json.loads(line) for line in piece.splitlines()]
    return [row["account"]["ref"] if IN_ROW & row.keys() else row["ref"] for row in rows]


def a_filter(seed: int) -> tuple[str, str, dict[str, str]]:
    """Of one list after the other, something that could be asked for."""
    name, random = list(PAGES)[seed % len(PAGES)], Random(seed)  # noqa: S311 - a choice
    address, asked = PAGES[name]
    chosen = {one: random.choice(values) for one, values in asked.items()}
    return name, address, {one: value for one, value in chosen.items() if value}


def crowded() -> World:
    """Every list has several pages; the database has counted them, as it does by itself."""
    made = World(7)
    made.leave()
    made.grow(260)
    with database.cursor() as cursor:
        cursor.execute("ANALYZE")
    return made


crowd = beginning(crowded)


@pytest.mark.parametrize("seed", range(length(11, full=66)))
def test_it_has_what_paging_to_the_end_has_while_rows_are_inserted(seed, crowd, client_of):
    """Both are read a page at a time, at the same moments, and the lists grow between them."""
    name, address, asked = a_filter(seed)
    world, client, actor = crowd, client_of("ada"), actor_of("ada")
    world.random, is_judged = Random(seed), name == "findings"  # noqa: S311 - names and numbers
    listing, of = listing_by_name(name), world.within(name).ref
    export = export_list(
        listing=listing,
        asked=listing.asked(asked),
        format_name="jsonl",
        of=of,
        actor=actor,
        each=PAGE,
    )
    here, exported, paged, pages = f"{address.format(of)}?{urlencode(asked)}", [], [], 0
    start, pieces = here.partition("?")[0], export.pieces
    while here:
        page = client.get(here)
        assert page.status_code == 200, here
        paged += ids_on(page)
        exported += ids_in(next(pieces, b""))
        pages += 1
        if pages < 12:
            world.grow(9, is_judged=is_judged)
        following = page.context["next_url"]
        here = following if following.startswith("/") or not following else start + following
    assert list(pieces) == []
    assert exported == paged, (name, asked)
    assert len(set(exported)) == len(exported) == export.rows


@pytest.mark.parametrize("name", ["accounts", "people"])
def test_all_that_was_there_at_the_beginning_is_in_it_once(name):
    """Whatever comes meanwhile, read in other steps than any page's."""
    world, listing = World(7), listing_by_name(name)
    world.leave()
    world.grow(40)
    asked = listing.asked({})
    there = [row.ref for row in listing.page(asked, actor=actor_of("ada")).rows]
    export = export_list(
        listing=listing, asked=asked, format_name="jsonl", actor=actor_of("ada"), each=7
    )
    found = []
    for piece in export.pieces:
        found += ids_in(piece)
        if len(found) < 60:
            world.grow(4, is_judged=False)
    assert len(found) > len(there) > 30
    assert [ref for ref in found if ref in set(there)] == there


def export_of(name: str, format_name: str = "csv", said=None, **given) -> bytes:
    listing = listing_by_name(name)
    given.setdefault("actor", actor_of("ada"))
    asked = listing.asked(said or {})
    export = export_list(listing=listing, asked=asked, format_name=format_name, **given)
    return b"".join(export.pieces)


def place_of(name: str, world: World) -> dict:
    return {"of": world.within(name).ref}


@pytest.mark.parametrize("name", listings())
def test_every_list_says_the_same_in_each_format(name, world):
    columns, of = listing_by_name(name).columns, place_of(name, world)
    narrow = {"audit-events": {"verb": "tests.run"}}.get(name)
    head, *lines = rows_of_csv(export_of(name, "csv", narrow, **of))
    ((title, sheet),) = sheets_of_xlsx(export_of(name, "xlsx", narrow, **of)).items()
    rows = [json.loads(line) for line in export_of(name, "jsonl", narrow, **of).splitlines()]
    assert head == [column.name for column in columns]
    assert title == listing_by_name(name).label
    assert sheet[0] == [column.label for column in columns]
    assert len(lines) == len(rows) == len(sheet) - 1 > 0
    assert [[text_of(cell) for cell in row] for row in sheet[1:]] == lines
    if "ref" in head:
        place = head.index("ref")
        shown = [row["account"]["ref"] if IN_ROW & row.keys() else row["ref"] for row in rows]
        assert [line[place] for line in lines] == shown


def text_of(cell: object) -> str:
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


@pytest.mark.parametrize("name", listings())
def test_what_may_be_missing_has_a_word_for_it(name):
    """So that an empty cell is an empty text, and never "unknown" or "not yet"."""
    listing = listing_by_name(name)
    (row,) = get_args(get_type_hints(listing.rows)["return"])
    assert listing.columns
    for column in listing.columns:
        assert bool(column.none) == may_be_missing(row, column.steps), (name, column.name)


@pytest.mark.parametrize("name", listings())
def test_the_manual_has_its_columns(name):
    manual = (Path(__file__).parents[3] / "docs" / "exports.md").read_text()
    columns = ", ".join(f"`{column.name}`" for column in listing_by_name(name).columns)
    assert f"| `{name}` | {columns} |" in manual


def test_an_unknown_last_activity_is_not_an_empty_cell(world):
    head, *lines = rows_of_csv(export_of("accounts"))
    assert {line[head.index("last_activity")] for line in lines} == {"unknown"}
    assert "nobody" in {line[head.index("person")] for line in lines}


def test_nothing_of_it_runs_in_a_spreadsheet(world):
    make_account(world.connection, name='=HYPERLINK("http://evil.example")', email="+1@x.example")
    head, *lines = rows_of_csv(export_of("accounts", said={"q": "HYPERLINK"}))
    assert lines[0][head.index("name")] == '\'=HYPERLINK("http://evil.example")'
    assert lines[0][head.index("email")] == "'+1@x.example"
    ((_, sheet),) = sheets_of_xlsx(export_of("accounts", "xlsx", {"q": "HYPERLINK"})).items()
    assert sheet[1][head.index("name")] == '=HYPERLINK("http://evil.example")'


def test_instants_are_rfc_3339_in_utc(world):
    head, *lines = rows_of_csv(export_of("accounts"))
    instant = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
    assert all(instant.fullmatch(line[head.index("since")]) for line in lines)


def test_it_is_remembered_who_took_what_and_how_many_rows(world):
    before = AuditEvent.objects.count()
    export_of("accounts", "xlsx", {"show": "leavers", "q": "mei@halden.example"})
    started, finished = AuditEvent.objects.order_by("id")[before:]
    assert (started.verb, finished.verb) == ("export.started", "export.finished")
    assert started.actor_id == finished.actor_id == actor_of("ada").id
    assert started.subject_ref == finished.subject_ref
    assert started.detail == {"list": "accounts", "format": "xlsx"}
    assert finished.detail == {"list": "accounts", "format": "xlsx", "rows": 0}
    texts = AuditText.objects.filter(event=finished, field="filter")
    assert texts.get().text == "show leavers, q mei@halden.example, sort name"


def test_whoever_may_not_see_the_list_takes_nothing_and_leaves_no_event(world):
    before = AuditEvent.objects.count()
    for who in ("hugo", "rita", "oscar", "aud"):
        with pytest.raises(NotAllowed):
            export_of("accounts", actor=actor_of(who))
    assert AuditEvent.objects.count() == before


def test_a_system_owner_takes_what_is_of_their_connection(world):
    mine = make_connection()
    ours = make_account(mine)
    sid = actor_of("sid", connection=str(mine.ref))
    assert ids_in(export_of("accounts", "jsonl", actor=sid)) == [str(ours.ref)]
    with pytest.raises(NotFound):
        export_of("runs", of=world.connection.ref, actor=sid)


def test_an_auditor_takes_what_happened_in_their_window_and_not_who_works_on_it(world):
    long_ago = (date(2020, 1, 1), date(2020, 2, 1))
    assert export_of("findings", "jsonl", actor=actor_of("aud", window=long_ago)) == b""
    head, *lines = rows_of_csv(export_of("findings", actor=actor_of("aud")))
    assert lines
    assert "owner" not in head
    with pytest.raises(NotAllowed, match="who works on what"):
        export_of("findings", said={"show": "unassigned"}, actor=actor_of("aud"))


@pytest.mark.parametrize(
    ("name", "said", "sentence"),
    [
        ("accounts", {"show": "levers"}, "Choose show from all, attention, "),
        ("accounts", {"shwo": "all"}, "There is no filter shwo; Accounts have show, q, sort."),
        ("people", {"limit": "5"}, "There is no filter limit; People have show, q, "),
        ("accounts", {"q": "a\0b"}, "Correct q: "),
        ("findings", {"show": "open", "state": "open"}, "Give show or state, not both."),
        ("findings", {"connection": "x"}, "Correct connection: "),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(name, said, sentence):
    with pytest.raises(Invalid, match=re.escape(sentence)):
        listing_by_name(name).asked(said)


def test_a_format_and_a_list_that_there_are_not_are_refused():
    with pytest.raises(Invalid, match=f"Choose a format from {', '.join(FORMATS)}"):
        export_of("accounts", "pdf")
    with pytest.raises(NotFound, match="There is no list cats; choose one of"):
        listing_by_name("cats")


def test_the_name_of_the_file_says_what_which_and_when():
    listing = listing_by_name("accounts")
    asked = listing.asked({"show": "leavers", "q": "Mei / Tanaka\r\n"})
    export = export_list(listing=listing, asked=asked, format_name="csv", actor=actor_of("ada"))
    name = re.fullmatch(r"tenure-accounts-leavers-mei-tanaka-(\d{8}T\d{6}Z)\.csv", export.file_name)
    assert name, export.file_name


def test_a_leaver_of_today_is_told_as_the_page_tells_it(world):
    person = make_person("Noor", ends_on=now().date() - timedelta(days=3))
    account = make_account(world.connection, person=person)
    rows = [json.loads(row) for row in export_of("accounts", "jsonl", {"q": "Noor"}).splitlines()]
    assert [(row["ref"], row["is_leaver"]) for row in rows] == [(str(account.ref), True)]


def may_be_missing(row, steps) -> bool:
    """Whether a value, or something on the way to it, may be None."""
    for step in steps:
        field = row.model_fields.get(step)
        if field is None:
            return False
        kinds = get_args(field.annotation)
        if type(None) in kinds:
            return True
        row = field.annotation
    return False
