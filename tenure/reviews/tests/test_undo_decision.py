"""One step back, as long as nothing is submitted."""

from __future__ import annotations

import pytest

from tenure.lib.errors import Conflict
from tenure.reviews.operations.decide_review_item import decide_review_item
from tenure.reviews.operations.undo_decision import undo_decision
from tenure.reviews.tests.conftest import item_of


def test_it_goes_back_to_what_was_decided_before(opened, who):
    item = item_of(opened(), kind="credential")
    decide_review_item(ref=item.ref, decision="keep", actor=who("rita"))
    decide_review_item(ref=item.ref, decision="remove", reason="Old", actor=who("rita"))
    undone = undo_decision(ref=item.ref, version=2, actor=who("rita"))
    assert (undone.decision, undone.reason, undone.version) == ("keep", "", 3)
    with pytest.raises(Conflict, match="nothing to undo"):
        undo_decision(ref=item.ref, actor=who("rita"))


def test_or_to_nothing(opened, who):
    item = item_of(opened(), kind="credential")
    decide_review_item(ref=item.ref, decision="remove", reason="Old", actor=who("rita"))
    undone = undo_decision(ref=item.ref, actor=who("rita"))
    assert (undone.decision, undone.decided_at, undone.decided_by) == ("pending", None, "")


def test_not_from_a_page_that_is_old(opened, who):
    item = item_of(opened(), kind="credential")
    decide_review_item(ref=item.ref, decision="keep", actor=who("rita"))
    with pytest.raises(Conflict, match="since you opened the page"):
        undo_decision(ref=item.ref, version=0, actor=who("rita"))
