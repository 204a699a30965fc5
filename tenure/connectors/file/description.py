"""What the catalogue says about uploaded files."""

from __future__ import annotations

from tenure.connectors.base import CapabilityRow, Description

DESCRIPTION = Description(
    kind="file",
    title="Upload a file",
    summary="The accounts of any other system, from a CSV that you export there.",
    overview=(
        "For a system that Tenure cannot read by itself. Export its accounts as a CSV, say which "
        "column is what, and see how every line is understood before anything is stored. A later "
        "file takes the place of the one before: whoever is missing from it has lost their access."
    ),
    setup_minutes=5,
    keywords=("csv", "file", "upload", "spreadsheet", "excel", "other", "saas", "manual"),
    prerequisites=(
        "You are an admin in Tenure.",
        "You can export a list of all accounts from the system, as a CSV.",
        "Somebody exports it again from time to time: a month is usual.",
    ),
    capabilities=(
        CapabilityRow(
            resource="Accounts",
            supported=True,
            used_for=("tests", "reviews", "offboarding"),
            limits="As they were when the file was exported.",
        ),
        CapabilityRow(
            resource="Last sign-in",
            supported=True,
            used_for=("tests", "reviews"),
            limits="Where the file has a column for it.",
        ),
        CapabilityRow(
            resource="Groups, projects and keys", supported=False, limits="Not read from files."
        ),
        CapabilityRow(
            resource="Removing access",
            supported=False,
            limits="By hand in the system; a later file shows that it was done.",
        ),
    ),
    reads=(
        "Accounts: id, e-mail, name, role, status, when added and when signed in last",
        "Only the columns that you choose; the file itself is kept as evidence",
    ),
    writes=("Nothing.",),
    links=(),
    members_page="",
    audit_log_page="",
    hosts=(("", ""),),
    organization_id_label="System",
    organization_id_pattern=r".+",
    key_label="File",
    scope_statement=(
        "Covers the accounts of {organization_id} in the file that was uploaded last; what changed "
        "there since is not visible."
    ),
    is_uploaded=True,
)
