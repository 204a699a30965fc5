from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.audit import operations as audit
from tenure.connections import queries, rules, uploading
from tenure.connections.upload_models import UploadedFile
from tenure.connections.uploading import Understood
from tenure.jobs.follow_ups import announce
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.users import queries as users


@transaction.atomic
def upload_file(*, ref: UUID | str, what: Understood, actor: Actor) -> UploadedFile:
    """Put a newer file in the place of the last one, and have it read.

    Whoever is missing from it has lost their access, once it is read: not where lines were
    rejected, and not without a person where that would be many.
    """
    actor.require("connections.manage", connection=str(ref))
    connection = queries.connection_to_change(ref, actor=actor)
    rules.check_upload(
        name=connection.name, is_uploaded=connection.is_uploaded, state=connection.state
    )
    uploading.check_has_accounts(what.table)
    by = users.acting_user(actor=actor)
    stored = uploading.keep(connection, what, uploaded_at=now(), uploaded_by=by)
    audit.record(
        "connection.file_uploaded",
        actor=actor,
        subject=connection,
        text={"name": connection.name},
        sha256=what.sha256,
        accounts=len(what.table.accounts),
        rejected=len(what.table.rejected),
        aside=what.table.aside,
    )
    announce("connection.ready", connection_ref=str(connection.ref))
    return stored
