"""What spreadsheets, HR systems and accidents make of a CSV: good lines are taken, bad ones named.

Every file goes through the command line and through the page.
"""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tenure.cli import main
from tenure.cli.output import state
from tenure.lib.csvin import LONGEST_LINE
from tenure.people.models import PeopleImport, Person

pytestmark = pytest.mark.django_db

ADA, BO = "ada@h.example", "bo@h.example"
# Bytes of the file, who is in the directory after it, and the lines named with a word of why.
FILES: dict[str, tuple[bytes, set[str], dict[int, str]]] = {
    "BOM": (f"\ufeffemail,name\n{ADA},Ada\n".encode(), {"Ada"}, {}),
    "semicolons": (f"email;name\n{ADA};Ada\n".encode(), {"Ada"}, {}),
    "CRLF": (f"email,name\r\n{ADA},Ada\r\n{BO},Bo\r\n".encode(), {"Ada", "Bo"}, {}),
    "Latin-1": (f"email,name\n{ADA},Ada\n{BO},Bj\xf6rn\n".encode("latin-1"), {"Ada"}, {3: "UTF-8"}),
    "twice": (
        f"email,name\n{ADA},Ada\n{BO},Bo\n{ADA.upper()},Ida\n".encode(),
        {"Bo"},
        {2: "same email as line 4", 4: "same email as line 2"},
    ),
    "formulas": (
        f'email,name\n{ADA},"=HYPERLINK(""http://x.example"")"\n=A1,x\n'.encode(),
        {'=HYPERLINK("http://x.example")'},
        {3: "not an e-mail"},
    ),
    "future end": (f"email,name,end_date\n{ADA},Ada,2999-12-31\n".encode(), {"Ada"}, {}),
    "quotes": (
        f'email,name\n{ADA},"Ada ""the"" Berg, M.A."\n{BO},"Bo\nOlsen"\n'.encode(),
        {'Ada "the" Berg, M.A.', "Bo\nOlsen"},
        {},
    ),
    "NUL": (f"email,name\n{ADA},Ada\n{BO},B\0o\n".encode(), {"Ada"}, {3: "NUL"}),
    "giant line": (
        f"email,name\n{ADA},Ada\n{BO},{'x' * (LONGEST_LINE + 1)}\n".encode(),
        {"Ada"},
        {3: "not readable as CSV"},
    ),
}


@pytest.fixture(params=FILES)
def case(request, db):
    return FILES[request.param]


def check(case) -> None:
    _, names, lines = case
    assert set(Person.objects.values_list("name", flat=True)) == names
    told = {bad["line"]: bad["reason"] for bad in PeopleImport.objects.get().rejected}
    assert set(told) == set(lines)
    assert all(word in told[line] for line, word in lines.items())


def test_the_command_takes_the_good_lines_and_names_the_bad(case, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(state, "json", False)
    path = tmp_path / "people.csv"
    path.write_bytes(case[0])
    with pytest.raises(SystemExit) as ended:
        main(["--json", "people", "import", str(path)])
    said = json.loads(capsys.readouterr().out)
    assert ended.value.code == (1 if case[2] else 0)
    assert [bad["line"] for bad in said["rejected"]] == sorted(case[2])
    check(case)


def test_the_page_takes_the_good_lines_and_names_the_bad(case, client_of):
    client = client_of("mara")
    file = SimpleUploadedFile("people.csv", case[0], "text/csv")
    preview = client.post("/people/import", {"file": file})
    assert preview.status_code == 200
    assert all(word in preview.content.decode() for word in case[2].values())
    sealed = preview.context["sealed"]
    assert client.post("/people/import/confirm", {"pending": sealed}).status_code == 302
    check(case)


@pytest.mark.parametrize("content", [b"Ada,ada@h.example\n", b"", b"\xff\xfe\x00"])
def test_a_file_without_a_header_is_refused_with_what_to_write(content, client_of):
    answer = client_of("mara").post(
        "/people/import", {"file": SimpleUploadedFile("people.csv", content, "text/csv")}
    )
    assert (answer.status_code, "first line" in answer.content.decode()) == (422, True)
    assert not Person.objects.exists()
