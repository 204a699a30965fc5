"""The pages of evidence, as HTTP."""

from __future__ import annotations

import datetime as dt
import io
import re
from zipfile import ZipFile

import pytest

from tenure.audit.models import AuditEvent
from tenure.evidence.models import EvidenceBuild
from tenure.evidence.operations.make_key import make_key
from tenure.evidence.signing import fingerprint_of
from tenure.evidence.tests.world import make
from tenure.testing.cast import actor_of
from tenure.testing.jobs import run_jobs

pytestmark = pytest.mark.usefixtures("company")


def words(page) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", page.content.decode())


def test_without_a_bundle_it_says_what_to_do(client_of):
    page = client_of("ada").get("/evidence")
    assert "No evidence yet" in words(page)
    assert 'href="/evidence/new"' in page.content.decode()


def test_a_bundle_is_asked_for_made_and_taken_away(client_of):
    client = client_of("aud")
    assert "Population at a date" in words(client.get("/evidence/new"))
    answer = client.post("/evidence/new/population", {"on": "2026-03-31"})
    build = EvidenceBuild.objects.get()
    assert answer.url == f"/evidence/{build.ref}"
    waiting = client.get(answer.url)
    assert "It is being made" in words(waiting)
    assert 'hx-trigger="poll"' in waiting.content.decode()
    run_jobs()
    page = client.get(answer.url)
    bundle = EvidenceBuild.objects.get().bundle
    assert bundle.sha256 in words(page)
    assert "hx-trigger" not in page.content.decode().partition('id="bundle"')[2]
    taken = client.post(f"/evidence/{build.ref}/download")
    with ZipFile(io.BytesIO(taken.getvalue())) as archive:
        assert "report.pdf" in archive.namelist()
    assert AuditEvent.objects.filter(verb="evidence_bundle.downloaded").count() == 1
    assert "Who had access on 2026-03-31" in words(client.get("/evidence"))


@pytest.mark.parametrize(
    ("kind", "given", "says"),
    [
        ("population", {"on": ""}, "required"),
        ("population", {"on": "2026-05-01"}, "nobody knows the others"),
        ("population", {"on": "2026-02-01"}, "after the first sync"),
        ("new-access", {"first": "2026-03-09", "last": "2026-03-01"}, "no earlier"),
    ],
)
def test_what_makes_no_sense_is_told_at_its_field(client_of, kind, given, says):
    page = client_of("ada").post(f"/evidence/new/{kind}", given)
    assert page.status_code == 422
    assert says in words(page)


def test_an_auditor_is_told_of_their_window(client_of):
    client = client_of("aud", window=(dt.date(2026, 3, 1), dt.date(2026, 3, 31)))
    assert "2026-03-01 to 2026-03-31" in words(client.get("/evidence/new/population"))
    page = client.post("/evidence/new/population", {"on": "2026-04-05"})
    assert (page.status_code, "your observation window" in words(page)) == (422, True)


def test_there_is_no_other_kind(client_of):
    assert client_of("ada").get("/evidence/new/nonsense").status_code == 404


def test_what_failed_says_why(client_of):
    build = make()
    EvidenceBuild.objects.filter(pk=build.pk).update(state="failed", reason="Because.")
    assert "Because." in words(client_of("ada").get(f"/evidence/{build.ref}"))


def test_the_key_is_published_to_everybody(client):
    assert client.get("/.well-known/tenure-evidence-key.json").json() == {"keys": []}
    key = make_key(actor=actor_of("ada"))
    (said,) = client.get("/.well-known/tenure-evidence-key.json").json()["keys"]
    assert fingerprint_of(said["public_key"]) == said["fingerprint"] == key.fingerprint


def test_an_admin_rotates_the_key(client_of):
    before = make_key(actor=actor_of("ada")).fingerprint
    assert "Rotate the key" not in words(client_of("mara").get("/evidence"))
    client = client_of("ada")
    client.post("/evidence/key/rotate")
    page = words(client.get("/evidence"))
    assert "Earlier keys" in page
    assert before in page
    assert client_of("aud").post("/evidence/key/rotate").status_code == 403
