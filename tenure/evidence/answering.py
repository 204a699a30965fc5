"""A bundle as the answer to a request, page or endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.http import StreamingHttpResponse

from tenure.evidence.operations.download_bundle import Download

_PIECE = 1 << 16


def sent(taken: Download) -> StreamingHttpResponse:
    """The file as an answer."""
    headers = {
        "Content-Disposition": f'attachment; filename="{taken.name}"',
        "Content-Length": str(taken.path.stat().st_size),
        "Cache-Control": "no-store",
    }
    return StreamingHttpResponse(
        pieces_of(taken.path), content_type="application/zip", headers=headers
    )


def pieces_of(path: Path) -> Iterator[bytes]:
    """The file, some of it at a time; opened by whoever reads it."""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
