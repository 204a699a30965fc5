"""Work by hand is shown."""

from __future__ import annotations

import hashlib

import pytest

from tenure.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tenure.provisioning import planned
from tenure.provisioning.models import OperationProof
from tenure.provisioning.operations.assign_operation import assign_operation
from tenure.provisioning.operations.plan_operations import plan_operations
from tenure.provisioning.operations.prove_operation import ProofFile, prove_operation
from tenure.provisioning.operations.start_operations import start_operations
from tenure.testing.cast import actor_of, user_of
from tenure.users.actors import local_operator

FILE = ProofFile("removed.txt", b"a picture")


def test_whoever_it_was_given_to_shows_it(by_hand):
    user_of("hugo")
    assign_operation(ref=by_hand.ref, email="hugo@halden.example", actor=actor_of("ada"))
    prove_operation(ref=by_hand.ref, note="Removed", files=(FILE,), actor=actor_of("hugo"))
    by_hand.refresh_from_db()
    assert by_hand.state == "done"
    assert by_hand.proofs.get().sha256 == hashlib.sha256(b"a picture").hexdigest()


def test_nobody_else_does(by_hand):
    with pytest.raises(NotFound):
        prove_operation(ref=by_hand.ref, note="Removed", actor=actor_of("oscar"))


def test_what_says_nothing_or_is_too_large_is_refused(by_hand):
    with pytest.raises(Invalid, match="Say why"):
        prove_operation(ref=by_hand.ref, note="", actor=actor_of("ada"))
    large = ProofFile("all.txt", b"0" * (OperationProof.MOST_BYTES + 1))
    with pytest.raises(Invalid, match="larger than 5 MB"):
        prove_operation(ref=by_hand.ref, note="See", files=(large,), actor=actor_of("ada"))
    by_hand.refresh_from_db()
    assert by_hand.state == "queued"


def test_what_tenure_does_is_not_proven_by_hand(members, remove):
    operation = remove(members[1])
    with pytest.raises(Conflict, match="nothing to prove by hand"):
        prove_operation(ref=operation.ref, note="Removed", actor=actor_of("ada"))


def test_what_only_another_can_check_is_said_by_somebody_known(db):
    laptop = planned.Plan(kind="other", label="Return the laptop", mode="manual")
    why, ada = planned.Cause(why="a test"), actor_of("ada", person_id="p-ada")
    (operation,) = plan_operations(plans=[laptop], cause=why, actor=ada)
    start_operations(batch=operation.batch, actor=ada)
    with pytest.raises(NotAllowed, match="say it as somebody whom Tenure knows"):
        prove_operation(ref=operation.ref, note="On the shelf", actor=local_operator())
    assert prove_operation(ref=operation.ref, note="On the shelf", actor=ada).state == "done"
