"""Another person looks at work by hand."""

from __future__ import annotations

import pytest

from tenure.lib.errors import Conflict, NotAllowed
from tenure.provisioning.operations.check_operation import check_operation
from tenure.provisioning.operations.prove_operation import prove_operation
from tenure.testing.cast import actor_of

ADA, MARA = "person-of-ada", "person-of-mara"


def test_only_another_person_checks_it(by_hand):
    prove_operation(ref=by_hand.ref, note="Removed", actor=actor_of("ada", person_id=ADA))
    for same in (actor_of("ada", person_id=ADA), actor_of("mara", person_id=ADA)):
        with pytest.raises(NotAllowed, match="somebody other than yourself"):
            check_operation(ref=by_hand.ref, actor=same)
    check_operation(ref=by_hand.ref, actor=actor_of("mara", person_id=MARA))
    by_hand.refresh_from_db()
    assert by_hand.state == "verified"


def test_what_was_not_shown_is_not_checked(by_hand):
    with pytest.raises(Conflict, match="not waiting to be checked"):
        check_operation(ref=by_hand.ref, actor=actor_of("mara", person_id=MARA))
