from __future__ import annotations

from django.db import transaction

from tenure.audit import operations as audit
from tenure.exports.handing import Export
from tenure.lib.actor import Actor


@transaction.atomic
def finish_export(*, export: Export, is_whole: bool, actor: Actor) -> None:
    """Remember how many rows of an export went out, and whether those were all."""
    audit.record(
        "export.finished" if is_whole else "export.broken_off",
        actor=actor,
        subject=audit.Subject("export", str(export.ref)),
        text={"filter": export.filter_in_words},
        list=export.listing.name,
        format=export.format_name,
        rows=export.rows,
    )
