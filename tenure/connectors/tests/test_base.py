from __future__ import annotations

import subprocess
import sys

from rich.pretty import pretty_repr

from tenure.connectors.base import Collection, Credentials, Found, Validation
from tenure.connectors.registry import catalogue, connectors

KEY = "sk-admin-0123456789abcdefghij"


def test_nothing_that_prints_credentials_shows_a_key():
    credentials = Credentials(organization_id="org-1", api_key=KEY, removal_key=KEY + "x")
    for shown in (repr(credentials), str(credentials), f"{credentials}", pretty_repr(credentials)):
        assert "0123456789ab" not in shown
        assert "org-1" in shown


def test_a_key_pasted_as_the_organization_is_not_printed_either():
    shown = repr(Credentials(organization_id=KEY, api_key="sk-x"))
    assert "0123456789ab" not in shown


def test_the_key_of_a_collection_tells_its_parent():
    assert Collection(kind="users").key == "users"
    assert Collection(kind="members", parent_id="proj_1").key == "members:proj_1"


def validation(kind, *states):
    return Validation(
        organization_id="org-1",
        organization_name=None,
        organization_proof="none",
        key_kind=kind,
        key_hint="abcd",
        found=tuple(
            Found(capability=str(i), explains="", seen="", state=state)
            for i, state in enumerate(states)
        ),
        probes=(),
        may_write=None,
        audit_logging=None,
    )


def test_only_what_the_key_itself_lacks_makes_it_limited():
    assert validation("admin", "readable", "off", "unavailable", "unconfirmed").is_full
    assert not validation("admin", "readable", "missing_scope").is_full
    assert not validation("personal", "readable").is_full


def test_the_catalogue_lists_every_connector():
    assert [d.kind for d in catalogue()] == list(connectors())


def test_listing_the_connectors_does_not_import_a_providers_sdk():
    code = (
        "import sys; from tenure.connectors.registry import catalogue; catalogue();"
        "print([m for m in ('openai', 'httpx2', 'django') if m in sys.modules])"
    )
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"
