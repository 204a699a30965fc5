"""The brake of a connection: how many identities went in the last hour, and how many may go."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from tenure.connections.models import Connection
from tenure.inventory.models import Account
from tenure.lib.clock import now
from tenure.lib.counting import row_count
from tenure.provisioning import rules
from tenure.provisioning.models import ProvisioningOperation

State = ProvisioningOperation.State


def limit_of(connection: Connection) -> int:
    return rules.brake_limit(active=_active(connection).count(), chosen=connection.brake_per_hour)


def sent_lately(connection: Connection) -> int:
    """Members and service accounts whose removal was sent in the last hour and not released."""
    return _sent(connection).count()


def sent_and_limit(connection: Connection) -> tuple[int, int]:
    """Both, by one question."""
    counted = Connection.objects.filter(pk=connection.pk).values_list(
        row_count(_sent(connection)), row_count(_active(connection))
    )
    sent, active = counted.get()
    return sent, rules.brake_limit(active=active, chosen=connection.brake_per_hour)


def _active(connection: Connection) -> QuerySet[Account]:
    return Account.objects.filter(connection=connection, status=Account.Status.ACTIVE)


def _sent(connection: Connection) -> QuerySet[ProvisioningOperation]:
    return ProvisioningOperation.objects.filter(
        connection=connection,
        action=ProvisioningOperation.Action.REMOVE,
        target_kind__in=ProvisioningOperation.BRAKED,
        sent_at__gt=now() - rules.BRAKE_WINDOW,
        release=None,
    )


def check_second_person(kept: Iterable[ProvisioningOperation], *, approver: str) -> None:
    """NotAllowed unless this person is another than all who asked for these, or let them go."""
    asked_by = {asked for one in kept for asked in (one.planned_by_person, one.started_by_person)}
    for asked in sorted(asked_by):
        rules.check_second_person(asked=asked, approver=approver, what="Releasing the brake")


def hold_connection(connection: Connection) -> None:
    """Until the end of the transaction nobody else of this connection counts or sends."""
    list(Connection.objects.select_for_update(of=("self",)).filter(pk=connection.pk))


def is_on(operation: ProvisioningOperation) -> bool:
    """Whether the brake keeps this one; call it with the connection held."""
    if not operation.is_removal or operation.target_kind not in ProvisioningOperation.BRAKED:
        return False
    if operation.sent_at is not None and operation.sent_at > now() - rules.BRAKE_WINDOW:
        return False  # it is counted already
    connection = operation.connection
    assert connection is not None  # noqa: S101 - a constraint says so
    return not rules.may_pass_brake(
        sent=sent_lately(connection),
        limit=limit_of(connection),
        is_released=operation.release_id is not None,
    )
