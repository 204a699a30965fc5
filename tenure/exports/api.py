"""An endpoint that exports each list: `/exports/accounts` beside `/accounts`."""

from __future__ import annotations

from inspect import Parameter, Signature
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from ninja import Query
from pydantic import create_model

from tenure.exports.answering import sent
from tenure.exports.formats import FORMATS
from tenure.exports.listings import listings
from tenure.exports.operations.export_list import export_list
from tenure.lib.endpoints import Endpoints, Given, one_of
from tenure.lib.listing import Listing
from tenure.lib.web import ActorRequest

endpoints = Endpoints("Exports")


class FormatIn(Given):
    """As what a list is exported."""

    format: str = one_of(FORMATS, "csv", "As what.")


def _export(listing: Listing[Any]) -> Any:  # noqa: ANN401 - a view with a signature of its own
    """The view of one list's export; what it takes is what the list takes."""

    def export(request: ActorRequest, **given: Any) -> HttpResponseBase:  # noqa: ANN401 - as below
        asked = given["asked"].model_dump(exclude={"format"}, exclude_unset=True)
        return sent(
            export_list(
                listing=listing,
                asked=listing.asked(asked),
                format_name=given["asked"].format,
                of=given.get(listing.place or ""),
                actor=request.actor,
            )
        )

    export.__name__ = f"export_{listing.name.replace('-', '_')}"
    export.__doc__ = f"Export {listing.label.lower()} to the end, as CSV, Excel or JSON lines."
    export.__signature__ = _signature(listing)  # type: ignore[attr-defined] # read by ninja
    return export


def _signature(listing: Listing[Any]) -> Signature:
    known = listing.asks.model_fields
    filters: Any = {name: (known[name].annotation, known[name]) for name in listing.filters}
    name = "".join(word.capitalize() for word in listing.name.split("-"))
    asked: Any = create_model(f"{name}ExportIn", __base__=FormatIn, **filters)
    kind = UUID if listing.place == "ref" else str
    place = {listing.place: kind} if listing.place else {}
    takes = {"request": ActorRequest, **place, "asked": Query[asked]}  # type: ignore[misc] # made above
    return Signature(
        [Parameter(name, Parameter.KEYWORD_ONLY, annotation=is_a) for name, is_a in takes.items()]
    )


for _listing in listings().values():
    endpoints.exports(
        f"/exports/{_listing.path}",
        scope=_listing.scope,
        permission=_listing.permission,
        media_types=[one.media_type.partition(";")[0] for one in FORMATS.values()],
    )(_export(_listing))
