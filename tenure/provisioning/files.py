"""Files that show that something was done by hand, on their way out."""

from __future__ import annotations

from io import BytesIO

from django.http import FileResponse

from tenure.provisioning.models import OperationProof

FILE = "application/octet-stream"


def attached(proof: OperationProof) -> FileResponse:
    """Only ever to be saved: nothing of it is shown as a page of ours."""
    kept = BytesIO(bytes(proof.content))
    return FileResponse(kept, as_attachment=True, filename=proof.name, content_type=FILE)
