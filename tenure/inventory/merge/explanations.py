"""Moments of the history that an event explains: set to its time, or back to what the lists say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection as database

from tenure.lib.staging import Kind, StagingTable


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of moment: its table, and what stands before the names of its three columns."""

    table: str
    prefix: str = ""


_LASTING = ("account", "invitation", "resource", "entitlement", "credential", "grant")
_ENDS = ("began", "ended")
MOMENTS: Mapping[str, Sort] = {
    **{f"{of}_{end}": Sort(f"inventory_{of}", f"{end}_") for of in _LASTING for end in _ENDS},
    **{f"{of}_change": Sort(f"inventory_{of}change") for of in _LASTING if of != "grant"},
}


class Explained(NamedTuple):
    """One moment as it shall be, `event_id` None where no event explains it any more.

    `was_at` and `was_known_by` are what it was when that was decided: what has changed since is
    left alone, to be decided anew.
    """

    moment: str
    row_id: int
    event_id: int | None
    was_at: datetime
    was_known_by: str
    at: datetime
    not_before: datetime | None
    known_by: str
    read_at: datetime
    read_not_before: datetime | None
    read_known_by: str


_COLUMNS: Mapping[str, Kind] = {
    "moment": "text",
    "row_id": "number",
    "event_id": "number",
    "was_at": "instant",
    "was_known_by": "text",
    "at": "instant",
    "not_before": "instant",
    "known_by": "text",
    "read_at": "instant",
    "read_not_before": "instant",
    "read_known_by": "text",
}
_MOVED = """
UPDATE {table} AS a SET {prefix}at = s.at, {prefix}not_before = s.not_before,
  {prefix}known_by = s.known_by
FROM explaining s WHERE s.moment = '{moment}' AND a.id = s.row_id
  AND a.{prefix}at = s.was_at AND a.{prefix}known_by = s.was_known_by"""
_NO_LONGER = """
DELETE FROM inventory_explanation WHERE EXISTS (
  SELECT 1 FROM explaining s WHERE s.moment = inventory_explanation.moment
  AND s.row_id = inventory_explanation.row_id AND s.event_id IS NULL)"""
_BY_AN_EVENT = """
INSERT INTO inventory_explanation (moment, row_id, event_id, read_at, read_not_before,
  read_known_by)
SELECT s.moment, s.row_id, s.event_id, s.read_at, s.read_not_before, s.read_known_by
FROM explaining s WHERE s.event_id IS NOT NULL
ON CONFLICT (moment, row_id) DO UPDATE SET event_id = excluded.event_id,
  read_at = excluded.read_at, read_not_before = excluded.read_not_before,
  read_known_by = excluded.read_known_by"""


def write_explanations(explained: Sequence[Explained]) -> None:
    """In the caller's transaction; a handful of statements, however many moments."""
    if not explained:
        return
    explaining = StagingTable(database, "explaining", _COLUMNS)
    explaining.create()
    explaining.add([list(one) for one in explained])
    explaining.analyze()
    for moment in sorted({one.moment for one in explained}):
        sort = MOMENTS[moment]
        explaining.execute(_MOVED.format(moment=moment, table=sort.table, prefix=sort.prefix))
    explaining.execute(_NO_LONGER)
    explaining.execute(_BY_AN_EVENT)
    explaining.clear()
