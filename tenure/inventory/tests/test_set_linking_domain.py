from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent
from tenure.inventory.models import LinkingDomain
from tenure.inventory.operations.set_linking_domain import set_linking_domain
from tenure.inventory.tests.company import account, account_of, person, take_people
from tenure.inventory.tests.scripted import made_connection, read
from tenure.lib.errors import Invalid, NotAllowed
from tenure.testing.cast import actor_of
from tenure.testing.jobs import run_jobs

pytestmark = pytest.mark.django_db


def set_domain(name: str = "Halden.example", *, tags=True, dots=False, who: str = "ada"):
    return set_linking_domain(name=name, ignores_tags=tags, ignores_dots=dots, actor=actor_of(who))


def test_accounts_are_looked_at_again_and_found_by_what_the_domain_delivers(monkeypatch):
    take_people([person("mei.tanaka", "Mei"), person("bo", "Bo")])
    tagged = account("mei", email="mei.tanaka+lab@halden.example")
    users = [tagged, account("bo", email="b.o@x.example")]
    read(made_connection(), monkeypatch, users)
    run_jobs()
    assert not account_of("mei").links.exists()
    set_domain()
    run_jobs()
    link = account_of("mei").links.get()
    assert (link.person.name, link.state, link.method, link.confidence) == (
        "Mei",
        "confirmed",
        "plain_email",
        "high",
    )
    assert not account_of("bo").links.exists()


def test_again_it_changes_the_one_domain():
    set_domain()
    set_domain("@halden.example", tags=False, dots=True)
    kept = LinkingDomain.objects.get()
    assert (kept.name, kept.ignores_tags, kept.ignores_dots) == ("halden.example", False, True)
    assert AuditEvent.objects.filter(verb="linking_domain.set").count() == 2


def test_it_refuses_what_is_no_rule():
    with pytest.raises(Invalid, match="ignores"):
        set_domain(tags=False)
    with pytest.raises(Invalid, match="such as"):
        set_domain("halden")


@pytest.mark.parametrize("who", ["mara", "sid"])
def test_settings_are_an_admins(who):
    with pytest.raises(NotAllowed):
        set_domain(who=who)
