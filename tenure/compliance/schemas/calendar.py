from __future__ import annotations

from datetime import date
from typing import Self

from ninja import Schema
from pydantic import Field

from tenure.compliance.models import Holiday, OrganizationCalendar
from tenure.compliance.operations.import_holidays import Imported
from tenure.lib.endpoints import Given, PageOf


class CalendarIn(Given):
    """Where the organization's days begin, and which of the week it works."""

    zone: str = Field(max_length=64, description="Such as Europe/Oslo.")
    working_days: list[int] = Field(max_length=7, description="Numbers; Monday is 0.")


class CalendarOut(Schema):
    """Where the organization's days begin and which of the week it works; Monday is 0. The file of
    holidays was read until the end of `holidays_until`."""

    zone: str
    working_days: list[int]
    holidays_file: str
    holidays_until: date | None

    @classmethod
    def of(cls, calendar: OrganizationCalendar) -> Self:
        return cls(**{name: getattr(calendar, name) for name in cls.model_fields})


class HolidayIn(Given):
    """A day off."""

    on: date
    name: str = Field(max_length=200)


class HolidayOut(Schema):
    """A day off, typed by hand or from a file."""

    ref: str
    on: date
    name: str
    origin: str

    @classmethod
    def of(cls, holiday: Holiday) -> Self:
        return cls(ref=str(holiday.ref), on=holiday.on, name=holiday.name, origin=holiday.origin)


class HolidayPage(PageOf[HolidayOut]):
    pass


class HolidaysImported(Schema):
    """How many days off a file gave, until when it was read, and what of it was left out."""

    days: int
    until: date
    left_out: list[str]

    @classmethod
    def of(cls, done: Imported) -> Self:
        return cls(**done._asdict())
