"""`tenure offboard` and `tenure offboardings`, as they are typed; they need no server."""

from __future__ import annotations

import json

import pytest

from tenure.cli import main
from tenure.cli.output import state
from tenure.inventory.models import Credential, Ownership
from tenure.offboarding.models import OffboardingCase
from tenure.offboarding.tests.conftest import HUGO, PRIYA
from tenure.provisioning.models import ProvisioningOperation

pytestmark = pytest.mark.django_db(transaction=True)
TAKEN_OVER = ("--new-owner", PRIYA)


@pytest.fixture
def tenure(capsys, monkeypatch):
    """`tenure("offboard", …)`: the exit code and the JSON document."""

    def run(*words: str):
        monkeypatch.setattr(state, "json", False)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--json", *words])
        return ended.value.code, json.loads(capsys.readouterr().out)

    return run


def changes(openai):
    return [one for one in openai.requests() if one["method"] != "GET"]


def test_one_line_takes_away_everything_and_says_so(tenure, leaver, openai):
    code, said = tenure("offboard", HUGO, *TAKEN_OVER, "--yes", "--wait", "120")
    assert (code, said["state"]) == (0, "complete")
    assert {"case", "state", "items"} <= set(said)
    told = {"kind", "target", "action", "state", "reason", "operation"}
    assert all(told <= set(item) for item in said["items"])
    assert {item["state"] for item in said["items"]} == {"verified"}
    assert HUGO not in [user["email"] for user in openai.users()]
    assert not [one for one in openai.invites() if one["email"].startswith("hugo")]
    assert Ownership.objects.get(account=leaver.service).owner == leaver.priya
    assert tenure("offboardings", "show", said["case"]) == (0, said)
    (listed,) = tenure("offboardings", "list", "--show", "over")[1]["data"]
    assert (listed["ref"], listed["items"], listed["settled"]) == (said["case"], 9, 9)


def test_a_dry_run_reads_all_of_it_and_leaves_nothing_behind(tenure, leaver, openai):
    openai.forget_requests()
    code, said = tenure("offboard", HUGO, *TAKEN_OVER, "--dry-run")
    assert (code, said["case"], said["dry_run"]) == (0, None, True)
    assert said["impact"]["sole_owner_of"] == ["ingest-prod"]
    says = {item["target"]: item["rehearsal"] for item in said["items"]}
    assert says[HUGO] == f"{HUGO} is as planned, and would be removed."
    assert (
        says["ingest-batch"]
        == "Priya Raman would answer for it; at the provider it runs on as it is."
    )
    assert openai.requests()
    assert not changes(openai)
    assert not OffboardingCase.objects.exists()
    assert not ProvisioningOperation.objects.exists()


def test_without_yes_and_without_a_terminal_nothing_changes(tenure, leaver, openai):
    code, said = tenure("offboard", HUGO, *TAKEN_OVER)
    assert code == 2
    assert "add --yes to go on" in said["title"]
    assert not OffboardingCase.objects.exists()


def test_what_nobody_takes_over_is_named_and_nothing_is_begun(tenure, leaver):
    code, said = tenure("offboard", HUGO, "--yes")
    assert code == 2
    assert "who takes over ingest-prod, ingest-batch with --new-owner" in said["title"]
    assert not OffboardingCase.objects.exists()


def test_what_is_kept_is_kept_for_a_reason(tenure, leaver, openai):
    key = Credential.objects.get(name="hugo-0")
    keep = ("--keep", str(key.ref), "--reason", "Billing runs on it until May")
    code, said = tenure("offboard", HUGO, *TAKEN_OVER, *keep, "--yes", "--wait", "120")
    assert code == 0
    (kept,) = [item for item in said["items"] if item["target"] == "hugo-0"]
    assert (kept["state"], kept["reason"]) == ("kept", "Billing runs on it until May")
    assert "hugo-0" in [one["name"] for one in openai.project_keys("ingest-prod")]
    code, said = tenure("offboard", PRIYA, "--keep", str(key.ref), "--reason", "x", "--yes")
    assert (code, said["type"]) == (2, "urn:tenure:not-found")


def test_what_stops_is_told_by_the_exit_code(tenure, leaver, openai):
    openai.change_user(HUGO, email="somebody.else@halden.example")
    code, said = tenure("offboard", HUGO, *TAKEN_OVER, "--yes", "--wait", "60")
    assert (code, said["state"]) == (1, "blocked")
    (member,) = [item for item in said["items"] if item["kind"] == "member"]
    assert member["state"] == "blocked"
    assert "somebody.else@halden.example" in member["reason"]


def test_a_later_day_schedules_it_and_approving_then_begins_it(tenure, leaver, openai):
    code, said = tenure("offboard", HUGO, "--at", "2099-03-31", *TAKEN_OVER, "--yes")
    assert (code, said["state"], said["begins_at"]) == (0, "scheduled", "2099-04-01T00:00:00.000Z")
    assert not changes(openai)
    code, refused = tenure("offboard", HUGO, "--at", "2099-04-30", "--yes")
    assert (code, refused["type"]) == (2, "urn:tenure:conflict")
    code, done = tenure("offboardings", "approve", said["case"], "--yes", "--wait", "120")
    assert (code, done["state"], done["case"]) == (0, "complete", said["case"])


def test_an_open_case_is_gone_on_with(tenure, leaver):
    _, scheduled = tenure("offboard", HUGO, "--at", "2099-03-31", "--yes")
    code, said = tenure("offboard", HUGO, "--now", *TAKEN_OVER, "--yes", "--wait", "120")
    assert (code, said["case"]) == (0, scheduled["case"])


def test_an_emergency_takes_the_place_of_what_was_scheduled(tenure, leaver, openai):
    _, scheduled = tenure("offboard", HUGO, "--at", "2099-03-31", "--yes")
    openai.forget_requests()
    code, said = tenure("offboard", HUGO, "--emergency", *TAKEN_OVER, "--yes", "--wait", "120")
    assert (code, said["state"]) == (0, "complete")
    assert said["case"] != scheduled["case"]
    assert "/users/user-" in changes(openai)[0]["path"]
    assert OffboardingCase.objects.get(ref=scheduled["case"]).state == "cancelled"


def test_a_case_is_cancelled_before_and_reset_after(tenure, leaver):
    _, said = tenure("offboard", HUGO, "--at", "2099-03-31", "--yes")
    code, said = tenure("offboardings", "cancel", said["case"], "--reason", "They stay")
    assert (code, said["state"], said["reason"]) == (0, "cancelled", "They stay")
    _, said = tenure("offboard", HUGO, *TAKEN_OVER, "--yes", "--wait", "120")
    code, said = tenure("offboardings", "reset", said["case"], "--reason", "A key came to light")
    assert (code, said["state"]) == (0, "awaiting_approval")


def test_people_read_what_it_touches_before_the_plan(capsys, monkeypatch, leaver):
    monkeypatch.setattr(state, "json", False)
    with pytest.raises(SystemExit) as ended:
        main(["offboard", HUGO, *TAKEN_OVER, "--dry-run"])
    out = capsys.readouterr().out
    assert not ended.value.code
    touches = out.index("Projects that nobody else owns")
    assert touches < out.index(f"{HUGO} is as planned, and would be removed.")


@pytest.mark.parametrize(
    "words", [("--now", "--emergency"), ("--at", "2099-01-01", "--now"), ("--at", "soon")]
)
def test_what_makes_no_sense_is_refused(tenure, leaver, words):
    assert tenure("offboard", HUGO, *words)[0] == 2
