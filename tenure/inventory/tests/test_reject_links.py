from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.inventory.operations.link_accounts import link_accounts
from tenure.inventory.operations.reject_links import reject_links
from tenure.inventory.queries import suggestions
from tenure.inventory.tests.company import account_of
from tenure.lib.errors import Conflict, NotAllowed
from tenure.testing.cast import actor_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("halden")]


def refs() -> list[object]:
    return [one.ref for one in suggestions(actor=actor_of("mara"))]


def test_none_of_them_is_made_again():
    chosen = refs()
    reject_links(link_refs=chosen, actor=actor_of("mara"))
    assert link_accounts(actor=actor_of("mara")) == (0, 0)
    assert refs() == []
    assert {account_of(name).links.get().state for name in ("uma", "tomas")} == {"rejected"}
    assert AuditEvent.objects.get(verb="account_links.rejected").detail["count"] == 2
    with pytest.raises(Conflict, match="decided already"):
        reject_links(link_refs=chosen, actor=actor_of("mara"))


def test_it_refuses_who_may_not_link():
    with pytest.raises(NotAllowed):
        reject_links(link_refs=refs(), actor=actor_of("sid"))
