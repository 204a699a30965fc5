"""Evidence by API: asked for, followed, taken away."""

from __future__ import annotations

import pytest

from tenure.evidence.tests.conftest import clock, company, home  # noqa: F401 - fixtures
from tenure.testing.jobs import run_jobs

pytestmark = pytest.mark.usefixtures("company")


def test_from_asking_to_the_file(program_of):
    aud = program_of("aud", ["evidence:read", "evidence:write"])
    made = aud.post("/evidence", {"kind": "population", "on": "2026-03-31"})
    assert made.status_code == 202
    ref = made.json()["ref"]
    assert (made.json()["state"], made.json()["sha256"]) == ("queued", None)
    assert aud.get(f"/evidence/{ref}/file").status_code == 404
    run_jobs()
    shown = aud.get(f"/evidence/{ref}").json()
    assert (shown["state"], shown["rows"]) == ("finished", 15)
    (listed,) = aud.get("/evidence?kind=population").json()["data"]
    assert listed == shown
    file = aud.get(f"/evidence/{ref}/file")
    assert file.headers["Content-Type"] == "application/zip"
    assert len(file.file) == shown["size"]
    (key,) = aud.get("/evidence-keys").json()["data"]
    assert key["fingerprint"] == shown["fingerprint"]


def test_what_makes_no_sense_is_a_problem(program_of):
    mara = program_of("mara", ["evidence:read", "evidence:write"])
    answer = mara.post("/evidence", {"kind": "population", "on": "2027-01-01"})
    assert (answer.status_code, "nobody knows" in answer.json()["detail"]) == (400, True)
    answer = mara.post("/evidence", {"kind": "nonsense"})
    assert (answer.status_code, answer.json()["field"]) == (400, "kind")


def test_a_token_needs_its_scope(program_of):
    reads = program_of("mara", ["evidence:read"])
    answer = reads.post("/evidence", {"kind": "population", "on": "2026-03-31"})
    assert answer.status_code == 403
