"""A request for tests of other slices that want one."""

from __future__ import annotations

from tenure.access_requests.models import AccessRequest
from tenure.access_requests.operations.submit_request import submit_request
from tenure.connections.models import Connection
from tenure.people.models import Person
from tenure.testing.cast import actor_of, user_of
from tenure.testing.factories import make_person, make_project


def make_request(connection: Connection, **said: object) -> AccessRequest:
    """Somebody new asks for a place in a new project of a connection; Mara is to answer."""
    _, mara = (_person_of(name) for name in ("ada", "mara"))
    project = make_project(connection)
    person = make_person(manager_email_key=mara.email_key)
    usual = {"resource": project.ref, "role": "member", "person": person.ref, "days": 30}
    return submit_request(**{**usual, "reason": "A test", **said}, actor=actor_of("ada"))


def _person_of(name: str) -> Person:
    user = user_of(name)
    known = Person.objects.filter(user=user).first()
    return known or make_person(user.name, email=user.email, user=user)
