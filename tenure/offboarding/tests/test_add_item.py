"""What Tenure cannot see is done by hand."""

from __future__ import annotations

import pytest

from tenure.lib.errors import Invalid
from tenure.offboarding.operations.add_item import add_item
from tenure.offboarding.operations.open_case import open_case
from tenure.offboarding.planning import plan
from tenure.offboarding.tests.conftest import ada


def test_it_stays_in_the_plan(leaver):
    case = open_case(person_ref=leaver.hugo.ref, actor=ada())
    with pytest.raises(Invalid, match="Say what has to be done"):
        add_item(case_ref=case.ref, label=" ", actor=ada())
    item = add_item(case_ref=case.ref, label="Return the laptop", actor=ada())
    assert item in plan(case, actor=ada())
    assert item.action == "by_hand"
