"""What programs hear of a sync: one event for the first, then one for each account."""

from __future__ import annotations

import pytest

from tenure.inventory import publishing
from tenure.inventory.models import Account
from tenure.webhooks.models import WebhookEvent

pytestmark = pytest.mark.django_db


def told(kind: str) -> list[tuple[str, str]]:
    events = WebhookEvent.objects.filter(subject_kind=kind).order_by("id")
    return [(event.type, str(event.subject_ref)) for event in events]


def test_the_first_sync_is_one_event_and_later_ones_name_each_account(openai, sync, connection):
    run = sync()
    assert told("account") == []
    (first,) = WebhookEvent.objects.filter(type="connection.first_sync")
    assert first.subject_ref == first.connection_ref == connection.ref
    assert first.data == {"sync_run": str(run.ref), "accounts": Account.objects.count()}
    email = Account.objects.filter(kind="person", role="reader").first().email
    openai.change_user(email, name="Somebody Else")
    run = sync()
    account = Account.objects.get(email=email)
    assert told("account") == [("account.changed", str(account.ref))]
    event = WebhookEvent.objects.get(type="account.changed")
    assert (event.sequence, event.connection_ref) == (1, connection.ref)
    assert event.data == {"sync_run": str(run.ref)}


def test_nothing_is_told_of_a_sync_that_changed_nothing(sync):
    sync()
    before = WebhookEvent.objects.count()
    sync()
    assert WebhookEvent.objects.count() == before


def test_a_sync_that_changed_very_much_is_one_event(openai, sync, monkeypatch):
    sync()
    monkeypatch.setattr(publishing, "MOST_AT_ONCE", 1)
    for account in Account.objects.filter(kind="person", role="reader")[:2]:
        openai.change_user(account.email, name="Somebody Else")
    sync()
    assert told("account") == []
    event = WebhookEvent.objects.get(type="connection.many_accounts_changed")
    assert event.data["accounts"] == 2
