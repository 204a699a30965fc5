from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.inventory.models import LinkingDomain
from tenure.inventory.operations.remove_linking_domain import remove_linking_domain
from tenure.inventory.operations.set_linking_domain import set_linking_domain
from tenure.lib.errors import NotAllowed, NotFound
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def domain(db) -> LinkingDomain:
    return set_linking_domain(
        name="mail.example", ignores_tags=True, ignores_dots=True, actor=actor_of("ada")
    )


def test_it_is_gone_and_audited(domain):
    remove_linking_domain(domain_ref=domain.ref, actor=actor_of("ada"))
    assert not LinkingDomain.objects.exists()
    assert AuditEvent.objects.filter(verb="linking_domain.removed").count() == 1
    with pytest.raises(NotFound, match="no such domain"):
        remove_linking_domain(domain_ref=domain.ref, actor=actor_of("ada"))


def test_settings_are_an_admins(domain):
    with pytest.raises(NotAllowed):
        remove_linking_domain(domain_ref=domain.ref, actor=actor_of("mara"))
