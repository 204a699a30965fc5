from __future__ import annotations

from tenure.compliance import lists, queries
from tenure.compliance.operations.deactivate_test import deactivate_test as deactivate
from tenure.compliance.operations.reactivate_test import reactivate_test as reactivate
from tenure.compliance.operations.run_tests import run_tests as run_now
from tenure.compliance.operations.set_test import set_test as set_now
from tenure.compliance.operations.subscribe_to_test import subscribe_to_test as subscribe
from tenure.compliance.operations.unsubscribe_from_test import unsubscribe_from_test as unsubscribe
from tenure.compliance.schemas.tests import (
    ControlPage,
    DeactivateIn,
    RunIn,
    SubscriberIn,
    TestDetail,
    TestIn,
    TestPage,
)
from tenure.lib.endpoints import Endpoints, Given
from tenure.lib.web import ActorRequest

endpoints = Endpoints("Tests and findings")


@endpoints.reads("/tests", scope="tests:read", permission="tests.view", answers=TestPage)
def tests(request: ActorRequest) -> TestPage:
    """List tests with their latest answers, the worst first."""
    return TestPage.of(lists.tests(Given(), actor=request.actor))


@endpoints.reads(
    "/tests/{slug:slug}", scope="tests:read", permission="tests.view", answers=TestDetail
)
def test(request: ActorRequest, slug: str) -> TestDetail:
    """Show one test: its answer, why it matters, and how to mend what fails it."""
    return TestDetail.about(slug, actor=request.actor)


@endpoints.changes("/test-runs", scope="tests:write", permission="tests.run", answers=TestPage)
def run_tests(request: ActorRequest, given: RunIn) -> TestPage:
    """Run the named tests now, or all of them."""
    ran = {outcome.slug for outcome in run_now(slugs=given.tests, actor=request.actor)}
    lines = queries.tests(actor=request.actor)
    return TestPage.whole([line for line in lines if line.slug in ran])


@endpoints.reads("/controls", scope="tests:read", permission="tests.view", answers=ControlPage)
def controls(request: ActorRequest) -> ControlPage:
    """List what the frameworks demand, with the tests that speak to it."""
    return ControlPage.whole(queries.tests(actor=request.actor))


@endpoints.changes(
    "/tests/{slug:slug}/set",
    scope="settings:write",
    permission="settings.manage",
    answers=TestDetail,
)
def set_test(request: ActorRequest, slug: str, given: TestIn) -> TestDetail:
    """Choose the time a test allows, and its thresholds.

    Findings that are open keep the time they were given.
    """
    set_now(slug=slug, **given.model_dump(), actor=request.actor)
    return TestDetail.about(slug, actor=request.actor)


@endpoints.changes(
    "/tests/{slug:slug}/deactivate",
    scope="tests:write",
    permission="tests.deactivate",
    answers=TestDetail,
)
def deactivate_test(request: ActorRequest, slug: str, given: DeactivateIn) -> TestDetail:
    """Ask a test no more, for a reason: until the end of a day, or until it is reactivated."""
    deactivate(slug=slug, reason=given.reason, until=given.until, actor=request.actor)
    return TestDetail.about(slug, actor=request.actor)


@endpoints.changes(
    "/tests/{slug:slug}/reactivate",
    scope="tests:write",
    permission="tests.deactivate",
    answers=TestDetail,
)
def reactivate_test(request: ActorRequest, slug: str) -> TestDetail:
    """Ask a test again."""
    reactivate(slug=slug, actor=request.actor)
    return TestDetail.about(slug, actor=request.actor)


@endpoints.changes(
    "/tests/{slug:slug}/subscribe",
    scope="tests:write",
    permission="tests.subscribe",
    answers=TestDetail,
)
def subscribe_to_test(request: ActorRequest, slug: str, given: SubscriberIn) -> TestDetail:
    """Let a user be told of a test's findings."""
    subscribe(slug=slug, email=given.email, actor=request.actor)
    return TestDetail.about(slug, actor=request.actor)


@endpoints.changes(
    "/tests/{slug:slug}/unsubscribe",
    scope="tests:write",
    permission="tests.subscribe",
    answers=TestDetail,
)
def unsubscribe_from_test(request: ActorRequest, slug: str, given: SubscriberIn) -> TestDetail:
    """Let a user be told of a test's findings no more."""
    unsubscribe(slug=slug, email=given.email, actor=request.actor)
    return TestDetail.about(slug, actor=request.actor)
