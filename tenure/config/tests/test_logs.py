from __future__ import annotations

import logging

import pytest
from django.conf import settings

from tenure.testing.cast import PASSWORD
from tenure.users.first_admin import first_admin_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines():
    """What the log says of requests, as it is written."""
    spec = dict(settings.LOGGING["formatters"]["line"])
    formatter, said = spec.pop("()")(**spec), []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(formatter.format(record))

    handler, logger = Keeping(), logging.getLogger("django.request")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.WARNING)
    yield said
    logger.setLevel(before)
    logger.removeHandler(handler)


def test_a_link_whose_form_was_refused_still_works_and_is_in_no_log(client, lines):
    address = first_admin_link()
    assert address is not None
    path = "/" + address.split("/", 3)[3]
    token = path.rpartition("/")[2]
    form = {"email": "ida@halden.example", "name": "Ida", "password": PASSWORD}
    assert client.post(path, {**form, "password": "short"}).status_code == 422
    assert len(lines) == 1
    assert "/auth/first-admin/…" in lines[0] or "/auth/first-admin/\\u2026" in lines[0]
    assert token not in lines[0]
    assert client.post(path, form).status_code == 302


def test_a_refusal_is_one_line_without_a_trace(client_of, lines):
    assert client_of("oscar").get("/settings/calendar").status_code == 403
    assert len(lines) == 1
    assert "Traceback" not in lines[0]


def test_neither_is_the_link_of_a_new_password(lines):
    path = "/auth/password/reset/1-a/bhq4k2-0123456789abcdef"
    logging.getLogger("django.request").warning("Forbidden: %s", path)
    assert len(lines) == 1
    assert "/auth/password/reset/1-a/" in lines[0]
    assert "0123456789" not in lines[0]
