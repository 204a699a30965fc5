"""Nothing that lies around in the environment may reach the wire."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tenure.connectors.openai.tests.conftest import KEY, ORGANIZATION, answer
from tenure.lib.tests.recording import recording

HOSTILE = {
    "OPENAI_ORG_ID": "org-evil",
    "OPENAI_PROJECT_ID": "proj-evil",
    "OPENAI_API_KEY": "sk-evil",
    "OPENAI_ADMIN_KEY": "sk-admin-evil",
    "OPENAI_WEBHOOK_SECRET": "whsec-evil",
    "OPENAI_LOG": "debug",
    "OPENAI_CUSTOM_HEADERS": (
        "Authorization: Bearer evil\nauthorization: evil\nX-Evil: évil\nHost: evil.example\n"
        "OpenAI-Organization: org-evil\nCookie: evil=1\nTransfer-Encoding: chunked\n"
        "User-Agent: evil"
    ),
}
SCRIPT = """
import json, sys
from tenure.connectors.base import Collection, Credentials
from tenure.connectors.openai.connector import OpenAIConnector
settings = json.load(sys.stdin)
connector = OpenAIConnector(Credentials(**settings), allow_hosts=["127.0.0.1"])
print(len(connector.validate().probes))
print(list(connector.read(Collection(kind="users")))[-1].state)
connector.close()
"""


@pytest.fixture
def elsewhere():
    """Where the environment tries to lead us."""
    with recording() as server:
        yield server


def run(raw, environment, home):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENAI_")} | environment
    environment |= {"HOME": str(home)}
    settings = {"organization_id": ORGANIZATION, "api_key": KEY, "base_url": f"{raw.url}/v1"}
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", SCRIPT],
        input=json.dumps(settings),
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
        check=False,
    )


def test_nothing_of_the_environment_reaches_the_wire(raw, elsewhere, tmp_path):
    raw.answer = lambda _: answer("user-1", has_more=False)
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login evil password evil\n")
    leads = dict.fromkeys(
        ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"),
        elsewhere.url,
    )
    leads |= {
        "OPENAI_BASE_URL": elsewhere.url,
        "NETRC": str(tmp_path / ".netrc"),
        "SSL_CERT_FILE": str(tmp_path / "none.pem"),
        "SSL_CERT_DIR": str(tmp_path),
        "REQUESTS_CA_BUNDLE": str(tmp_path / "none.pem"),
    }
    ran = run(raw, HOSTILE | leads, tmp_path)

    assert ran.stdout.split() == ["8", "complete"], ran.stderr
    assert elsewhere.sent == []
    assert len(raw.sent) == 9
    for sent in raw.sent:
        assert sent.headers.pop("connection", "keep-alive") == "keep-alive"
        assert sent.headers == {
            "accept": "application/json",
            "accept-encoding": "gzip",
            "authorization": f"Bearer {KEY}",
            "host": f"127.0.0.1:{raw.port}",
            "openai-organization": ORGANIZATION,
            "user-agent": sent.headers["user-agent"],
        }
        assert sent.headers["user-agent"].startswith("tenure/")
        assert "evil" not in f"{sent.path}{sent.body!r}"


def test_not_even_at_debug_does_the_key_reach_the_log(raw, tmp_path):
    raw.answer = lambda _: answer("user-1", has_more=False)
    ran = run(raw, {"OPENAI_LOG": "debug"}, tmp_path)
    assert ran.stdout.split() == ["8", "complete"]
    assert "DEBUG" in ran.stderr
    assert not any(KEY[i : i + 12] in ran.stderr for i in range(len(KEY) - 11))
