"""The lists of tests and findings: rows as endpoints and exports show them."""

from __future__ import annotations

from functools import partial

from tenure.compliance import queries
from tenure.compliance.schemas.findings import FindingOut, FindingsQuery
from tenure.compliance.schemas.tests import TestOut
from tenure.lib.actor import Actor
from tenure.lib.endpoints import Given, PageQuery
from tenure.lib.listing import Column, Listing
from tenure.lib.paging import Page


def tests(_asked: Given, *, actor: Actor) -> Page[TestOut]:
    """All tests with their latest answers, the worst first: the catalogue is short."""
    return Page([TestOut.of(line) for line in queries.tests(actor=actor)])


def findings(asked: FindingsQuery, *, actor: Actor) -> Page[FindingOut]:
    """Findings, the most urgent first; those that are over, the latest first."""
    chosen = queries.WorkAsked(
        show=asked.show,
        state=asked.state,
        test=asked.test,
        connection=str(asked.connection or ""),
        owner=asked.owner,
        cursor=asked.cursor,
        limit=asked.limit,
    )
    return queries.work_page(chosen, actor=actor).each(partial(FindingOut.of, actor=actor))


TESTS = Listing(
    name="tests",
    path="tests",
    scope="tests:read",
    permission="tests.view",
    asks=PageQuery,
    rows=tests,
    columns=(
        Column("title"),
        Column("state"),
        Column("reason"),
        Column("open"),
        Column("overdue"),
        Column("exempted"),
        Column("coverage", "coverage_in_words"),
        Column("ran_at", none="not run yet"),
        Column("slug"),
    ),
)
FINDINGS = Listing(
    name="findings",
    path="findings",
    scope="findings:read",
    permission="findings.view",
    asks=FindingsQuery,
    rows=findings,
    columns=(
        Column("about"),
        Column("title"),
        Column("state"),
        Column("urgency"),
        Column("owner", none="nobody", for_auditors=False),
        Column("since"),
        Column("opened_at"),
        Column("due_at"),
        Column("resolved_at", none="not resolved"),
        Column("person", "person.name", none="none"),
        Column("account", "account.name", none="none"),
        Column("connection", "connection.name", none="none"),
        Column("test"),
        Column("subject"),
        Column("ref"),
    ),
)
LISTS = (TESTS, FINDINGS)
