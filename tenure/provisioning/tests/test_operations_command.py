"""`tenure operations`, as it is typed by the local operator and by somebody with a token."""

from __future__ import annotations

import json

import pytest

from tenure.cli import main
from tenure.cli.output import state
from tenure.connections.operations.set_connection import set_connection
from tenure.inventory.models import Account
from tenure.provisioning import acting, planned
from tenure.provisioning.models import OperationProof
from tenure.provisioning.operations.plan_operations import plan_operations
from tenure.provisioning.operations.start_operations import start_operations
from tenure.testing.cast import actor_of, email_of, user_of
from tenure.testing.factories import make_person
from tenure.users.actors import actor_of_user
from tenure.users.operations.create_token import create_token

SCOPES = ["provisioning:write", "offboarding:write"]


@pytest.fixture
def tenure(capsys, monkeypatch, members):
    """`tenure("operations", …, by="mara")`: the exit code and the JSON document."""
    for name in ("ada", "mara"):
        make_person(name.title(), email=email_of(name))
        user_of(name)

    def run(*words: str, by: str = ""):
        monkeypatch.setattr(state, "json", False)
        monkeypatch.delenv("TENURE_TOKEN", raising=False)
        if by:
            actor = actor_of_user(user_of(by))
            _, secret = create_token(name="a shell", scopes=SCOPES, actor=actor)
            monkeypatch.setenv("TENURE_TOKEN", secret)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--json", "operations", *words])
        return ended.value.code, json.loads(capsys.readouterr().out)

    return run


def begun(*accounts, by="ada", **more):
    actor = actor_of_user(user_of(by))
    operations = plan_operations(
        plans=[planned.of_member(one, **more) for one in accounts],
        cause=planned.Cause(why="They leave"),
        actor=actor,
    )
    start_operations(batch=operations[0].batch, actor=actor)
    return operations


def work(operation):
    acting.work(operation.batch, actor=actor_of("ada"))


def test_the_local_operator_is_nobodys_second_person(tenure, members):
    owner = Account.objects.filter(role="owner", kind="person").first()
    (operation,) = begun(owner)
    ref = str(operation.ref)
    for words in (("approve", ref), ("override", ref, "--reason", "x")):
        code, said = tenure(*words)
        assert code == 2
        assert "give a token of your own in TENURE_TOKEN" in said["title"]
    code, said = tenure("approve", ref, by="ada")
    assert (code, said["type"]) == (2, "urn:tenure:not-allowed")
    code, said = tenure("approve", ref, by="mara")
    assert (code, said["state"]) == (0, "queued")


def test_a_brake_is_released_with_the_token_of_another_person(tenure, members, connection):
    set_connection(ref=connection.ref, brake_per_hour=1, actor=actor_of("ada"))
    operations = begun(*members[:3])
    work(operations[0])
    batch = str(operations[0].batch)
    assert tenure("release-brake", "OpenAI")[0] == 2
    assert tenure("release-brake", "OpenAI", by="ada")[0] == 2
    code, said = tenure("release-brake", "OpenAI", "--batch", batch, by="mara")
    assert (code, said["operations"]) == (0, 2)


def test_what_is_blocked_is_listed_shown_rehearsed_and_tried_again(tenure, members, openai):
    openai.change_user(members[0].email, email="another@halden.example")
    (operation,) = begun(members[0])
    work(operation)
    code, listed = tenure("list", "--state", "blocked", "--connection", "OpenAI")
    assert (code, [one["ref"] for one in listed["data"]]) == (0, [str(operation.ref)])
    ref = str(operation.ref)
    shown = tenure("show", ref)[1]
    assert shown["seen_as"]["email"] == "another@halden.example"
    assert "another@halden.example" in tenure("rehearse", ref)[1]["says"]
    assert tenure("retry", ref)[1]["state"] == "queued"
    assert tenure("cancel", ref, "--reason", "Not now")[1]["state"] == "cancelled"
    assert tenure("list", "--show", "nonsense")[0] == 2
    assert tenure("show", "nonsense")[1]["type"] == "urn:tenure:not-found"


def test_work_by_hand_is_assigned_proven_with_a_file_and_checked(tenure, members, tmp_path):
    (operation,) = begun(members[0], mode="manual")
    ref, file = str(operation.ref), tmp_path / "receipt.pdf"
    file.write_bytes(b"%PDF-1.7")
    assert tenure("assign", ref, email_of("ada"))[1]["assignee"] == email_of("ada")
    said = ("prove", ref, "--note", "Done at the provider", "--file", str(file))
    assert tenure(*said, by="ada")[1]["state"] == "done"
    proof = OperationProof.objects.get()
    assert (proof.name, proof.content_type) == ("receipt.pdf", "application/pdf")
    assert tenure("check", ref)[0] == 2
    assert tenure("check", ref, by="ada")[0] == 2
    assert tenure("check", ref, by="mara")[1]["state"] == "verified"
