from __future__ import annotations

import pytest

from tenure.compliance.operations.deactivate_test import deactivate_test
from tenure.compliance.operations.reactivate_test import reactivate_test
from tenure.compliance.tests.cases import MARA, stray
from tenure.lib.errors import Conflict, NotAllowed
from tenure.testing.cast import actor_of

SLUG = "accounts-linked"


def test_it_is_asked_again(organization):
    deactivate_test(slug=SLUG, reason="Moving", actor=MARA)
    row = reactivate_test(slug=SLUG, actor=MARA)
    assert (row.is_deactivated, row.deactivated_reason, row.deactivated_by) == (False, "", "")
    assert stray(organization).state == "open"


def test_an_active_test_cannot_be_activated(organization):
    with pytest.raises(Conflict, match="is active"):
        reactivate_test(slug=SLUG, actor=MARA)


@pytest.mark.parametrize("who", ["sid", "hugo", "aud"])
def test_it_refuses_who_may_not(organization, who):
    deactivate_test(slug=SLUG, reason="Moving", actor=MARA)
    with pytest.raises(NotAllowed):
        reactivate_test(slug=SLUG, actor=actor_of(who))
