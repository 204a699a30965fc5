"""Tests run after every change of their data, and every hour."""

from __future__ import annotations

from django_tasks import task

from tenure.compliance.operations.expire_exemptions import expire_exemptions
from tenure.compliance.operations.run_tests import run_tests
from tenure.compliance.operations.tell_findings import tell_findings
from tenure.jobs import current, schedule
from tenure.jobs.follow_ups import follow_up


@task(queue_name="rest")
def evaluate_tests() -> None:
    """Run every test, and tell of what it found."""
    job = current()
    assert job is not None  # noqa: S101 - a task runs inside a job
    run_tests(actor=job.actor)
    tell_findings(actor=job.actor)


@task(queue_name="rest")
def end_exemptions() -> None:
    """Reopen what was exempted until a day that is over, soon after midnight."""
    job = current()
    assert job is not None  # noqa: S101 - a task runs inside a job
    expire_exemptions(actor=job.actor)


@task(queue_name="rest")
def tell_of_findings() -> None:
    """Tell whom it concerns what is new, late or about to reopen."""
    job = current()
    assert job is not None  # noqa: S101 - a task runs inside a job
    tell_findings(actor=job.actor)


follow_up("links.changed", evaluate_tests)
follow_up("tests.changed", evaluate_tests)
follow_up("scope.changed", evaluate_tests)
schedule("tests-hourly", every=3600, task=evaluate_tests, queue="rest")
schedule("findings-told", every=300, task=tell_of_findings, queue="rest")
schedule("exemptions", every=300, task=end_exemptions, queue="rest")
