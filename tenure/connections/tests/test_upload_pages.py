from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tenure.connections.models import Connection
from tenure.connections.operations.disconnect_connection import disconnect_connection
from tenure.connections.upload_models import UploadedFile
from tenure.testing.cast import actor_of, user_of

pytestmark = pytest.mark.django_db

NEW, STORE = reverse("connections:upload-new"), reverse("connections:store-upload")
FIGMA = b"mail,name\nada@example.com,<b>Ada</b>\nbad,Bad\n"
COLUMNS = {"email": "mail", "name": "name"}


def sent(content: bytes, **others: str) -> dict[str, object]:
    return {"file": SimpleUploadedFile("figma.csv", content), **others}


def store(client, shown, do="store", **columns):
    given = {"pending": shown.context["sealed"], "do": do, **columns}
    return client.post(STORE, given)


@pytest.fixture
def figma(client_of) -> Connection:
    client = client_of("ada")
    shown = client.post(NEW, sent(FIGMA, name="Figma", owner=str(user_of("ada").ref)))
    assert store(client, shown, **COLUMNS).status_code == 302
    return Connection.objects.get(kind="file")


def test_the_catalogue_finds_it_and_leads_to_the_form(client_of):
    client = client_of("ada")
    answer = client.get(reverse("connections:add"), {"q": "csv"})
    assert [one.kind for one in answer.context["descriptions"]] == ["file"]
    assert "Upload a file" in client.get(reverse("connections:describe", args=["file"])).text
    assert client.get(reverse("connections:connect", args=["file"])).url == NEW


def test_a_file_is_shown_as_understood_and_stored_as_shown(client_of, figma):
    assert figma.owner == user_of("ada")
    assert UploadedFile.objects.get().columns == COLUMNS
    page = client_of("ada").get(reverse("connections:connected", args=[figma.ref])).text
    assert "Connected to Figma." in page


def test_the_preview_names_rejected_lines_and_escapes(client_of):
    page = client_of("ada").post(NEW, sent(FIGMA, name="Figma")).text
    assert "&lt;b&gt;Ada&lt;/b&gt;" in page
    assert "&#x27;bad&#x27; is not an e-mail address" in page
    assert "nobody ends" in page
    assert not UploadedFile.objects.exists()


def test_where_no_column_says_who_the_columns_are_asked_for(client_of):
    client = client_of("ada")
    shown = client.post(NEW, sent(b"wer,was\nada@example.com,x\n", name="Figma"))
    assert "Which column is what?" in shown.text
    assert "Store" not in shown.text
    looked = store(client, shown, do="look", email="wer")
    assert "1 account of Figma" in looked.text
    assert store(client, looked, email="wer").status_code == 302


def test_other_columns_than_shown_are_shown_before_anything_is_stored(client_of):
    client = client_of("ada")
    shown = client.post(NEW, sent(FIGMA, name="Figma"))
    again = store(client, shown, email="mail")
    assert again.status_code == 200
    assert not UploadedFile.objects.exists()
    assert store(client, again, email="mail").status_code == 302
    assert UploadedFile.objects.get().columns == {"email": "mail"}


@pytest.mark.parametrize("content", [b"", b"\x00\x01\xff", b"mail\n" + b"x" * 200_000])
def test_a_bad_file_is_told_on_the_page(client_of, content):
    answer = client_of("ada").post(NEW, sent(content, name="Figma"))
    assert answer.status_code in (200, 422)
    assert "Store" not in re.sub(r"Nothing is stored", "", answer.text)


def test_a_preview_opens_in_its_own_session_only(client_of):
    shown = client_of("ada").post(NEW, sent(FIGMA, name="Figma"))
    assert store(client_of("ada"), shown, **COLUMNS).status_code == 409
    assert client_of("ada").post(STORE, {"pending": "x", "do": "store"}).status_code == 409


def test_a_newer_file_comes_by_the_page_of_the_connection(client_of, figma):
    client, address = client_of("ada"), reverse("connections:upload", args=[figma.ref])
    page = client.get(reverse("connections:detail", args=[figma.ref])).text
    assert address in page
    assert "Uploaded" in page
    assert "Expected every 30 days" in page
    for word in ("Replace", "removal key", "requests a minute", "Sync now", "Request budget"):
        assert word not in page
    shown = client.post(address, sent(b"mail,name\nbo@example.com,Bo\n"))
    assert store(client, shown, **COLUMNS).status_code == 302
    assert UploadedFile.objects.count() == 2


def test_settings_ask_for_what_means_something_for_files(client_of, figma):
    client, address = client_of("ada"), reverse("connections:settings", args=[figma.ref])
    page = client.get(address).text
    assert "A newer file is expected every" in page
    assert "Requests per minute" not in page
    answer = client.post(address, {"name": "Figma", "interval_minutes": 90 * 1440})
    assert answer.status_code == 302
    figma.refresh_from_db()
    assert figma.interval_minutes == 90 * 1440


def test_after_disconnecting_a_file_of_the_same_name_goes_on(client_of, figma):
    disconnect_connection(ref=figma.ref, actor=actor_of("ada"))
    page = client_of("ada").get(reverse("connections:detail", args=[figma.ref])).text
    assert f"{NEW}?name=Figma" in page
    assert "keys" not in page.split("<main")[-1].split("</main")[0].lower().replace("keyshort", "")


@pytest.mark.parametrize("who", ["rita", "hugo"])
def test_who_may_not_manage_connections_cannot_upload(client_of, who):
    client = client_of(who)
    assert client.get(NEW).status_code in (403, 404)
    assert client.post(STORE, {}).status_code in (403, 404)


def test_the_command_line_connects_and_uploads(tenure, tmp_path):
    file = tmp_path / "figma.csv"
    file.write_bytes(FIGMA)
    maps = ("--map", "email=mail", "--map", "name=name")
    made = tenure("--json", "connect", "file", "--name", "Figma", "--csv", file, *maps)
    assert (made.code, made.json["file"]["accounts"]) == (0, 1)
    assert made.json["file"]["rejected"][0]["line"] == 3
    tried = tenure("connections", "upload", "figma", file, "--dry-run")
    assert (tried.code, UploadedFile.objects.count()) == (0, 1)
    assert "Nothing is stored." in tried.out
    assert tenure("connections", "upload", "figma", file).code == 0
    assert UploadedFile.objects.count() == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("connect", "file"), "Give the name of the system by --name"),
        (("connect", "file", "--name", "F", "--csv", "/none"), "/none cannot be read"),
        (("connect", "openai"), "Give the organization's id"),
    ],
)
def test_the_command_line_says_what_is_missing(tenure, words, says):
    ended = tenure(*words)
    assert ended.code != 0
    assert says in ended.err
