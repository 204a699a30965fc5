"""The page of API tokens: the secret is shown once, after one has proved who one is."""

from __future__ import annotations

import re

import pytest

from tenure.testing.cast import actor_of, user_of
from tenure.users.models import ApiToken
from tenure.users.operations.create_token import create_token
from tenure.users.tokens import live_token

pytestmark = pytest.mark.django_db
FORM = {"name": "Nightly export", "scopes": ["inventory:read", "people:read"]}


def test_a_token_is_made_and_its_secret_shown_once(client_of):
    client = client_of("mara")
    made = client.post("/settings/tokens/new", FORM)
    (secret,) = set(re.findall(r"tenure_[\w-]{43}", made.content.decode()))
    assert live_token(secret).name == "Nightly export"
    assert "no-store" in made.headers["Cache-Control"]
    listed = client.get("/settings/tokens").content.decode()
    assert "Nightly export" in listed
    assert "people:read" in listed
    assert secret not in listed


def test_it_asks_who_one_is_before_the_form_and_before_the_token(client_of):
    client = client_of("mara", recently=False)
    for answer in (client.get("/settings/tokens/new"), client.post("/settings/tokens/new", FORM)):
        assert answer.headers["Location"].startswith("/auth/confirm")
    assert not ApiToken.objects.exists()


def test_only_scopes_of_use_are_offered_and_taken(client_of):
    client = client_of("sid")
    assert "audit:read" not in client.get("/settings/tokens/new").content.decode()
    answer = client.post("/settings/tokens/new", {"name": "x", "scopes": ["audit:read"]})
    assert answer.status_code == 422
    assert not ApiToken.objects.exists()


def test_whoever_may_only_review_and_ask_is_offered_that_and_no_more(client_of):
    page = client_of("oscar").get("/settings/tokens/new").content.decode()
    offered = re.findall(r'name="scopes" value="([^"]+)"', page)
    assert offered
    assert {one.partition(":")[0] for one in offered} == {"requests", "reviews"}


def test_a_day_gone_by_is_said_beside_the_field(client_of):
    answer = client_of("mara").post("/settings/tokens/new", FORM | {"expires_at": "2020-01-01"})
    assert answer.status_code == 422
    assert "a day to come" in answer.content.decode()


def test_one_sees_and_ends_ones_own_and_an_admin_everybodys(client_of):
    user_of("mara")
    token, secret = create_token(name="export", scopes=["inventory:read"], actor=actor_of("mara"))
    address = f"/settings/tokens/{token.ref}/revoke"
    sid = client_of("sid")
    assert "export" not in sid.get("/settings/tokens").content.decode()
    assert sid.post(address).status_code == 404
    ada = client_of("ada")
    assert address in ada.get("/settings/tokens").content.decode()
    assert ada.post(address).status_code == 302
    assert live_token(secret) is None
    assert address not in ada.get("/settings/tokens").content.decode()
