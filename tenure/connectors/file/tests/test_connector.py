"""What of the connector contract means something where nothing is sent."""

from __future__ import annotations

from contextlib import closing

import pytest

from tenure.connectors.base import Collection, Credentials, Place, Refusal, Upload
from tenure.connectors.contract.telling import told
from tenure.connectors.file.connector import FileConnector
from tenure.lib.clock import now

USERS = Collection(kind="users")


def connector(content: bytes | None, **columns: str) -> FileConnector:
    upload = content is not None and Upload(
        content=content, columns=columns or {"email": "email"}, uploaded_at=now()
    )
    return FileConnector(Credentials(organization_id="Figma", api_key="", upload=upload or None))


def many(count: int) -> bytes:
    return b"email\n" + b"".join(b"u%d@example.com\n" % n for n in range(count))


def test_a_file_is_read_whole_in_the_order_of_its_lines():
    reading = told(connector(many(2_500)).read(USERS))
    assert [len(page.facts) for page in reading.pages] == [1_000, 1_000, 500]
    assert reading.end.state == "complete"
    assert reading.end.as_of is not None
    assert reading.ids[0] == "u0@example.com"


def test_from_every_place_the_rest_follows():
    whole = told(connector(many(2_500)).read(USERS))
    for page in whole.pages[:-1]:
        rest = told(connector(many(2_500)).read(USERS, resume=page.place))
        done = int(page.place.cursor or 0)
        assert (rest.ids, rest.end.state) == (whole.ids[done:], "complete")
    assert told(connector(many(3)).read(USERS, resume=Place(cursor="3"))).ids == []


def test_what_is_recognized_is_counted_and_not_delivered():
    raws = {fact.raw for page in told(connector(many(3)).read(USERS)).pages for fact in page.facts}
    reading = told(connector(many(4)).read(USERS, recognizes=raws.__contains__))
    (page,) = reading.pages
    assert (page.received, page.recognized, reading.ids) == (4, 3, ["u3@example.com"])


def test_with_a_rejected_line_no_list_is_complete():
    reading = told(connector(b"email\nada@example.com\nbad\n").read(USERS))
    (page,) = reading.pages
    assert (page.received, page.unreadable) == (2, 1)
    assert page.remarks == ("Line 3 'bad' is not an e-mail address.",)
    assert (reading.end.state, reading.end.kind) == ("incomplete", "unreadable")
    assert reading.end.reason.startswith("1 line was rejected, so nobody who is missing")


def test_deleted_accounts_are_set_aside_and_harm_nothing():
    content = b"email,status\nada@example.com,active\nold@example.com,deleted\n"
    reading = told(connector(content, email="email", status="status").read(USERS))
    (page,) = reading.pages
    assert (page.received, page.aside, page.unreadable) == (2, 1, 0)
    assert reading.end.state == "complete"


@pytest.mark.parametrize("content", [None, b"", b"shoe\n1\n"])
def test_what_cannot_be_read_ends_as_unavailable(content):
    reading = told(connector(content).read(USERS))
    assert (reading.end.state, reading.pages) == ("unavailable", [])
    assert reading.end.reason.endswith(".")


def test_after_close_nothing_more_is_read():
    one = connector(many(2_500))
    events = one.read(USERS)
    next(events)
    with closing(one):
        pass
    assert next(events).state == "incomplete"


def test_there_is_no_key_to_judge_and_no_log():
    one = connector(many(1))
    for ask in (one.validate, one.organization_id):
        with pytest.raises(Refusal, match="Files are read without a key"):
            ask()
    assert told(one.events(since=now())).end.state == "unavailable"
    with pytest.raises(KeyError):
        one.read(Collection(kind="groups"))
