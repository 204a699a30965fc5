from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from ninja import Query

from tenure.connections.queries import connection_by_name
from tenure.inventory import lists, queries
from tenure.inventory.operations.exclude_resource import exclude_resource as exclude
from tenure.inventory.operations.include_resource import include_resource as include
from tenure.inventory.schemas.accounts import ReasonIn
from tenure.inventory.schemas.projects import (
    AccessPage,
    AccessQuery,
    ProjectOut,
    ProjectPage,
    ProjectsQuery,
    ReachPage,
    ReachQuery,
)
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.endpoints import Endpoints
from tenure.lib.errors import Invalid
from tenure.lib.web import ActorRequest
from tenure.lib.when import instant_of
from tenure.people.queries import person_by_email

endpoints = Endpoints("Projects and access")


@endpoints.reads(
    "/projects", scope="inventory:read", permission="accounts.view", answers=ProjectPage
)
def projects(request: ActorRequest, asked: Query[ProjectsQuery]) -> ProjectPage:
    """List projects: in scope or not, how many reach them, and how fresh that is."""
    return ProjectPage.of(lists.projects(asked, actor=request.actor))


@endpoints.reads(
    "/projects/{uuid:ref}",
    scope="inventory:read",
    permission="accounts.view",
    answers=ProjectOut,
)
def project(request: ActorRequest, ref: UUID) -> ProjectOut:
    """Show one project."""
    return _project(ref, actor=request.actor)


@endpoints.reads(
    "/projects/{uuid:ref}/accounts",
    scope="inventory:read",
    permission="accounts.view",
    answers=ReachPage,
)
def project_accounts(request: ActorRequest, ref: UUID, asked: Query[ReachQuery]) -> ReachPage:
    """List the accounts that reach a project, and by which ways."""
    return ReachPage.of(lists.project_accounts(asked, of=ref, actor=request.actor))


@endpoints.changes(
    "/projects/{uuid:ref}/exclude",
    scope="inventory:write",
    permission="resources.scope",
    answers=ProjectOut,
)
def exclude_project(request: ActorRequest, ref: UUID, given: ReasonIn) -> ProjectOut:
    """Mark a project out of scope.

    Its members are read no more, and count in no test.
    """
    exclude(resource_ref=ref, reason=given.reason, actor=request.actor)
    return _project(ref, actor=request.actor)


@endpoints.changes(
    "/projects/{uuid:ref}/include",
    scope="inventory:write",
    permission="resources.scope",
    answers=ProjectOut,
)
def include_project(request: ActorRequest, ref: UUID) -> ProjectOut:
    """Take a project back into scope.

    The next sync reads its members.
    """
    include(resource_ref=ref, actor=request.actor)
    return _project(ref, actor=request.actor)


@endpoints.reads("/access", scope="inventory:read", permission="accounts.view", answers=AccessPage)
def access(request: ActorRequest, asked: Query[AccessQuery]) -> AccessPage:
    """List who had which role at an instant, of the organization and of projects.

    The cursor keeps the instant. Before a list was first read completely nobody can tell who stood
    on it: such lists are named in `not_known`.
    """
    actor, (at, first) = request.actor, _place(asked)
    then = queries.access_on(
        at=at,
        actor=actor,
        connection=connection_by_name(asked.connection, actor=actor) if asked.connection else None,
        person=person_by_email(asked.person, actor=actor) if asked.person else None,
    )
    end = first + asked.limit
    following = _cursor(asked, at, end) if end < len(then.held) else None
    return AccessPage.part(then, first=first, limit=asked.limit, following=following)


_SALT = "tenure.inventory.access"


def _cursor(asked: AccessQuery, at: datetime, first: int) -> str:
    return signing.dumps([at.isoformat(), first, asked.connection, asked.person], salt=_SALT)


def _place(asked: AccessQuery) -> tuple[datetime, int]:
    """The instant, and the first row to show."""
    if not asked.cursor:
        zone = ZoneInfo(settings.TENURE_TIME_ZONE)
        return instant_of(asked.on, zone=zone, now=now()), 0
    try:
        at, first, *filters = signing.loads(asked.cursor, salt=_SALT)
    except (signing.BadSignature, ValueError) as error:
        raise Invalid("This cursor is damaged; start again from the first page.") from error
    if filters != [asked.connection, asked.person]:
        raise Invalid("This cursor belongs to another filter; start again from the first page.")
    return datetime.fromisoformat(at), first


def _project(ref: UUID, *, actor: Actor) -> ProjectOut:
    found, _ = queries.project_by_ref(ref, actor=actor)
    return ProjectOut.of(found, queries.reach_of([found], actor=actor).get(found.pk))
