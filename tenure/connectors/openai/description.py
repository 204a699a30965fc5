"""What the catalogue says about this connector. Rows of things not built yet say so."""

from __future__ import annotations

from tenure.connectors.base import CapabilityRow, Description

ORGANIZATION_PAGE = "https://platform.openai.com/settings/organization/general"
ADMIN_KEYS_PAGE = "https://platform.openai.com/settings/organization/admin-keys"
ORGANIZATION_ID = r"org-[A-Za-z0-9_-]+"

_LATER = "Not read yet."

DESCRIPTION = Description(
    kind="openai",
    title="OpenAI",
    summary="Who can use an OpenAI API organization, and with which role.",
    overview=(
        "Connects one organization of the OpenAI API platform through its Administration API. "
        "Tenure reads who is in the organization and in its projects, with which role, and who "
        "has been invited, ties each account to a person and shows whose access should have "
        "ended. It reads no prompts, no files and no model output."
    ),
    setup_minutes=10,
    keywords=(
        "openai", "chatgpt", "gpt", "ai", "llm", "api platform", "integration", "identity",
    ),
    prerequisites=(
        "You are an admin in Tenure.",
        "You have the Owner role in the OpenAI organization.",
        "An organization-level Admin API key (sk-admin-…).",
        "The Organization ID (org-…).",
    ),
    capabilities=(
        CapabilityRow(
            resource="Users",
            supported=True,
            used_for=("tests",),
            limits="Every field the API has; pending people are under invites.",
        ),
        CapabilityRow(
            resource="Organization roles",
            supported=True,
            limits="Predefined and custom ones, with their permissions.",
        ),
        CapabilityRow(
            resource="Invites",
            supported=True,
            used_for=("tests",),
            limits="Pending, accepted and expired ones.",
        ),
        CapabilityRow(
            resource="Projects and members",
            supported=True,
            limits="Archived projects too, without members; people and groups, and their roles.",
        ),
        CapabilityRow(
            resource="Last use of API keys",
            supported=True,
            used_for=("tests",),
            limits="Per user, as OpenAI reports it; it is not a login.",
        ),
        CapabilityRow(
            resource="Groups",
            supported=True,
            limits="Members, and what a group gives them in the organization and in projects.",
        ),
        CapabilityRow(
            resource="Service accounts",
            supported=True,
            used_for=("tests",),
            limits="Of every project, with their roles and keys.",
        ),
        CapabilityRow(
            resource="API keys and admin keys",
            supported=True,
            used_for=("tests",),
            limits=(
                "Also those whose owner has lost the project. OpenAI never shows a key's secret, "
                "so neither does Tenure."
            ),
        ),
        CapabilityRow(
            resource="Workload identity",
            supported=True,
            limits=(
                "Identity providers and the rules by which their tokens act as a service account, "
                "without a key. When a rule was last used is not told."
            ),
        ),
        CapabilityRow(
            resource="Audit log",
            supported=True,
            limits=(
                "Who did what, within a minute; once an owner has switched audit logging on in "
                "OpenAI. Nothing of the time before."
            ),
        ),
        CapabilityRow(
            resource="Last login",
            supported=True,
            used_for=("tests",),
            limits=(
                "Sign-ins from the audit log, where it is on. Otherwise last activity, from keys, "
                "acts and usage; that is never called a login."
            ),
        ),
        CapabilityRow(
            resource="Usage",
            supported=True,
            used_for=("tests",),
            limits="On which day each user had traffic last, once a day; traffic without a user is "
            "nobody's.",
        ),
        CapabilityRow(
            resource="Spend",
            supported=True,
            limits="Thirty days, by user, key and project where OpenAI tells them apart.",
        ),
        CapabilityRow(
            resource="Removing access",
            supported=False,
            limits="Not built yet: what has to be removed in OpenAI is shown, and done by hand.",
        ),
    ),
    reads=(
        "Users: id, name, e-mail, role, when added, when an API key was last used",
        "Invites: e-mail, role, status, projects, when sent, accepted and expiring",
        "Projects: id, name, when made and archived; of their members: role, and since when",
        "Groups: name, members, their roles in the organization and in projects",
        "Roles: name, description and permissions; who was given which",
        "Service accounts: name, project, role, when made",
        "Keys: name, shortened value, owner, when made, last used and expiring; never their secret",
        "Identity providers: name, issuer, audience; their rules: conditions, service account",
        "Usage and costs: on which day each user had traffic last, and sums of thirty days",
        (
            "The audit log, where it is on: what was changed and who signed in, when, by whom, "
            "with the address of the network it came from"
        ),
        (
            "Once, while a key is judged: the first page of costs, to say what the key can see; "
            "nothing of it is kept"
        ),
    ),
    writes=("Nothing.",),
    links=(
        ("Find the Organization ID", ORGANIZATION_PAGE),
        ("Make an Admin API key", ADMIN_KEYS_PAGE),
    ),
    members_page="https://platform.openai.com/settings/organization/people/members",
    # Data controls, and there Data retention: https://platform.openai.com/docs/guides/your-data
    audit_log_page="https://platform.openai.com/settings/organization/data-controls/data-retention",
    hosts=(
        ("Global", "https://api.openai.com/v1"),
        ("United States", "https://us.api.openai.com/v1"),
        ("Europe", "https://eu.api.openai.com/v1"),
        ("United Arab Emirates", "https://ae.api.openai.com/v1"),
        ("Australia", "https://au.api.openai.com/v1"),
        ("India", "https://in.api.openai.com/v1"),
        ("Japan", "https://jp.api.openai.com/v1"),
    ),
    organization_id_label="Organization ID",
    organization_id_pattern=ORGANIZATION_ID,
    key_label="Admin API key",
    scope_statement=(
        "Covers the OpenAI API platform organization {organization_id}; ChatGPT workspaces, Azure "
        "OpenAI and personal accounts are not visible to this key."
    ),
)  # fmt: skip
