"""Importing people through the pages."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from tenure.audit.models import AuditEvent
from tenure.lib.clock import now
from tenure.people import pending
from tenure.people.models import PeopleImport, Person
from tenure.people.operations.import_people import import_people
from tenure.people.reading import TEMPLATE, read_people_csv
from tenure.people.tests.saying import source
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db

TWO = "email,name\nada@h.example,Ada\nbo@h.example,Bo\n"


def choose(client, content: str | bytes, **fields: str):
    encoded = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile("people.csv", encoded, "text/csv")
    return client.post("/people/import", {"file": file, **fields})


def sealed_in(answer) -> str:
    found = re.search(r'name="pending" value="([^"]+)"', answer.content.decode())
    assert found
    return html.unescape(found.group(1))


def say_yes(client, preview, **fields: str):
    return client.post("/people/import/confirm", {"pending": sealed_in(preview), **fields})


def ten_people() -> None:
    lines = "".join(f"p{n}@h.example,P\n" for n in range(10))
    import_people(
        content=f"email,name\n{lines}".encode(),
        is_full=True,
        is_confirmed=True,
        actor=actor_of("mara"),
    )


def test_a_preview_counts_and_changes_nothing(client_of):
    preview = choose(client_of("mara"), TWO + "nonsense,X\n")
    assert preview.status_code == 200
    assert (preview.context["found"].created, preview.context["lines"]) == (2, 3)
    assert "is not an e-mail address" in preview.content.decode()
    assert not Person.objects.exists()
    assert not AuditEvent.objects.filter(verb="people.imported").exists()


def test_the_yes_imports_exactly_what_was_previewed(client_of):
    client = client_of("mara")
    done = say_yes(client, choose(client, TWO))
    assert done.headers["Location"] == "/people"
    assert set(Person.objects.values_list("name", flat=True)) == {"Ada", "Bo"}
    assert PeopleImport.objects.get().created == 2


def test_the_file_itself_is_not_readable_in_the_page(client_of):
    page = choose(client_of("mara"), TWO).content.decode()
    assert "ada@h.example" not in page


def test_a_full_file_that_unlists_many_asks_first_and_keeps_the_file(client_of):
    ten_people()
    client = client_of("mara")
    preview = choose(client, "email\np0@h.example\n", is_full="on")
    assert preview.context["asks_first"]
    assert (preview.context["found"].no_longer_listed, preview.context["found"].ended) == (9, 9)
    refused = say_yes(client, preview)
    assert refused.status_code == 422
    assert "9 of 10" in refused.content.decode()
    assert not Person.objects.filter(is_listed=False).exists()
    say_yes(client, refused, is_confirmed="on")
    assert Person.objects.filter(is_listed=False).count() == 9
    assert PeopleImport.objects.latest("id").ended == 9


def test_a_small_ending_is_told_and_not_asked_about(client_of):
    ten_people()
    client = client_of("mara")
    preview = choose(client, "email,end_date\np0@h.example,2020-01-31\n")
    assert not preview.context["asks_first"]
    assert "1 of 10" in preview.content.decode()
    assert say_yes(client, preview).status_code == 302


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "The file is empty"), (b"name\nAda\n", "with email or external_id among them")],
)
def test_a_file_without_people_is_refused_at_its_field(client_of, content, sentence):
    answer = choose(client_of("mara"), content)
    assert answer.status_code == 422
    assert sentence in html.unescape(answer.content.decode())


def test_no_file_and_a_file_too_large_are_refused(client_of, monkeypatch):
    assert client_of("mara").post("/people/import", {}).status_code == 422
    monkeypatch.setattr(pending, "LARGEST", 10)
    answer = choose(client_of("mara"), TWO)
    assert answer.status_code == 422
    assert "use the command line" in answer.content.decode()


def test_a_preview_serves_only_its_session_and_for_an_hour(client_of):
    client = client_of("mara")
    preview = choose(client, TWO)
    assert say_yes(client_of("mara"), preview).status_code == 409
    altered = sealed_in(preview)[:-6] + "AAAA=="
    assert client.post("/people/import/confirm", {"pending": altered}).status_code == 409
    with time_machine.travel(now() + timedelta(minutes=61), tick=False):
        assert say_yes(client, preview).status_code in (302, 409)
    assert not Person.objects.exists()


@pytest.mark.parametrize("who", ["hugo", "rita", "aud", "sid", "oscar"])
def test_it_is_refused_to_who_may_not_manage_people(client_of, who):
    client = client_of(who)
    for address in ("/people/import", "/people/import/template.csv"):
        assert client.get(address).status_code == 403
    assert choose(client, TWO).status_code == 403
    assert client.post("/people/import/confirm", {"pending": "x"}).status_code == 403


def test_the_template_reads_without_a_remark(client_of):
    answer = client_of("mara").get("/people/import/template.csv")
    assert answer.content.decode() == TEMPLATE
    reading = read_people_csv(answer.content, default_zone="UTC")
    assert (len(reading.rows), reading.rejected, reading.notes) == (2, [], [])


def test_past_imports_are_listed(client_of):
    ten_people()
    assert len(client_of("mara").get("/people/import").context["imports"]) == 1


def test_a_file_speaks_for_the_source_that_was_chosen(client_of):
    client = client_of("mara")
    assert 'name="source"' not in client.get("/people/import").content.decode()
    source("HR")
    assert 'name="source"' in client.get("/people/import").content.decode()
    assert choose(client, TWO, source="Nobody").status_code == 422
    preview = choose(client, TWO, source="HR")
    assert "read as HR" in preview.content.decode()
    assert say_yes(client, preview).status_code == 302
    assert PeopleImport.objects.get().source.name == "HR"
