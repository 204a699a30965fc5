"""An export as the answer to a request, page or endpoint."""

from __future__ import annotations

from django.http import StreamingHttpResponse

from tenure.exports.handing import Export


def sent(export: Export) -> StreamingHttpResponse:
    """The export as an answer."""
    headers = {
        "Content-Disposition": f'attachment; filename="{export.file_name}"',
        "Cache-Control": "no-store",
    }
    return StreamingHttpResponse(export.pieces, content_type=export.media_type, headers=headers)
