from __future__ import annotations

from uuid import UUID

from ninja import File, Query
from ninja.files import UploadedFile

from tenure.compliance import queries
from tenure.compliance.holidays import LARGEST_FILE
from tenure.compliance.operations.add_holiday import add_holiday as add
from tenure.compliance.operations.import_holidays import import_holidays as import_now
from tenure.compliance.operations.remove_holiday import remove_holiday as remove
from tenure.compliance.operations.set_calendar import set_calendar as set_now
from tenure.compliance.schemas.calendar import (
    CalendarIn,
    CalendarOut,
    HolidayIn,
    HolidayOut,
    HolidayPage,
    HolidaysImported,
)
from tenure.lib.endpoints import Endpoints, PageQuery
from tenure.lib.paging import Sort, page
from tenure.lib.web import ActorRequest

endpoints = Endpoints("Calendar")

_EARLIEST_FIRST = Sort("earliest", ("on",))


@endpoints.reads("/calendar", scope="tests:read", permission="tests.view", answers=CalendarOut)
def calendar(request: ActorRequest) -> CalendarOut:
    """Show the calendar that due dates are counted by."""
    return CalendarOut.of(queries.organization_calendar(actor=request.actor))


@endpoints.changes(
    "/calendar", scope="settings:write", permission="settings.manage", answers=CalendarOut
)
def set_calendar(request: ActorRequest, given: CalendarIn) -> CalendarOut:
    """Say where the organization's days begin and which of the week it works.

    Findings that are open keep their due dates.
    """
    return CalendarOut.of(set_now(**given.model_dump(), actor=request.actor))


@endpoints.reads("/holidays", scope="tests:read", permission="tests.view", answers=HolidayPage)
def holidays(request: ActorRequest, asked: Query[PageQuery]) -> HolidayPage:
    """List days off, the earliest first."""
    days = queries.holidays(actor=request.actor)
    some = page(days, sort=_EARLIEST_FIRST, cursor=asked.cursor, limit=asked.limit)
    return HolidayPage.of(some, HolidayOut.of)


@endpoints.creates(
    "/holidays", scope="settings:write", permission="settings.manage", answers=HolidayOut
)
def add_holiday(request: ActorRequest, given: HolidayIn) -> HolidayOut:
    """Add a day off; no file that is imported later takes it away."""
    return HolidayOut.of(add(on=given.on, name=given.name, actor=request.actor))


@endpoints.creates(
    "/holidays/import",
    scope="settings:write",
    permission="settings.manage",
    answers=HolidaysImported,
)
def import_holidays(request: ActorRequest, file: File[UploadedFile]) -> HolidaysImported:
    """Take days off from a calendar file (.ics), in place of those of the file before it."""
    # One byte more than is read, so that a larger file is seen to be one.
    content = file.read(LARGEST_FILE + 1)
    name = file.name or "a file"
    return HolidaysImported.of(import_now(content=content, file_name=name, actor=request.actor))


@endpoints.changes(
    "/holidays/{uuid:ref}/remove",
    scope="settings:write",
    permission="settings.manage",
    answers=HolidayOut,
)
def remove_holiday(request: ActorRequest, ref: UUID) -> HolidayOut:
    """Say that a day off is worked after all."""
    return HolidayOut.of(remove(holiday_ref=ref, actor=request.actor))
