from __future__ import annotations

import json

import pytest

from tenure.cli import main
from tenure.cli.output import state
from tenure.testing.cast import email_of, user_of
from tenure.users.models import ApiToken
from tenure.users.tokens import live_token

pytestmark = pytest.mark.django_db
SCOPES = ("--scope", "inventory:read", "--scope", "people:write")


@pytest.fixture
def tenure(capsys, monkeypatch):
    """`tenure("tokens", "list")`: exit code, what was printed, what was complained of."""
    monkeypatch.setattr(state, "json", False)

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main([*arguments])
        printed = capsys.readouterr()
        return int(left.value.code or 0), printed.out, printed.err

    return run


def test_a_token_is_made_listed_and_revoked(tenure):
    user_of("ada")
    code, out, _ = tenure("tokens", "create", *SCOPES, "--name", "ci", "--expires", "2099-01-01")
    secret = out.strip()
    assert code == 0
    token = live_token(secret)
    assert token.user == user_of("ada")
    _, out, _ = tenure("tokens", "list", "--json")
    (listed,) = json.loads(out)["data"]
    assert listed["scopes"] == ["inventory:read", "people:write"]
    assert listed["expires_at"] == "2099-01-01T00:00:00.000Z"
    assert secret not in out
    assert tenure("tokens", "revoke", str(token.ref))[0] == 0
    assert live_token(secret) is None


def test_it_is_made_for_whom_one_names(tenure):
    user_of("mara")
    code, *_ = tenure("tokens", "create", *SCOPES, "--name", "ci", "--user", email_of("mara"))
    assert code == 0
    assert ApiToken.objects.get().user == user_of("mara")


def test_a_scope_that_there_is_not_is_refused_in_a_sentence(tenure):
    user_of("ada")
    code, _, err = tenure("tokens", "create", "--scope", "all", "--name", "ci")
    assert code == 2
    assert err.startswith("Choose scopes among connections:read, ")
