from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from ninja import Schema

from tenure.audit import operations as audit
from tenure.exports.formats import FORMATS, format_named
from tenure.exports.handing import EACH, Export
from tenure.exports.operations.finish_export import finish_export
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.endpoints import Given
from tenure.lib.ids import uuid7
from tenure.lib.listing import Listing
from tenure.lib.paging import Page


@transaction.atomic
def export_list(
    *,
    listing: Listing[Any],
    asked: Given,
    format_name: str,
    actor: Actor,
    of: object = None,
    each: int = EACH,
) -> Export:
    """Hand out every row of a list that is asked for, and remember that it began; how many it was
    is remembered when it ends. `of` is what the list is within; `each` rows are read at once."""
    if not actor.may_somewhere(listing.permission):
        actor.require(listing.permission)
    format_named(format_name)
    export = Export(uuid7(), listing, asked, of, format_name, now(), actor, each)
    # Read before anything is promised: what is refused is refused in words, and not half-way.
    first = export.page()
    audit.record(
        "export.started",
        actor=actor,
        subject=audit.Subject("export", str(export.ref)),
        text={"filter": export.filter_in_words},
        list=listing.name,
        format=format_name,
    )
    export.pieces = _pieces(export, first)
    return export


def _pieces(export: Export, first: Page[Schema]) -> Iterator[bytes]:
    """The file; whoever stops reading it ends the export, too."""
    is_whole = False
    try:
        columns = export.listing.columns_for(export.actor)
        written = FORMATS[export.format_name].written
        yield from written(export.listing.label, columns, export.batches(first))
        is_whole = True
    finally:
        finish_export(export=export, is_whole=is_whole, actor=export.actor)
