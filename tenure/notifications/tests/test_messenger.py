"""The messenger as a process, given orders by hand: what its guard lets through."""

from __future__ import annotations

import os
import subprocess
import sys

import msgspec
import pytest

from tenure.notifications import calling
from tenure.notifications.messenger import Answer, Order, as_markdown


def carried_out(**given: object) -> str:
    order = Order(**{"service": "json", "title": "t", "body": "b", **given})
    ran = subprocess.run(
        [sys.executable, "-P", "-m", "tenure.notifications.messenger"],
        input=msgspec.json.encode(order),
        capture_output=True,
        timeout=60,
        check=True,
        env={**os.environ, "HTTP_PROXY": ""},
    )
    return msgspec.json.decode(ran.stdout, type=Answer).problem


def test_a_private_address_is_refused_as_the_connection_is_made(listener):
    # As a name that led elsewhere a second ago: the order says a public host, the socket knows.
    problem = carried_out(url=listener.url, host="hooks.example.com")
    assert "not on the public internet" in problem
    assert listener.got == []


@pytest.mark.parametrize("allow", ["127.0.0.1", "127.0.0.0/8"])
def test_what_the_operator_allows_is_called(listener, allow):
    assert carried_out(url=listener.url, host="127.0.0.1", allow=[allow]) == ""
    assert len(listener.got) == 1


def test_a_name_that_the_operator_allows_is_called(listener):
    url = listener.url.replace("127.0.0.1", "localhost")
    assert carried_out(url=url, host="localhost", allow=["localhost"]) == ""
    assert len(listener.got) == 1


def test_only_the_service_that_was_read_from_the_address_is_used(listener):
    problem = carried_out(url=listener.url, service="slack", host="127.0.0.1", allow=["127.0.0.1"])
    assert "no complete address" in problem
    assert listener.got == []


def test_what_is_told_calls_nobody_and_hides_no_link(listener):
    said = "@everyone <!channel> <@U1> [look](http://evil.example) me@here.example"
    order = {"title": said, "body": said, "host": "127.0.0.1", "allow": ["127.0.0.1"]}
    assert carried_out(url=listener.url, **order) == ""
    (heard,) = listener.got
    for text in (heard["title"], heard["message"]):
        for active in ("@everyone", "<!", "<@", "]("):
            assert active not in text
        assert text.replace("\u200b", "") == said


def test_where_only_markdown_is_read_addresses_are_links_and_nothing_else_is():
    text = "Noor *b* [x](y) is late\n\nhttps://tenure.halden.example/findings/1\n-- \nTenure"
    assert as_markdown(text).split("\n\n") == [
        r"Noor \*b\* \[x\](y) is late",
        "[https://tenure.halden.example/findings/1](https://tenure.halden.example/findings/1)",
        "--",
        "Tenure",
    ]


def test_no_message_shows_a_picture_from_elsewhere(listener):
    url = listener.url.replace("json://", "mmost://").replace("/hooks/s3cr3t", f"/{'k' * 26}")
    assert carried_out(url=url, service="mmost", host="127.0.0.1", allow=["127.0.0.1"]) == ""
    assert "github" not in str(listener.got)
    assert listener.got[0]["username"] == "Tenure"


def test_nothing_answers_is_told_in_words_without_the_address():
    problem = carried_out(url="json://127.0.0.1:9/s3cr3t", host="127.0.0.1", allow=["127.0.0.1"])
    assert problem == "the service could not be reached or did not answer"


def test_a_messenger_that_hangs_is_killed(listener, settings, monkeypatch):
    monkeypatch.setattr(calling, "_PATIENCE", 0)
    with pytest.raises(calling.NotTaken, match="did not answer within"):
        calling.send(listener.url, title="t", body="b")
