from __future__ import annotations

import hashlib

import pytest
from django.db import DatabaseError, transaction

from tenure.audit.models import AuditEvent
from tenure.evidence.building import Made
from tenure.evidence.keeping import file_of
from tenure.evidence.models import EvidenceBundle
from tenure.evidence.operations.finish_bundle import finish_bundle
from tenure.evidence.tests.world import NAMES, NOW, make
from tenure.lib.errors import Conflict
from tenure.users.actors import local_operator

pytestmark = pytest.mark.usefixtures("company")


def test_a_finished_bundle_is_kept_as_it_is():
    build = make()
    content = file_of(build).read_bytes()
    bundle = build.bundle
    assert (build.state, build.step, build.finished_at) == ("finished", "", NOW)
    assert bundle.sha256 == hashlib.sha256(content).hexdigest()
    # For each a role of the organization and of the project; the owner has every project besides.
    assert (bundle.size, bundle.rows) == (len(content), 2 * len(NAMES) + 1)
    assert file_of(build).stat().st_mode & 0o777 == 0o600
    event = AuditEvent.objects.get(verb="evidence_bundle.built")
    assert event.detail["sha256"] == bundle.sha256


def test_the_database_keeps_it():
    bundle = make().bundle
    for change in (
        lambda: EvidenceBundle.objects.update(sha256="0" * 64),
        lambda: EvidenceBundle.objects.filter(pk=bundle.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_what_is_not_being_made_is_not_finished():
    build = make()
    made = Made(
        build_ref=build.ref,
        file_name="x.zip",
        sha256="0" * 64,
        manifest_sha256="0" * 64,
        fingerprint="0" * 64,
        size=1,
        rows=0,
        exceptions=0,
        audit_head="0:0",
        signed_at=NOW,
    )
    with pytest.raises(Conflict):
        finish_bundle(made=made, actor=local_operator())
