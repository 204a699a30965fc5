"""Work by hand is shown."""

from __future__ import annotations

import hashlib

import pytest

from tenure.lib.errors import Conflict, Invalid, NotFound
from tenure.provisioning.models import OperationProof
from tenure.provisioning.operations.assign_operation import assign_operation
from tenure.provisioning.operations.prove_operation import ProofFile, prove_operation
from tenure.testing.cast import actor_of, user_of

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
