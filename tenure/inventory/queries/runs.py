"""Every way to read sync runs and the freshness of what they read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from tenure.connections import queries as connection_queries
from tenure.connections.models import Connection
from tenure.connections.upload_models import UploadedFile
from tenure.inventory.models import Account, Invitation, SyncRun
from tenure.jobs.models import Job
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import NotFound

VIEW = "connections.view"
# Between the commit that makes a run and the claim of its job nothing should take longer.
_PATIENCE = timedelta(minutes=2)


def runs(*, actor: Actor, permission: str = VIEW) -> QuerySet[SyncRun]:
    """Runs of the connections the actor may see, newest first."""
    visible = SyncRun.objects.select_related("connection").order_by("-id")
    if (refs := actor.connections_where(permission)) is not None:
        visible = visible.filter(connection__ref__in=refs)
    return visible


def runs_of(connection: Connection, *, actor: Actor) -> QuerySet[SyncRun]:
    return runs(actor=actor).filter(connection=connection)


def run_by_ref(ref: UUID | str, *, actor: Actor, connection_ref: UUID | None = None) -> SyncRun:
    """One run; of this connection, when one is given. `is_superseded` says as the query below."""
    found = _with_verdict(runs(actor=actor)).filter(ref=_uuid(ref))
    if connection_ref is not None:
        found = found.filter(connection__ref=connection_ref)
    return _there(found.first())


def run_to_change(ref: UUID | str, *, actor: Actor, permission: str) -> SyncRun:
    """Fetch and lock; the actor must hold the permission for its connection."""
    mine = runs(actor=actor, permission=permission).select_for_update(of=("self",))
    return _there(mine.filter(ref=_uuid(ref)).first())


def open_run(connection: Connection, *, actor: Actor) -> SyncRun | None:
    """The run that waits or reads now; there is at most one."""
    return open_runs(actor=actor).filter(connection=connection).first()


def open_runs(*, actor: Actor) -> QuerySet[SyncRun]:
    return runs(actor=actor).filter(status__in=SyncRun.OPEN)


def latest_run(connection: Connection, *, actor: Actor) -> SyncRun | None:
    """The newest run, with what `run_by_ref` says of one."""
    return _with_verdict(runs_of(connection, actor=actor)).first()


def latest_runs(connections: Iterable[Connection], *, actor: Actor) -> dict[int, SyncRun]:
    """The newest run of each connection, by the connection's id: one query."""
    newest = (
        SyncRun.objects.filter(connection=OuterRef("connection")).order_by("-id").values("pk")[:1]
    )
    found = runs(actor=actor).filter(connection__in=connections, pk=Subquery(newest))
    return {run.connection_id: run for run in found}


def is_superseded(run: SyncRun, *, actor: Actor) -> bool:
    """Whether a later run has judged the same lists again."""
    return runs(actor=actor).filter(_later(run.connection_id, run.pk)).exists()


def newest_accounts(connection: Connection, *, actor: Actor) -> QuerySet[Account]:
    """The accounts that were read last."""
    return _accounts(connection, actor).exclude(status=Account.Status.GONE).order_by("-id")


def pending_invitations(connection: Connection, *, actor: Actor) -> QuerySet[Invitation]:
    """Access of this connection that is offered and not taken."""
    if not actor.may("accounts.view", connection=str(connection.ref)):
        return Invitation.objects.none()
    return Invitation.objects.filter(connection=connection, status="pending", ended_at=None)


def connections_due(*, actor: Actor) -> list[Connection]:
    """Connections whose time has passed since their last run was asked for.

    That is the interval, or less after a reading that could read nothing. After a run that is as
    far in the future the clock was put back.
    """
    whole = SyncRun.objects.filter(connection=OuterRef("pk")).exclude(trigger=SyncRun.Trigger.LOG)
    newest = whole.order_by("-id").values("queued_at")[:1]
    newest_file = UploadedFile.objects.filter(connection=OuterRef("pk")).order_by("-id")
    waiting = connection_queries.connections_to_sync(actor=actor).annotate(
        last=Subquery(newest), last_file=Subquery(newest_file.values("uploaded_at")[:1])
    )
    at = now()
    return [connection for connection in waiting if _is_due(connection, at)]


def _is_due(connection: Any, at: datetime) -> bool:  # noqa: ANN401 - annotated above
    """By its interval; one that is read from files, by a file that came after the last run."""
    if connection.is_uploaded and connection.last and connection.last_file:
        return bool(connection.last < connection.last_file)
    return connection.last is None or abs(at - connection.last) >= connection.retry_after


def abandoned_runs(*, actor: Actor) -> list[SyncRun]:
    """Open runs that no job will ever finish: its workers died too often, or it is lost."""
    old = open_runs(actor=actor).filter(queued_at__lt=now() - _PATIENCE)
    return [run for run in old if not _has_job(run)]


def _with_verdict(found: QuerySet[SyncRun]) -> QuerySet[SyncRun]:
    later = SyncRun.objects.filter(_later(OuterRef("connection"), OuterRef("pk")))
    return found.annotate(is_superseded=Exists(later))


def _later(connection: object, pk: object) -> Q:
    judged = (SyncRun.Status.COMPLETE, SyncRun.Status.HELD)
    later = Q(connection_id=connection, pk__gt=pk, status__in=judged)
    return later & ~Q(trigger=SyncRun.Trigger.LOG)


def _has_job(run: SyncRun) -> bool:
    live = Q(state__in=[Job.State.QUEUED, Job.State.RUNNING])
    return Job.objects.filter(live, arguments__kwargs__run_ref=str(run.ref)).exists()


def _accounts(connection: Connection, actor: Actor) -> QuerySet[Account]:
    if not actor.may("accounts.view", connection=str(connection.ref)):
        return Account.objects.none()
    return Account.objects.filter(connection=connection)


def _there(run: SyncRun | None) -> SyncRun:
    if run is None:
        raise NotFound("There is no such sync run; look at the connection for its runs.")
    return run


def _uuid(ref: UUID | str) -> UUID:
    try:
        return ref if isinstance(ref, UUID) else UUID(ref)
    except ValueError:
        raise NotFound("That is no ref of a sync run; copy it from the run's page.") from None
