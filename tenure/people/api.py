from __future__ import annotations

from ninja import File, Query
from ninja.files import UploadedFile

from tenure.lib.endpoints import Endpoints, PageQuery
from tenure.lib.errors import Invalid
from tenure.lib.paging import Sort, page
from tenure.lib.web import ActorRequest
from tenure.people import queries
from tenure.people.operations.import_people import import_people as import_now
from tenure.people.schemas import ImportOut, ImportPage, ImportQuery, SourceOut, SourcePage

endpoints = Endpoints("People")

_LARGEST = 50_000_000
_STRONGEST_FIRST = Sort("strongest", ("-precedence",))
_NEWEST_FIRST = Sort("newest", ("-at",))


@endpoints.creates(
    "/people/imports", scope="people:write", permission="people.manage", answers=ImportOut
)
def import_people(
    request: ActorRequest, asked: Query[ImportQuery], file: File[UploadedFile]
) -> ImportOut:
    """Take people from a CSV with a header line.

    Bad lines are named and the rest is imported. An import that would end, or no longer list, more
    than a fifth of the people is a conflict until it is confirmed.
    """
    if file.size is None or file.size > _LARGEST:
        raise Invalid("Send at most 50 MB at once; split the file.", field="file")
    done = import_now(
        content=file.read(),
        is_full=asked.full,
        is_confirmed=asked.confirmed,
        is_dry_run=asked.dry_run,
        actor=request.actor,
    )
    return ImportOut.of(done)


@endpoints.reads(
    "/people/imports", scope="people:read", permission="people.view", answers=ImportPage
)
def people_imports(request: ActorRequest, asked: Query[PageQuery]) -> ImportPage:
    """List past imports, the newest first."""
    mine = queries.imports(actor=request.actor)
    some = page(mine, sort=_NEWEST_FIRST, cursor=asked.cursor, limit=asked.limit)
    return ImportPage.of(some, ImportOut.of)


@endpoints.reads(
    "/people/sources", scope="people:read", permission="people.view", answers=SourcePage
)
def people_sources(request: ActorRequest, asked: Query[PageQuery]) -> SourcePage:
    """List where people come from, the strongest first, and when each was read last."""
    mine = queries.sources(actor=request.actor)
    some = page(mine, sort=_STRONGEST_FIRST, cursor=asked.cursor, limit=asked.limit)
    return SourcePage.of(some, SourceOut.of)
