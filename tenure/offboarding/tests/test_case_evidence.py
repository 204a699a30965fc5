"""Evidence of one offboarding: plan, what was done, what was seen, and the proofs."""

from __future__ import annotations

import datetime as dt
import json
from zipfile import ZipFile

import pytest

from tenure.evidence.asking import Given
from tenure.evidence.keeping import file_of
from tenure.evidence.operations.create_bundle import create_bundle
from tenure.evidence.tests.world import make
from tenure.evidence.verifying import Outcome, verify_bundle
from tenure.lib.clock import now
from tenure.lib.errors import NotFound
from tenure.offboarding.operations.open_case import open_case
from tenure.provisioning import planned
from tenure.provisioning.models import OperationProof
from tenure.provisioning.operations.plan_operations import plan_operations
from tenure.testing.cast import actor_of
from tenure.testing.factories import make_account, make_connection, make_person


@pytest.fixture
def case(db, tmp_path, settings):
    settings.TENURE_HOME = tmp_path / "home"
    leaver = make_person("Noor el-Amin", ends_on=now().date() - dt.timedelta(days=1))
    account = make_account(make_connection(), person=leaver)
    opened = open_case(person_ref=leaver.ref, actor=actor_of("mara"))
    (operation,) = plan_operations(
        plans=[planned.of_member(account, person=leaver)],
        cause=planned.Cause(),
        actor=actor_of("mara"),
    )
    item = opened.items.get()
    item.operation = operation
    item.save(update_fields=["operation"])
    for name in ("letter.pdf", "again.pdf"):
        OperationProof.objects.create(
            operation=operation,
            name=name,
            content_type="application/pdf",
            content=b"%PDF-1.7 proof",
            sha256="ab" * 32,
            added_by="Mara Okafor",
            added_at=now(),
        )
    return opened


def files_of(build) -> dict[str, bytes]:
    with ZipFile(file_of(build)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_has_plan_operations_steps_and_proofs(case):
    build = make(Given(kind="offboarding", ref=str(case.ref)))
    files = files_of(build)
    (item,) = [json.loads(line) for line in files["items.jsonl"].splitlines()]
    (operation,) = [json.loads(line) for line in files["operations.jsonl"].splitlines()]
    assert item["operation"] == operation["ref"]
    assert item["exception"] == "Neither verified nor left with a reason."
    steps = [json.loads(line) for line in files["steps.jsonl"].splitlines()]
    assert [step["kind"] for step in steps] == ["planned"]
    proofs = [json.loads(line) for line in files["proofs.jsonl"].splitlines()]
    assert {proof["name"] for proof in proofs} == {"letter.pdf", "again.pdf"}
    # The same file, handed in twice, is there once.
    assert files[f"files/{'ab' * 32}.pdf"] == b"%PDF-1.7 proof"
    verdict = verify_bundle(file_of(build), trusted_fingerprint=build.bundle.fingerprint)
    assert verdict.outcome == Outcome.VALID


def test_a_case_that_there_is_not_or_that_is_not_theirs_is_not_found(case):
    for ref in ("nonsense", "019aaaaa-aaaa-7aaa-8aaa-aaaaaaaaaaaa"):
        with pytest.raises(NotFound):
            create_bundle(given=Given(kind="offboarding", ref=ref), actor=actor_of("ada"))
    long_ago = (dt.date(2020, 1, 1), dt.date(2020, 2, 1))
    given = Given(kind="offboarding", ref=str(case.ref))
    with pytest.raises(NotFound):
        create_bundle(given=given, actor=actor_of("aud", window=long_ago))
    assert create_bundle(given=given, actor=actor_of("aud"))
