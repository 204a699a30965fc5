"""The same data is the same bytes: on both databases, and an hour later."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import UTC, datetime, timedelta
from zipfile import ZipFile

import pytest

from tenure.evidence.canonical import Row, check_schema, instant, sort_key, write_lines
from tenure.evidence.keeping import file_of
from tenure.evidence.kinds import kinds
from tenure.evidence.tests.world import NAMES, NOW, make
from tenure.testing.books import rows_of_csv, sheets_of_xlsx

# Of the company of `world.py`. Where these change, every bundle made before has other bytes.
ROWS = "c6375491731896252be8dddc93c68de6e618f2b0f5e70af6430784af6b9ac125"
CSV = "b28b463d59344dd09397e0df99cf0b21128f299d2c5d919acc6c2d90054554db"


def files_of(build) -> dict[str, bytes]:
    with ZipFile(file_of(build)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.usefixtures("company")
def test_both_databases_write_the_same_bytes():
    files = files_of(make())
    assert hashlib.sha256(files["access.jsonl"]).hexdigest() == ROWS
    assert hashlib.sha256(files["access.csv"]).hexdigest() == CSV


@pytest.mark.usefixtures("company")
def test_rows_come_in_the_order_of_bytes_with_names_as_received():
    rows = [json.loads(line) for line in files_of(make())["access.jsonl"].splitlines()]
    ids = [row["provider_id"].encode() for row in rows]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(NAMES)
    assert {row["provider_id"]: row["name"] for row in rows} == NAMES


@pytest.mark.usefixtures("company")
def test_a_formula_is_shown_and_not_computed():
    files = files_of(make())
    head, *lines = rows_of_csv(files["access.csv"])
    names = {line[head.index("name")] for line in lines}
    assert f"'{NAMES['user-_']}" in names
    assert NAMES["user-_"] not in names
    ((_, (head, *lines)),) = sheets_of_xlsx(files["access.xlsx"]).items()
    assert NAMES["user-_"] in {line[head.index("name")] for line in lines}


@pytest.mark.usefixtures("company")
def test_an_hour_later_only_the_signature_files_differ(clock):
    before = files_of(make())
    clock.move_to(NOW + timedelta(hours=1))
    after = files_of(make())
    assert before.keys() == after.keys()
    differing = {name for name in before if before[name] != after[name]}
    assert differing == {"signature.json", "signature.sig"}


def test_every_schema_has_one_form_only():
    class Fraction(Row, frozen=True):
        share: float

    with pytest.raises(TypeError, match="share"):
        check_schema(Fraction)
    assert kinds()


def test_instants_have_milliseconds_and_no_zone_but_utc():
    at = datetime(2026, 3, 1, 12, 0, 0, 123_999, tzinfo=UTC)
    assert (instant(at), instant(None)) == ("2026-03-01T12:00:00.123Z", None)


def test_texts_are_sorted_by_their_bytes():
    in_order = ["10", "9", "Z", "_", "a", "z", "é", "\uffee", "\U0001f680"]
    assert sorted(set(in_order), key=sort_key) == in_order


def test_lines_are_counted_and_digested_as_they_are_written():
    class Named(Row, frozen=True):
        name: str

    out = io.BytesIO()
    written = write_lines((Named(f"n\0{n}") for n in range(5000)), out)
    content = out.getvalue()
    assert written == (hashlib.sha256(content).hexdigest(), len(content), 5000)
    assert content.startswith(b'{"name":"n\\u00000"}\n')
