"""Before anything was sent."""

from __future__ import annotations

import pytest

from tenure.lib.errors import Conflict, Invalid
from tenure.offboarding.operations.cancel_case import cancel_case
from tenure.offboarding.operations.open_case import open_case
from tenure.offboarding.tests.conftest import ada


def test_it_needs_a_reason_and_is_over_then(leaver):
    case = open_case(person_ref=leaver.hugo.ref, actor=ada())
    with pytest.raises(Invalid, match="Say why"):
        cancel_case(ref=case.ref, reason="", actor=ada())
    cancel_case(ref=case.ref, reason="Stays", actor=ada())
    case.refresh_from_db()
    assert (case.state, case.reason) == ("cancelled", "Stays")
    with pytest.raises(Conflict, match="is cancelled and cannot be cancelled"):
        cancel_case(ref=case.ref, reason="Again", actor=ada())
