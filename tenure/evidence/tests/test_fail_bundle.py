from __future__ import annotations

import functools
from datetime import timedelta

import pytest

from tenure.audit.models import AuditEvent
from tenure.evidence.asking import Given
from tenure.evidence.keeping import file_of, place
from tenure.evidence.making import give_up_abandoned, make_bundle
from tenure.evidence.operations.create_bundle import create_bundle
from tenure.evidence.operations.fail_bundle import fail_bundle
from tenure.evidence.tasks import make_bundle as make_bundle_task
from tenure.evidence.tests.world import make
from tenure.inventory.models import SyncCollection
from tenure.jobs.models import Job
from tenure.lib.clock import now
from tenure.lib.secrets import RootKey, RootKeys, new_root_key
from tenure.testing.cast import actor_of
from tenure.users.actors import local_operator

pytestmark = pytest.mark.usefixtures("company")
POPULATION = Given(kind="population", on="2026-03-31")


def test_what_cannot_be_made_says_why_and_leaves_nothing():
    build = create_bundle(given=POPULATION, actor=actor_of("ada"))
    SyncCollection.objects.all().delete()
    failed = make_bundle(build.ref, actor=local_operator())
    assert (failed.state, failed.step) == ("failed", "")
    assert "after the first sync" in failed.reason
    assert list(place().iterdir()) == []
    event = AuditEvent.objects.get(verb="evidence_bundle.failed")
    assert event.subject_ref == str(build.ref)


def test_a_key_that_nobody_can_open_signs_nothing(settings):
    make()
    settings.TENURE_ROOT_KEYS = RootKeys(RootKey(new_root_key()))
    build = create_bundle(given=POPULATION, actor=actor_of("ada"))
    failed = make_bundle(build.ref, actor=local_operator())
    assert "root key" in failed.reason


def test_what_is_finished_does_not_fail():
    build = fail_bundle(ref=make().ref, reason="late", actor=local_operator())
    assert build.state == "finished"
    assert make_bundle(build.ref, actor=local_operator()).state == "finished"


def test_what_a_killed_process_left_behind_is_cleared_away():
    build = create_bundle(given=POPULATION, actor=actor_of("ada"))
    left = place() / f".making-{build.ref}-abc"
    left.mkdir()
    (left / "access.jsonl").write_text("half")
    assert make_bundle(build.ref, actor=local_operator()).state == "finished"
    assert [path.suffix for path in place().iterdir()] == [".zip"]


def test_files_that_cannot_be_written_are_told():
    build = create_bundle(given=POPULATION, actor=actor_of("ada"))
    # Where the file is to stand, something else does.
    file_of(build).mkdir()
    failed = make_bundle(build.ref, actor=local_operator())
    assert (failed.state, "cannot be written" in failed.reason) == ("failed", True)


def test_what_nobody_makes_any_more_is_given_up(time_machine):
    build = create_bundle(given=POPULATION, actor=actor_of("ada"))
    give_up = functools.partial(
        give_up_abandoned, task=make_bundle_task.module_path, actor=local_operator()
    )
    time_machine.move_to(now() + timedelta(hours=7), tick=False)
    assert give_up() == 0, "its job still waits"
    Job.objects.filter(lock__endswith=str(build.ref)).update(state="failed", finished_at=now())
    assert give_up() == 1
    build.refresh_from_db()
    assert (build.state, "Create it anew" in build.reason) == ("failed", True)


def test_a_killed_command_line_is_given_up_after_hours(time_machine):
    build = create_bundle(given=POPULATION, actor=actor_of("ada"))
    Job.objects.all().delete()
    give_up = functools.partial(
        give_up_abandoned, task=make_bundle_task.module_path, actor=local_operator()
    )
    assert give_up() == 0
    time_machine.move_to(now() + timedelta(hours=7), tick=False)
    assert give_up() == 1
    build.refresh_from_db()
    assert build.state == "failed"
