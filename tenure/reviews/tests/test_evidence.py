"""Evidence of a review: the snapshot as it was hashed, each decision, and what became of it."""

from __future__ import annotations

import hashlib
import json
from zipfile import ZipFile

import pytest

from tenure.evidence.asking import Given
from tenure.evidence.keeping import file_of
from tenure.evidence.tests.world import make
from tenure.evidence.verifying import Outcome, verify_bundle
from tenure.lib.errors import Invalid, NotAllowed
from tenure.reviews.operations.close_campaign import close_campaign
from tenure.reviews.tests.conftest import item_of, items_of


@pytest.fixture
def bundle_of(tmp_path, settings, who):
    settings.TENURE_HOME = tmp_path / "home"

    def of(campaign, *, actor=None):
        made = make(Given(kind="review", ref=str(campaign.ref)), actor=actor or who("mara"))
        return file_of(made)

    return of


def rows_of(bundle, name):
    with ZipFile(bundle) as archive:
        (file,) = [one for one in archive.namelist() if one.endswith(f"{name}.jsonl")]
        return archive.read(file)


@pytest.mark.django_db
def test_it_holds_the_very_rows_that_were_hashed_and_each_decision(
    opened, decide_all, bundle_of, who
):
    campaign = opened()
    gone = item_of(campaign, thing_name="hugo-batch")
    decide_all(campaign, remove=[gone])
    close_campaign(ref=campaign.ref, actor=who("mara"))
    bundle = bundle_of(campaign)
    assert verify_bundle(bundle).outcome == Outcome.UNTRUSTED
    campaign.refresh_from_db()
    snapshot = rows_of(bundle, "snapshot")
    assert hashlib.sha256(snapshot).hexdigest() == campaign.snapshot.sha256
    decisions = [json.loads(line) for line in rows_of(bundle, "decisions").splitlines()]
    assert len(decisions) == items_of(campaign).count() == len(snapshot.splitlines())
    assert {one["decision"] for one in decisions} == {"keep", "remove"}
    assert all(one["submission"] and one["decided_at"] for one in decisions)
    flagged = [one for one in decisions if one["exception"]]
    assert flagged
    assert all(one["exception"].startswith("Kept although flagged (") for one in flagged)
    (work,) = [json.loads(line) for line in rows_of(bundle, "remediation").splitlines()]
    assert (work["thing_id"], work["decision"]) == (gone.thing_id, "remove")
    assert work["exception"].startswith("Not settled.")
    attested = [json.loads(line) for line in rows_of(bundle, "submissions").splitlines()]
    assert {one["reviewer_email"] for one in attested} == {
        one["reviewer_email"] for one in decisions
    }
    verbs = [json.loads(line)["verb"] for line in rows_of(bundle, "events").splitlines()]
    assert verbs[0] == "campaign.created"
    assert "campaign.staged" in verbs


@pytest.mark.django_db
def test_what_nobody_decided_is_an_exception(opened, bundle_of):
    decisions = [
        json.loads(line) for line in rows_of(bundle_of(opened()), "decisions").splitlines()
    ]
    assert {one["exception"] for one in decisions} == {"Nobody decided it."}


@pytest.mark.django_db
def test_a_draft_proves_nothing_and_a_reviewer_proves_nothing(draft, bundle_of, who):
    with pytest.raises(Invalid, match="stage it first"):
        bundle_of(draft())
    with pytest.raises(NotAllowed):
        bundle_of(draft(title="Another"), actor=who("rita"))
