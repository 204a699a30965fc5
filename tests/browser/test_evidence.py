"""The pages of evidence: empty, asking, refused, being made, finished, and with an earlier key."""

from __future__ import annotations

import pytest

from tenure.evidence.asking import Given
from tenure.evidence.models import EvidenceBuild
from tenure.evidence.operations.create_bundle import create_bundle
from tenure.evidence.operations.rotate_key import rotate_key
from tenure.evidence.tests.world import make, make_world
from tenure.lib.clock import now
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "Dr. Maximiliane-Sophie von und zu Hohenlohe-Schillingsfürst-Waldenburg, OFF-12"


@pytest.fixture
def home(tmp_path, settings):
    settings.TENURE_HOME = tmp_path / "home"


def test_without_a_bundle(visit, look, home):
    visit.inspect(visit("/evidence", who="ada", **look))


def test_choosing_and_asking(visit, look, home):
    visit.expect_error("422")
    page = visit("/evidence/new", who="aud", **look)
    visit.inspect(page, "choose")
    page.get_by_role("link", name="Leavers in a window").click()
    page.get_by_label("First day").fill("2026-03-09")
    page.get_by_label("Last day").fill("2026-03-01")
    page.get_by_role("button", name="Create the bundle").click()
    page.get_by_text("no earlier than the first").wait_for()
    visit.inspect(page, "refused")


def test_bundles_of_every_state(visit, look, home):
    make_world()
    for _ in range(2):
        make(Given(kind="population", on="now"))
    rotate_key(actor=actor_of("ada"))
    finished = make(Given(kind="population", on="now"))
    create_bundle(given=Given(kind="population", on="now"), actor=actor_of("mara"))
    EvidenceBuild.objects.create(
        kind="offboarding",
        title=f"Offboarding of {NAME}",
        asked={"ref": str(finished.ref)},
        ends_at=now(),
        state="building",
        step="Writing what was done",
        rows=12_345,
        requested_by="Mara Okafor",
        requested_at=now(),
    )
    EvidenceBuild.objects.create(
        kind="tests",
        title="Tests, 2026-01-01 to 2026-03-31",
        ends_at=now(),
        state="failed",
        reason="The key that signs evidence cannot be opened: give its root key, or rotate it.",
        requested_by="Aud Nilsen",
        requested_at=now(),
        finished_at=now(),
    )
    page = visit("/evidence", who="ada", **look)
    visit.inspect(page, "list")
    making = EvidenceBuild.objects.get(state="building")
    visit.inspect(visit(f"/evidence/{making.ref}", who="ada", **look), "making")
    failed = EvidenceBuild.objects.get(state="failed")
    visit.inspect(visit(f"/evidence/{failed.ref}", who="ada", **look), "failed")
    page = visit(f"/evidence/{finished.ref}", who="ada", **look)
    visit.inspect(page, "finished")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download").click()
    assert taken.value.suggested_filename.startswith("tenure-evidence-population-")
