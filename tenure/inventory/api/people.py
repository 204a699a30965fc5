from __future__ import annotations

from uuid import UUID

from ninja import Query

from tenure.inventory import lists, queries
from tenure.inventory.schemas.people import PeoplePage, PeopleQuery, PersonDetail
from tenure.lib.endpoints import Endpoints
from tenure.lib.web import ActorRequest
from tenure.people.operations.add_person import add_person as add
from tenure.people.schemas import PersonIn, PersonWhy

endpoints = Endpoints("People")


@endpoints.reads("/people", scope="people:read", permission="people.view", answers=PeoplePage)
def people(request: ActorRequest, asked: Query[PeopleQuery]) -> PeoplePage:
    """List people, each with the number of accounts that are theirs."""
    return PeoplePage.of(lists.people(asked, actor=request.actor))


# Here, because one address belongs to one slice; the rest of what people do is in people/api.py.
@endpoints.creates("/people", scope="people:write", permission="people.manage", answers=PersonWhy)
def add_person(request: ActorRequest, given: PersonIn) -> PersonWhy:
    """Enter somebody by hand whom no source has yet."""
    person = add(values=given.model_dump(exclude_unset=True), actor=request.actor)
    return PersonWhy.about(person.ref, actor=request.actor)


@endpoints.reads(
    "/people/{uuid:ref}", scope="people:read", permission="people.view", answers=PersonDetail
)
def person(request: ActorRequest, ref: UUID) -> PersonDetail:
    """Show one person: why they are current or not, and what they hold."""
    profile = queries.person_by_ref(ref, actor=request.actor)
    links, _ = queries.links_of_person(profile.person, actor=request.actor)
    offered = queries.invitations_of(profile.email_keys, actor=request.actor)
    return PersonDetail.whole(profile, links, offered)
