from __future__ import annotations

import pytest

from tenure.access_requests import queries
from tenure.access_requests.operations.save_approver_group import save_approver_group
from tenure.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db
MARA = actor_of("mara")


def test_people_are_named_by_ref_or_address_and_changed_as_a_whole(halden):
    people = [halden.people["oscar"].ref, "rita@halden.example"]
    group = save_approver_group(name=" Security ", people=people, actor=MARA)
    assert sorted(str(one) for one in group.people.all()) == ["Oscar Weil", "Rita Novak"]
    again = save_approver_group(ref=group.ref, name="Safety", people=people[:1], actor=MARA)
    assert [str(one) for one in again.people.all()] == ["Oscar Weil"]
    assert [str(one) for one in queries.groups(actor=MARA)] == ["Safety"]


def test_it_refuses_what_makes_no_sense(halden, who):
    rita = [halden.people["rita"].ref]
    with pytest.raises(Invalid):
        save_approver_group(name=" ", people=rita, actor=MARA)
    with pytest.raises(Invalid):
        save_approver_group(name="Security", people=[], actor=MARA)
    with pytest.raises(NotFound):
        save_approver_group(name="Security", people=["no@halden.example"], actor=MARA)
    with pytest.raises(NotAllowed):
        save_approver_group(name="Security", people=rita, actor=who("hugo"))
    save_approver_group(name="Security", people=rita, actor=MARA)
    with pytest.raises(Conflict):
        save_approver_group(name="Security", people=rita, actor=MARA)
