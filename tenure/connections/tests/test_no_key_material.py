"""A key is nowhere: not raw, not in base64 or hex, not any twelve characters of it."""

from __future__ import annotations

import base64
import io
import json
import logging
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection as database
from django.test import Client
from django.urls import reverse

from tenure.audit.queries import export_lines
from tenure.connections.operations.add_removal_key import add_removal_key
from tenure.testing.cast import actor_of

PART = 12
_IN_TURN = """
import json, sys
from tenure.cli import main
for words in json.loads(sys.argv[1]):
    try:
        main(["-v", "-v", "--json", *words])
    except SystemExit as ended:
        if ended.code:
            raise
"""


def traces_of(secret: str) -> Iterator[str]:
    """Every part of twelve characters, of the key itself and of each way of writing it down."""
    raw = secret.encode()
    written = [secret, raw.hex()]
    for shift in range(3):
        code = base64.b64encode(b"x" * shift + raw).decode().rstrip("=")
        written += [code[4:-4], code[4:-4].translate(str.maketrans("+/", "-_"))]
    for text in written:
        yield from (text[at : at + PART] for at in range(len(text) - PART + 1))


def assert_keyless(content: bytes | str, *secrets: str) -> None:
    data = content.encode() if isinstance(content, str) else content
    for secret in secrets:
        found = [part for part in traces_of(secret) if part.encode() in data]
        assert not found, f"{len(found)} parts of a key that ends in {secret[-4:]}"


def test_the_search_itself_finds_a_key_however_it_is_written():
    secret = "sk-admin-Zk3vQ9aTr7LmXw2HpYcD8sNe"
    for written in (secret, secret[9:24], base64.b64encode(b"?" + secret.encode()).decode()):
        with pytest.raises(AssertionError):
            assert_keyless(f"... {written} ...", secret)
    assert_keyless(f"sk-admin-…{secret[-4:]}", secret)


@pytest.mark.django_db(transaction=True)
def test_not_in_the_database(connection, judged, openai):
    second = openai.add_key("admin")
    add_removal_key(ref=connection.ref, judged=judged(api_key=second), actor=actor_of("ada"))
    assert_keyless(_every_cell(), openai.admin_key, second)
    if database.vendor == "sqlite":
        for file in Path(database.settings_dict["NAME"]).parent.glob("test-*"):
            assert_keyless(file.read_bytes(), openai.admin_key, second)


@pytest.mark.django_db
def test_not_in_the_audit_export(connection, openai):
    lines = b"".join(export_lines(actor=actor_of("ada")))
    assert b"connection.connected" in lines
    assert_keyless(lines, openai.admin_key)


@pytest.mark.django_db
@pytest.mark.parametrize("debug", [True, False])
def test_not_on_the_page_of_a_crash(client_of, openai, settings, monkeypatch, debug):
    settings.DEBUG = debug
    monkeypatch.setattr("tenure.connections.keyring.last_four", _breaks)
    ada: Client = client_of("ada")
    ada.raise_request_exception = False
    typed = {
        "name": "OpenAI",
        "organization_id": openai.organization_id,
        "api_key": openai.admin_key,
        "removal_key": openai.admin_key,
        "base_url": openai.url,
    }
    answer = ada.post(reverse("connections:connect", args=["openai"]), typed)
    assert answer.status_code == 500
    assert ("Traceback" in answer.content.decode()) is debug
    assert_keyless(answer.content, openai.admin_key)


@pytest.mark.django_db
def test_not_in_logs_at_debug_nor_in_the_traceback_of_a_crash(judged, openai, monkeypatch):
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        made = judged()
        monkeypatch.setattr("tenure.connections.keyring.last_four", _breaks)
        from tenure.connections.operations.connect_organization import connect_organization

        with pytest.raises(RuntimeError) as crash:
            connect_organization(judged=made, actor=actor_of("ada"))
        logging.getLogger("tenure").error("crashed", exc_info=crash.value)
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    assert "crashed" in written.getvalue()
    assert_keyless(written.getvalue(), openai.admin_key)
    assert_keyless("".join(traceback.format_exception(crash.value)), openai.admin_key)
    assert_keyless(repr(made) + str(made.credentials), openai.admin_key)


def test_not_in_anything_a_fresh_installation_writes_or_says(openai, tmp_path):
    key = tmp_path / "typed-by-a-human"
    key.write_text(openai.admin_key)
    home = tmp_path / "home"
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TENURE_")}
    environment = kept | {"TENURE_HOME": str(home), "TENURE_PROVIDER_HOSTS_ALLOW": "127.0.0.1"}

    commands = [
        ["migrate"],
        ["connect", "openai", "--organization-id", openai.organization_id,
         "--api-key-file", str(key), "--base-url", openai.url],
        ["connections", "show", "OpenAI"],
        ["audit", "export", "-o", str(home / "audit.jsonl")],
    ]  # fmt: skip
    ended = subprocess.run(  # noqa: S603 - our own command lines, one after another
        [sys.executable, "-c", _IN_TURN, json.dumps(commands)],
        env=environment,
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-400:]
    assert b'"connection"' in ended.stdout
    assert_keyless(ended.stdout + ended.stderr, openai.admin_key)
    files = [file for file in home.rglob("*") if file.is_file()]
    assert {"tenure.sqlite3", "audit.jsonl"} <= {file.name for file in files}
    for file in files:
        assert_keyless(file.read_bytes(), openai.admin_key)


def _breaks(secret: str) -> str:
    typed = {"api_key": secret}
    raise RuntimeError(f"a defect, with {len(typed)} key at hand")


def _every_cell() -> bytes:
    """All that the database would hand out, as bytes."""
    cells: list[bytes] = []
    with database.cursor() as cursor:
        for table in database.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {database.ops.quote_name(table)}")  # noqa: S608 - names
            for row in cursor.fetchall():
                cells += [
                    bytes(c) if isinstance(c, bytes | memoryview) else str(c).encode() for c in row
                ]
    return b"\0".join(cells)
