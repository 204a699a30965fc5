from __future__ import annotations

import datetime as dt

import pytest

from tenure.audit.models import AuditEvent
from tenure.evidence.asking import Given
from tenure.evidence.models import EvidenceBuild
from tenure.evidence.operations.create_bundle import create_bundle
from tenure.jobs.models import Job
from tenure.lib.errors import Conflict, Invalid, NotAllowed, TooMany
from tenure.testing.cast import HERE, actor_of

pytestmark = pytest.mark.usefixtures("company")
POPULATION = Given(kind="population", on="2026-03-31")


def test_it_keeps_what_was_asked_and_a_job_makes_it():
    build = create_bundle(given=POPULATION, actor=actor_of("ada"))
    assert (build.state, build.title) == ("queued", "Who had access on 2026-03-31")
    assert build.asked == {"on": "2026-03-31", "at": "2026-03-31T23:59:59.999Z"}
    job = Job.objects.get(task="tenure.evidence.tasks.make_bundle")
    assert job.arguments["kwargs"] == {"build_ref": str(build.ref)}
    event = AuditEvent.objects.get(verb="evidence_bundle.asked")
    assert (event.subject_ref, event.detail["kind"]) == (str(build.ref), "population")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (Given(kind="nonsense"), "Choose a kind of evidence from population"),
        (Given(kind="population"), "Give the day"),
        (Given(kind="population", on="2026-05-01"), "nobody knows the others"),
        (Given(kind="population", on="yesterday"), "no day or instant"),
        (Given(kind="population", on="2026-03-31", test="accounts-linked"), "not narrowed"),
        (Given(kind="new-access", first=dt.date(2026, 3, 1)), "first and the last day"),
        (Given(kind="new-access", first=dt.date(2026, 3, 9), last=dt.date(2026, 3, 1)), "earlier"),
        (Given(kind="new-access", first=dt.date(2026, 3, 9), last=dt.date(2026, 6, 1)), "begun"),
    ],
)
def test_it_refuses_what_makes_no_sense_in_a_sentence(given, says):
    with pytest.raises(Invalid, match=says):
        create_bundle(given=given, actor=actor_of("ada"))
    assert not EvidenceBuild.objects.exists()


def test_nothing_is_proven_of_a_day_before_the_first_sync():
    with pytest.raises(Conflict, match="after the first sync"):
        create_bundle(given=Given(kind="population", on="2026-02-01"), actor=actor_of("ada"))


@pytest.mark.parametrize("name", ["sid", "rita", "hugo", "oscar"])
def test_it_is_for_those_who_may(name):
    with pytest.raises(NotAllowed):
        create_bundle(given=POPULATION, actor=actor_of(name))


def test_an_auditor_asks_about_their_window():
    march = (dt.date(2026, 3, 1), dt.date(2026, 3, 31))
    assert create_bundle(given=POPULATION, actor=actor_of("aud", window=march))
    april = Given(kind="population", on="2026-04-01")
    with pytest.raises(Invalid, match="2026-03-01 to 2026-03-31"):
        create_bundle(given=april, actor=actor_of("aud", window=march))


def test_who_sees_one_connection_proves_that_one(company):
    build = create_bundle(given=POPULATION, actor=actor_of("mara", connection=str(company.ref)))
    assert not build.is_of_everything
    assert [one.connection_ref for one in build.scopes.all()] == [str(company.ref)]
    with pytest.raises(Conflict):
        create_bundle(given=POPULATION, actor=actor_of("mara", connection=HERE))


def test_nobody_fills_the_queue():
    for _ in range(5):
        create_bundle(given=POPULATION, actor=actor_of("ada"))
    with pytest.raises(TooMany):
        create_bundle(given=POPULATION, actor=actor_of("ada"))
    assert create_bundle(given=POPULATION, actor=actor_of("mara"))
