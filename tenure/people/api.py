from __future__ import annotations

from uuid import UUID

from ninja import File, Query
from ninja.files import UploadedFile

from tenure.lib.endpoints import Endpoints, PageQuery
from tenure.lib.errors import TooLarge
from tenure.lib.paging import Sort, page
from tenure.lib.web import ActorRequest
from tenure.people import queries
from tenure.people.operations.add_delegation import add_delegation as add_for
from tenure.people.operations.add_people_source import add_people_source as add_source
from tenure.people.operations.change_people_source import change_people_source as change_source
from tenure.people.operations.clear_person_left import clear_person_left as clear_left
from tenure.people.operations.edit_person import edit_person as edit
from tenure.people.operations.import_people import import_people as import_now
from tenure.people.operations.mark_person_left import mark_person_left as mark_left
from tenure.people.operations.merge_people import merge_people as merge
from tenure.people.operations.unmerge_people import unmerge_people as unmerge
from tenure.people.operations.withdraw_delegation import withdraw_delegation as withdraw
from tenure.people.schemas import (
    DelegationIn,
    DelegationOut,
    DelegationPage,
    ImportOut,
    ImportPage,
    ImportQuery,
    LeaveIn,
    MergeIn,
    NewSourceIn,
    PersonChangeOut,
    PersonChangePage,
    PersonIn,
    PersonWhy,
    SourceIn,
    SourcePage,
)

endpoints = Endpoints("People")

_LARGEST = 10_000_000
_NEWEST_FIRST = Sort("newest", ("-at",))
_LAST_FIRST = Sort("last", ("-decided_at",))


@endpoints.creates(
    "/people/imports", scope="people:write", permission="people.manage", answers=ImportOut
)
def import_people(
    request: ActorRequest, asked: Query[ImportQuery], file: File[UploadedFile]
) -> ImportOut:
    """Take people from a CSV with a header line, of 10 MB at most.

    Bad lines are counted and the first hundred named, the rest is imported; where more than a fifth
    would end, confirm it.
    """
    if file.size is None or file.size > _LARGEST:
        raise TooLarge("Send at most 10 MB at once: split the file, or import it on the machine.")
    said = {"is_full": asked.full, "is_confirmed": asked.confirmed, "is_dry_run": asked.dry_run}
    source, actor = asked.source, request.actor
    return ImportOut.of(import_now(content=file.read(), source=source, actor=actor, **said))


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
def people_sources(request: ActorRequest) -> SourcePage:
    """List where people come from, the strongest first, and when each was read last."""
    return SourcePage.whole(queries.sources_with_age(actor=request.actor))


@endpoints.creates(
    "/people/sources", scope="settings:write", permission="settings.manage", answers=SourcePage
)
def add_people_source(request: ActorRequest, given: NewSourceIn) -> SourcePage:
    """Add a source whose files are imported under its name; answers all sources."""
    add_source(**given.model_dump(), actor=request.actor)
    return SourcePage.whole(queries.sources_with_age(actor=request.actor))


@endpoints.changes(
    "/people/sources/{uuid:ref}/change",
    scope="settings:write",
    permission="settings.manage",
    answers=SourcePage,
)
def change_people_source(request: ActorRequest, ref: UUID, given: SourceIn) -> SourcePage:
    """Say how much a source is believed and how often it is read; answers all sources.

    Whoever is described by several sources is described anew.
    """
    change_source(source_ref=ref, **given.model_dump(), actor=request.actor)
    return SourcePage.whole(queries.sources_with_age(actor=request.actor))


@endpoints.reads(
    "/people/{uuid:ref}/why", scope="people:read", permission="people.view", answers=PersonWhy
)
def explain_person(request: ActorRequest, ref: UUID) -> PersonWhy:
    """Explain why somebody is current or not, and who says so."""
    return PersonWhy.about(ref, actor=request.actor)


@endpoints.reads(
    "/people/{uuid:ref}/changes",
    scope="people:read",
    permission="people.view",
    answers=PersonChangePage,
)
def person_changes(request: ActorRequest, ref: UUID, asked: Query[PageQuery]) -> PersonChangePage:
    """List what became different of somebody, the newest first."""
    person = queries.person_by_ref(ref, actor=request.actor)
    found = queries.changes_of(person, actor=request.actor)
    some = page(
        found, sort=_NEWEST_FIRST, cursor=asked.cursor, filters={"person": ref}, limit=asked.limit
    )
    return PersonChangePage.of(some, PersonChangeOut.of)


@endpoints.changes(
    "/people/{uuid:ref}/edit", scope="people:write", permission="people.manage", answers=PersonWhy
)
def edit_person(request: ActorRequest, ref: UUID, given: PersonIn) -> PersonWhy:
    """Enter more of somebody by hand.

    What a stronger source states is a conflict: change it there.
    """
    edit(person_ref=ref, values=given.model_dump(exclude_unset=True), actor=request.actor)
    return PersonWhy.about(ref, actor=request.actor)


@endpoints.changes(
    "/people/{uuid:ref}/mark-left",
    scope="people:write",
    permission="people.manage",
    answers=PersonWhy,
)
def mark_person_left(request: ActorRequest, ref: UUID, given: LeaveIn) -> PersonWhy:
    """Say that somebody has left or will leave.

    It stands above every source until it is cleared.
    """
    mark_left(person_ref=ref, at=given.at, reason=given.reason, actor=request.actor)
    return PersonWhy.about(ref, actor=request.actor)


@endpoints.changes(
    "/people/{uuid:ref}/clear-left",
    scope="people:write",
    permission="people.manage",
    answers=PersonWhy,
)
def clear_person_left(request: ActorRequest, ref: UUID) -> PersonWhy:
    """Take back that somebody left: what the sources say holds again."""
    clear_left(person_ref=ref, actor=request.actor)
    return PersonWhy.about(ref, actor=request.actor)


@endpoints.changes(
    "/people/{uuid:ref}/merge", scope="people:write", permission="people.manage", answers=PersonWhy
)
def merge_people(request: ActorRequest, ref: UUID, given: MergeIn) -> PersonWhy:
    """Say that another entry is the same human: it becomes part of this one."""
    merge(
        kept_ref=ref,
        merged_ref=given.merged,
        counts=given.counts,
        reason=given.reason,
        is_confirmed=given.confirmed,
        actor=request.actor,
    )
    return PersonWhy.about(ref, actor=request.actor)


@endpoints.changes(
    "/people/merges/{uuid:ref}/undo",
    scope="people:write",
    permission="people.manage",
    answers=PersonWhy,
)
def unmerge_people(request: ActorRequest, ref: UUID) -> PersonWhy:
    """Undo a merge; answers the person who was kept."""
    return PersonWhy.about(
        unmerge(merge_ref=ref, actor=request.actor).kept.ref, actor=request.actor
    )


@endpoints.reads(
    "/people/{uuid:ref}/delegations",
    scope="people:read",
    permission="people.view",
    answers=DelegationPage,
)
def delegations(request: ActorRequest, ref: UUID, asked: Query[PageQuery]) -> DelegationPage:
    """List who decides in somebody's place and when, the newest decision first."""
    person = queries.person_by_ref(ref, actor=request.actor)
    found = queries.delegations_of(person, actor=request.actor)
    some = page(
        found, sort=_LAST_FIRST, cursor=asked.cursor, filters={"person": ref}, limit=asked.limit
    )
    return DelegationPage.of(some, DelegationOut.of)


@endpoints.creates(
    "/people/{uuid:ref}/delegations",
    scope="people:write",
    permission="people.manage",
    answers=DelegationOut,
)
def add_delegation(request: ActorRequest, ref: UUID, given: DelegationIn) -> DelegationOut:
    """Let somebody decide in another's place for some days."""
    said = {**given.model_dump(exclude={"to"}), "email": given.to}
    return DelegationOut.of(add_for(person_ref=ref, **said, actor=request.actor))


@endpoints.changes(
    "/delegations/{uuid:ref}/withdraw",
    scope="people:write",
    permission="people.manage",
    answers=DelegationOut,
)
def withdraw_delegation(request: ActorRequest, ref: UUID) -> DelegationOut:
    """Let nobody decide in their place any more."""
    return DelegationOut.of(withdraw(delegation_ref=ref, actor=request.actor))
