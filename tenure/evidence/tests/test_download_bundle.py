from __future__ import annotations

import datetime as dt

import pytest

from tenure.audit.models import AuditEvent
from tenure.evidence.asking import Given
from tenure.evidence.keeping import file_of
from tenure.evidence.operations.create_bundle import create_bundle
from tenure.evidence.operations.download_bundle import download_bundle
from tenure.evidence.tests.world import make, make_world
from tenure.lib.errors import NotFound
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.usefixtures("company")


def test_who_takes_it_is_in_the_audit_log():
    build = make()
    taken = download_bundle(ref=build.ref, actor=actor_of("aud"))
    assert taken.path == file_of(build)
    assert taken.name == "tenure-evidence-population-2026-03-31.zip"
    event = AuditEvent.objects.get(verb="evidence_bundle.downloaded")
    assert (event.subject_ref, event.actor_id) == (str(build.ref), actor_of("aud").id)


def test_it_is_handed_out_when_it_is_finished_and_there():
    waiting = create_bundle(given=Given(kind="population", on="2026-03-31"), actor=actor_of("ada"))
    with pytest.raises(NotFound, match="still being made"):
        download_bundle(ref=waiting.ref, actor=actor_of("ada"))
    build = make()
    file_of(build).unlink()
    with pytest.raises(NotFound, match="create the bundle anew"):
        download_bundle(ref=build.ref, actor=actor_of("ada"))


def test_nobody_takes_what_they_may_not_see(company):
    everything = make()
    other = make_world("org-2", "Other")
    mine = make(actor=actor_of("mara", connection=str(company.ref)))
    theirs = make(actor=actor_of("mara", connection=str(other.ref)))
    scoped = actor_of("aud", connection=str(company.ref))
    assert download_bundle(ref=mine.ref, actor=scoped)
    for build in (everything, theirs):
        with pytest.raises(NotFound):
            download_bundle(ref=build.ref, actor=scoped)
    late = actor_of("aud", window=(dt.date(2026, 4, 1), dt.date(2026, 4, 30)))
    for build in (everything, mine):
        with pytest.raises(NotFound):
            download_bundle(ref=build.ref, actor=late)
    for name in ("sid", "rita", "hugo", "oscar"):
        with pytest.raises(NotFound):
            download_bundle(ref=everything.ref, actor=actor_of(name))
