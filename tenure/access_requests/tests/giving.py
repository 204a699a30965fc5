from __future__ import annotations

from types import SimpleNamespace

import pytest

from tenure.access_requests.minding import look_after_requests, settle_after_reading
from tenure.access_requests.models import AccessRequest
from tenure.connections.models import Connection
from tenure.connections.operations.set_removal import set_removal
from tenure.inventory.models import Resource
from tenure.inventory.operations.link_accounts import link_accounts
from tenure.inventory.tests.conftest import _organization, connection, openai, sync
from tenure.people.models import Person
from tenure.provisioning import acting
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.confirm_operations import confirm_operations
from tenure.provisioning.tests.conftest import later
from tenure.testing.cast import actor_of, user_of
from tenure.testing.factories import make_person

__all__ = ["_organization", "connection", "later", "openai", "sync"]
HUGO, NINA = "hugo@halden.example", "nina@halden.example"
ADA = actor_of("ada")


def furnish(openai):
    """What the provider has; after a reset under the same ids."""
    openai.add_user(HUGO, name="Hugo Castell")
    openai.add_project("search", members=[{"email": HUGO, "role": "member"}])
    openai.add_project("eval-nightly")
    openai.add_group("ML platform", members=[])


@pytest.fixture
def company(connection, openai, sync):
    """Hugo is a member of search, Nina has nothing; Tenure may change things there."""
    furnish(openai)
    hugo = make_person("Hugo Castell", email=HUGO)
    nina = make_person("Nina Falk", email=NINA)
    sync()
    link_accounts(actor=ADA)
    Connection.objects.filter(pk=connection.pk).update(owner=user_of("sid"))
    set_removal(ref=connection.ref, is_on=True, actor=ADA)
    connection.refresh_from_db()
    openai.forget_requests()
    return SimpleNamespace(
        hugo=hugo,
        nina=nina,
        connection=connection,
        openai=openai,
        search=Resource.objects.get(name="search"),
        nightly=Resource.objects.get(name="eval-nightly"),
        group=Resource.objects.get(name="ML platform"),
        organization=Resource.objects.get(kind="organization"),
    )


@pytest.fixture
def work(company, later):
    """`work()`: workers, until nothing is left to do at this moment."""

    def run(request=None):
        for _ in range(8):
            live = ProvisioningOperation.objects.filter(
                state__in=ProvisioningOperation.LIVE, mode="connector"
            )
            for batch in dict.fromkeys(live.values_list("batch", flat=True)):
                acting.work(batch, actor=ADA)
            settle_after_reading(company.connection.ref, actor=ADA)
        if request is not None:
            request.refresh_from_db()
        return request

    return run


@pytest.fixture
def read(company, sync, later):
    """`read(request)`: a sync, and all that follows from it."""

    def run(request=None):
        later(1)
        sync()
        link_accounts(actor=ADA)
        confirm_operations(actor=ADA)
        settle_after_reading(company.connection.ref, actor=ADA)
        if request is not None:
            request.refresh_from_db()
        return request

    return run


@pytest.fixture
def minute(work):
    """`minute(request)`: what is done each minute, and by workers after it."""

    def run(request=None):
        look_after_requests(actor=ADA)
        return work(request)

    return run


def person_of(email):
    return Person.objects.get(email_key=email)


def request_of(ref):
    return AccessRequest.objects.get(ref=ref)
