from __future__ import annotations

import pytest

from tenure.lib.errors import Invalid
from tenure.notifications import services
from tenure.notifications.calling import check

SLACK = "T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
FLOW = "643e69f83c8944438d68119179a10a64/triggers/manual/paths/invoke"
KEY = "JHMHI8qBe7bk2ZwO5U711o3dVjsABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijk"
SIGNED = f"api-version=2016-06-01&sp=%2Ftriggers&sv=1.0&sig={KEY[:43]}"


@pytest.mark.parametrize(
    ("url", "title", "tail"),
    [
        (f"slack://{SLACK}", "Slack", "….slack.com"),
        (f"https://hooks.slack.com/services/{SLACK}", "Slack", "….slack.com"),
        (
            f"https://prod-1.westeurope.logic.azure.com:443/workflows/{FLOW}?{SIGNED}",
            "Microsoft Teams",
            "…azure.com",
        ),
        (f"https://discord.com/api/webhooks/417429632418316298/{KEY}", "Discord", "discord.com"),
        ("ntfys://halden-access", "ntfy", "ntfy.sh"),
        ("ntfys://ntfy.halden.example/access", "ntfy", "…halden.example"),
        (f"mmosts://chat.halden.example/{KEY[:32]}", "Mattermost", "…halden.example"),
        ("jsons://hooks.halden.example/a", "JSON webhook", "…halden.example"),
        ("json://127.0.0.1:8089/a", "JSON webhook", "127.0.0.1"),
    ],
)  # fmt: skip
def test_what_people_have_is_recognized_and_apprise_agrees(url, title, tail):
    checked = check(url)
    assert services.names_of(checked.service) == title
    assert checked.tail == tail.replace("….", "…")
    assert url not in repr(checked)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.slack.com",
        "https://example.com/hook",
        "https://hooks.slack.com.evil.example/services/a/b/c",
        "file:///etc/passwd",
        "mailto://a:b@example.com",
        "syslog://localhost",
        "dbus://",
        "python://x",
        "json://hooks.halden.example/a",
        "ntfy://halden-access",
        "jsons://10.0.0.1/a",
        "jsons://169.254.169.254/latest",
        "jsons://2130706433/a",
        "jsons://hooks.halden.example/a?verify=no",
        "jsons://hooks.halden.example/a?redirect=yes",
        "workflows://host.example/a/b?template=/etc/passwd",
        "workflows://host.example/a/b?sv=1.0;template=/etc/passwd",
        "jsons://hooks.halden.example/a?key=1;redirect=yes",
        "slack://[",
    ],
)
def test_anything_else_is_refused_without_repeating_it(url):
    with pytest.raises(Invalid) as refused:
        services.read(url, allow=["127.0.0.1"])
    assert "hook" not in str(refused.value)
    assert not url or url not in str(refused.value)


def test_an_address_that_lacks_a_part_is_refused_before_it_is_stored():
    with pytest.raises(Invalid, match="no complete address"):
        check("slack://onlyone")
