from __future__ import annotations

from uuid import UUID

from ninja import Query

from tenure.compliance import queries
from tenure.compliance.models import Finding
from tenure.compliance.operations.run_tests import run_tests as run_now
from tenure.compliance.schemas import (
    FindingDetail,
    FindingOut,
    FindingPage,
    FindingsQuery,
    RunIn,
    TestDetail,
    TestPage,
)
from tenure.lib.endpoints import Endpoints
from tenure.lib.paging import Sort, page
from tenure.lib.web import ActorRequest

endpoints = Endpoints("Tests and findings")

_BY_URGENCY = Sort("due", ("due_at",))


@endpoints.reads("/tests", scope="tests:read", permission="tests.view", answers=TestPage)
def tests(request: ActorRequest) -> TestPage:
    """List tests with their latest answers, the worst first."""
    return TestPage.whole(queries.tests(actor=request.actor))


@endpoints.reads(
    "/tests/{slug:slug}", scope="tests:read", permission="tests.view", answers=TestDetail
)
def test(request: ActorRequest, slug: str) -> TestDetail:
    """Show one test: its answer, why it matters, and how to mend what fails it."""
    return TestDetail.whole(queries.test_by_slug(slug, actor=request.actor))


@endpoints.changes("/test-runs", scope="tests:write", permission="tests.run", answers=TestPage)
def run_tests(request: ActorRequest, given: RunIn) -> TestPage:
    """Run the named tests now, or all of them."""
    ran = {outcome.slug for outcome in run_now(slugs=given.tests, actor=request.actor)}
    lines = queries.tests(actor=request.actor)
    return TestPage.whole([line for line in lines if line.slug in ran])


@endpoints.reads(
    "/findings", scope="findings:read", permission="findings.view", answers=FindingPage
)
def findings(request: ActorRequest, asked: Query[FindingsQuery]) -> FindingPage:
    """List findings, the most urgent first."""
    found = queries.findings(actor=request.actor)
    if asked.test:
        found = found.filter(test__slug=asked.test)
    if asked.state == "current":
        found = found.exclude(state=Finding.State.RESOLVED)
    else:
        found = found.filter(state=asked.state)
    filters = {"test": asked.test, "state": asked.state}
    some = page(found, sort=_BY_URGENCY, cursor=asked.cursor, filters=filters, limit=asked.limit)
    return FindingPage.of(some, FindingOut.of)


@endpoints.reads(
    "/findings/{uuid:ref}",
    scope="findings:read",
    permission="findings.view",
    answers=FindingDetail,
)
def finding(request: ActorRequest, ref: UUID) -> FindingDetail:
    """Show one finding, and every input its verdict rests on."""
    return FindingDetail.whole(queries.finding_by_ref(ref, actor=request.actor))
