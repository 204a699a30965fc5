"""Fixtures that every test may ask for."""

from __future__ import annotations

import re
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tenure.notifications.models import OutboxMessage
from tenure.notifications.tasks import deliver_mail
from tenure.testing.cast import user_of
from tenure.users.reauthentication import mark_confirmed_in


@pytest.fixture
def client_of(db: None) -> Callable[..., Client]:
    """`client_of("ada")`: a test client signed in as that member of the cast, just now."""

    def signed_in(name: str, *, recently: bool = True, **assigned: Any) -> Client:  # noqa: ANN401 - as user_of takes them
        client = Client()
        client.force_login(user_of(name, **assigned))
        if recently:
            session = client.session
            mark_confirmed_in(session, method="password")
            session.save()
        return client

    return signed_in


@pytest.fixture
def mailbox(tmp_path: Path, settings: Settings) -> Callable[[], list[EmailMessage]]:
    """`mailbox()`: send what waits in the outbox; every mail that has left, oldest first."""
    settings.TENURE_EMAIL_URL = f"file://{tmp_path}/mail"

    def read() -> list[EmailMessage]:
        for ref in OutboxMessage.objects.filter(state="queued").values_list("ref", flat=True):
            deliver_mail.func(str(ref))
        files = sorted((tmp_path / "mail").glob("*"), key=lambda file: file.stat().st_mtime_ns)
        return [mail for file in files for mail in _mails_in(file)]

    return read


def _mails_in(file: Path) -> list[EmailMessage]:
    """One, or several when they left within one second and the backend's name was the same."""
    written = file.read_bytes().split(b"\n" + b"-" * 79 + b"\n")
    return [message_from_bytes(one, policy=policy.default) for one in written if one.strip()]


def link_in(mail: EmailMessage) -> str:
    """The path of the first link to our own pages in a mail."""
    body = mail.get_body(("plain",))
    found = re.search(r"^https?://[^/\s]+(/\S+)", body.get_content() if body else "", re.MULTILINE)
    if found is None:
        raise AssertionError(f"no link in the mail {mail['Subject']}")
    return found.group(1)
