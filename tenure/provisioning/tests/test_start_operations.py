"""Only what was planned is let go, and once."""

from __future__ import annotations

from tenure.jobs.models import Job
from tenure.provisioning import planned
from tenure.provisioning.operations.plan_operations import plan_operations
from tenure.provisioning.operations.start_operations import start_operations
from tenure.testing.cast import actor_of


def test_what_was_planned_together_is_one_job(members):
    operations = plan_operations(
        plans=[planned.of_member(account) for account in members[:3]],
        cause=planned.Cause(why="a test"),
        actor=actor_of("ada"),
    )
    batch = operations[0].batch
    start_operations(batch=batch, actor=actor_of("ada"))
    assert not start_operations(batch=batch, actor=actor_of("ada"))
    for operation in operations:
        operation.refresh_from_db()
    assert {one.state for one in operations} == {"queued"}
    jobs = Job.objects.filter(task__endswith="work_on_operations")
    assert [job.arguments["kwargs"] for job in jobs] == [{"batch": str(batch)}]
