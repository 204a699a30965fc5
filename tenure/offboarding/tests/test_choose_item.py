"""What happens to each thing is somebody's choice."""

from __future__ import annotations

import pytest

from tenure.lib.errors import Invalid
from tenure.offboarding.operations.choose_item import choose_item
from tenure.offboarding.operations.open_case import open_case
from tenure.offboarding.planning import plan
from tenure.offboarding.tests.conftest import ada


@pytest.fixture
def items(leaver):
    case = open_case(person_ref=leaver.hugo.ref, actor=ada())
    return {item.label: item for item in case.items.all()}


@pytest.mark.parametrize(
    ("label", "action", "said"),
    [
        ("hugo-0", "reassign", "Choose what is offered"),
        ("hugo-0", "keep", "Say why it is kept"),
        ("ingest-batch", "reassign", "Name the person who takes it over"),
        ("ingest-prod", "add_owner", "Name the person who takes it over"),
    ],
)
def test_what_cannot_be_is_refused(items, label, action, said):
    with pytest.raises(Invalid, match=said):
        choose_item(ref=items[label].ref, action=action, actor=ada())


def test_a_choice_outlives_another_look(items, leaver):
    item = choose_item(
        ref=items["ingest-batch"].ref,
        action="reassign",
        new_owner_ref=leaver.priya.ref,
        actor=ada(),
    )
    plan(item.case, actor=ada())
    item.refresh_from_db()
    assert (item.state, item.new_owner) == ("planned", leaver.priya)
