from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponseBase
from django.views.decorators.http import require_POST

from tenure.exports.answering import sent
from tenure.exports.operations.export_list import export_list
from tenure.lib.listing import Listing
from tenure.lib.web import ActorRequest
from tenure.users.permissions import permission_required


def download(listing: Listing[Any]) -> Callable[..., HttpResponseBase]:
    """The view that hands a list out. A POST, because that is itself recorded."""
    return permission_required(listing.permission)(require_POST(partial(_download, listing)))


def _download(listing: Listing[Any], request: ActorRequest, **place: object) -> HttpResponseBase:
    """The filter is in the address, the format in the form."""
    return sent(
        export_list(
            listing=listing,
            asked=listing.asked(request.GET.dict()),
            format_name=request.POST.get("format", ""),
            of=next(iter(place.values()), None),
            actor=request.actor,
        )
    )
