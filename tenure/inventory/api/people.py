from __future__ import annotations

from uuid import UUID

from ninja import Query

from tenure.inventory import queries
from tenure.inventory.schemas.people import PeoplePage, PeopleQuery, PersonDetail, PersonRow
from tenure.lib.endpoints import Endpoints
from tenure.lib.web import ActorRequest

endpoints = Endpoints("People")


@endpoints.reads("/people", scope="people:read", permission="people.view", answers=PeoplePage)
def people(request: ActorRequest, asked: Query[PeopleQuery]) -> PeoplePage:
    """List people, each with the number of accounts that are theirs."""
    chosen = queries.PeopleAsked(
        show=asked.show, search=asked.q, cursor=asked.cursor, limit=asked.limit
    )
    return PeoplePage.of(queries.people_page(chosen, actor=request.actor), PersonRow.of)


@endpoints.reads(
    "/people/{uuid:ref}", scope="people:read", permission="people.view", answers=PersonDetail
)
def person(request: ActorRequest, ref: UUID) -> PersonDetail:
    """Show one person: why they are current or not, and what they hold."""
    profile = queries.person_by_ref(ref, actor=request.actor)
    links, _ = queries.links_of_person(profile.person, actor=request.actor)
    offered = queries.invitations_of(profile.email_keys, actor=request.actor)
    return PersonDetail.whole(profile, links, offered)
