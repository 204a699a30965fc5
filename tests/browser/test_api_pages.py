"""API tokens, from the form to the secret that is shown once, and the page of endpoints."""

from __future__ import annotations

import re

import pytest

from tenure.users.models import ApiToken
from tenure.users.tokens import live_token

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_token_is_made_looked_at_and_revoked(visit, look):
    page = visit("/settings/tokens/new", who="ada", **look)
    visit.inspect(page, "token-new")
    page.get_by_label("Name").fill("Nightly export")
    page.get_by_label("inventory:read").check()
    page.get_by_role("button", name="Create the token").click()
    page.get_by_text("shown only this once").wait_for()
    visit.inspect(page, "token-made")
    secret = re.search(r"tenure_[\w-]{43}", page.content()).group()
    assert live_token(secret).name == "Nightly export"
    page.get_by_role("link", name="I have kept it").click()
    page.get_by_role("heading", name="API tokens").wait_for()
    visit.inspect(page, "tokens")
    page.get_by_role("button", name="Revoke Nightly export").click()
    page.get_by_role("button", name="Revoke the token").click()
    page.get_by_text("Revoked").wait_for()
    assert ApiToken.objects.get().revoked_at is not None


def test_the_endpoints_are_read_in_the_product(visit, look):
    page = visit("/api/v1/docs", who="hugo", **look)
    page.get_by_text("List accounts, each with whose it is").click()
    page.get_by_text("Part of a name, an address or an id.").first.wait_for()
    visit.inspect(page, "api")
