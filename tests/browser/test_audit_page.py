"""The audit log: empty, full, and with a filter that cannot be used."""

from __future__ import annotations

import pytest

from tenure.audit import operations as audit
from tenure.audit.models import AuditText
from tenure.audit.sealing import seal_once
from tenure.audit.tests.trail import leave


@pytest.fixture
def a_busy_morning() -> None:
    """Users, a job and the operator, one name erased, the newest events not sealed yet."""
    leave(48, by="mara", subject=audit.Subject("account", "019aaaaa-aaaa-7aaa-8aaa-aaaaaaaaaaaa"))
    leave(3, by="ada", subject=audit.Subject("sync_run", "019aaaaa-aaaa-7aaa-8aaa-bbbbbbbbbbbb"))
    leave(1, by="rita")
    AuditText.objects.filter(text="Rita Novak").update(text=None, salt=None)
    seal_once()
    leave(2, by="aud")


@pytest.mark.in_full
def test_the_log_before_anything_happened(visit, look):
    page = visit("/audit", who="ada", **look)
    assert page.get_by_text("Nothing has happened yet").is_visible()
    visit.inspect(page, "audit-empty")


def test_the_log_of_a_busy_morning(a_busy_morning, visit, look):
    page = visit("/audit", who="ada", **look)
    visit.inspect(page, "audit-full")
    page.get_by_label("Who did it").fill("mara")
    page.get_by_role("button", name="Filter", exact=True).click()
    assert page.get_by_text("Aud Nilsen").count() == 0
    visit.inspect(page, "audit-filtered")


@pytest.mark.in_full
def test_a_filter_that_cannot_be_used(visit, look):
    visit.expect_error("422")
    page = visit("/audit?since=yesterday", who="ada", **look)
    assert page.get_by_text("This filter cannot be used").is_visible()
    visit.inspect(page, "audit-error")
