from __future__ import annotations

import re

from tenure.connectors.openai.description import DESCRIPTION


def test_the_catalogue_finds_it_by_the_words_people_type():
    words = " ".join((DESCRIPTION.title, DESCRIPTION.summary, *DESCRIPTION.keywords)).lower()
    for typed in ("openai", "integration", "chatgpt", "ai"):
        assert typed in words


def test_it_names_what_is_needed_and_where_to_get_it():
    assert DESCRIPTION.setup_minutes <= 10
    wanted = ("admin in Tenure", "Owner role", "Admin API key", "Organization ID")
    assert all(any(w in p for p in DESCRIPTION.prerequisites) for w in wanted)
    assert {url for _, url in DESCRIPTION.links} == {
        "https://platform.openai.com/settings/organization/general",
        "https://platform.openai.com/settings/organization/admin-keys",
    }


def test_what_is_not_read_yet_is_not_called_supported():
    supported = {row.resource for row in DESCRIPTION.capabilities if row.supported}
    assert supported == {
        "Users",
        "Organization roles",
        "Invites",
        "Projects and members",
        "Last use of API keys",
        "Groups",
        "Service accounts",
        "API keys and admin keys",
        "Workload identity",
        "Audit log",
        "Last login",
        "Usage",
        "Spend",
    }
    for row in DESCRIPTION.capabilities:
        assert row.supported or re.match(r"Not (read|built) yet", row.limits)
        assert row.supported or not row.used_for


def test_every_host_is_openais_and_the_first_is_the_usual_one():
    assert DESCRIPTION.hosts[0][1] == "https://api.openai.com/v1"
    for _, url in DESCRIPTION.hosts:
        assert re.fullmatch(r"https://(\w\w\.)?api\.openai\.com/v1", url)


def test_the_scope_statement_names_the_organization():
    assert DESCRIPTION.scope_statement.format(organization_id="org-1").startswith(
        "Covers the OpenAI API platform organization org-1; ChatGPT workspaces, Azure OpenAI"
    )
