"""The key is nowhere but on the wire: not in errors, their frames, reprs or logs at debug."""

from __future__ import annotations

import base64
import gc
import logging
import traceback

import pytest
from rich.pretty import pretty_repr

from tenure.connectors.base import Collection, Refusal
from tenure.connectors.openai.tests.conftest import KEY, answer
from tenure.lib.tests.recording import Answer

ECHO = b'{"error":{"message":"Incorrect: Bearer %s","type":"x","param":null,"code":null}}'
TROUBLES = [
    Answer(401, ECHO % KEY.encode()),
    Answer(400, ECHO % KEY.encode()),
    Answer(400, KEY.encode()),
    Answer(500, ECHO % KEY.encode()),
    Answer(502, b"<html>" + KEY.encode()),
    Answer(200, b'{"data":[{"id":"%s' % KEY.encode()),
    Answer(200, b"{", {"content-length": "100"}),
    Answer(429, b"{}", {"retry-after": "3600"}),
]


def has_key(text: str) -> bool:
    parts = [KEY[i : i + 12] for i in range(len(KEY) - 11)]
    encoded = [base64.b64encode(KEY[i:].encode())[:16].decode() for i in range(3)]
    return any(part in text for part in (*parts, *encoded))


def told(error: BaseException) -> str:
    """Everything a crash reporter could print: messages, causes, and the locals of our frames."""
    lines, seen = [repr(error), str(error), *map(repr, vars(error).values())], error
    while seen is not None:
        report = traceback.TracebackException.from_exception(seen, capture_locals=True)
        frames = [frame for frame in report.stack if "/tests/" not in frame.filename]
        lines += [f"{frame.filename} {frame.name} {frame.locals}" for frame in frames]
        lines += report.format_exception_only()
        seen = seen.__cause__ or seen.__context__
    return "\n".join(lines)


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda t: f"{t.status}-{t.body[:9]!r}")
def test_no_refusal_carries_any_of_the_key(trouble, raw, connect, caplog):
    raw.answer = lambda _: trouble
    with caplog.at_level(logging.DEBUG), pytest.raises(Refusal) as refusal:
        connect(base_url=raw.url).validate()
    assert raw.sent[0].headers["authorization"] == f"Bearer {KEY}"
    assert not has_key(told(refusal.value))
    assert not has_key(caplog.text)


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda t: f"{t.status}-{t.body[:9]!r}")
def test_no_end_of_a_list_quotes_the_key(trouble, raw, connect, read):
    raw.answer = lambda _: trouble
    assert not has_key(repr(read(connect(base_url=raw.url)).events))


@pytest.mark.parametrize("typed", [f"Bearer {KEY}", f"{KEY} ", f'"{KEY}"', f"{KEY}ß"])
def test_a_mistyped_key_is_not_repeated(typed, connect):
    for fields in ({"api_key": typed}, {"removal_key": typed}, {"organization_id": typed}):
        with pytest.raises(Refusal) as refusal:
            connect(**fields).validate()
        assert not has_key(told(refusal.value))


def test_a_crash_in_the_middle_shows_no_key(raw, connect, monkeypatch):
    def crash(*_):
        raise RuntimeError("crash")

    raw.answer = lambda _: answer("user-1", has_more=False)
    connector = connect(base_url=raw.url)
    connector.validate()
    monkeypatch.setattr("tenure.connectors.openai.client._Wire._rewritten", crash)
    with pytest.raises(RuntimeError) as crashed:
        list(connector.read(Collection(kind="users")))
    assert not has_key(told(crashed.value))


def test_no_object_of_ours_or_of_the_sdk_prints_the_key(raw, connect):
    raw.answer = lambda _: answer("user-1", has_more=False)
    connector = connect(base_url=raw.url)
    validation = connector.validate()
    shown = [repr(validation), repr(connector), pretty_repr(connector), pretty_repr(validation)]
    ours = ("tenure.connectors", "tenure.lib.outbound", "openai", "httpx2", "httpcore2", "h11")
    for thing in gc.get_objects():
        module = str(type(thing).__module__)
        if module.startswith(ours) and "tests" not in module:
            shown.append(repr(thing))
    assert not any(has_key(text) for text in shown)
