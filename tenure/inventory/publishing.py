"""What webhooks tell of the accounts of one run."""

from __future__ import annotations

from tenure.inventory.models import Account, AccountChange, SyncRun
from tenure.webhooks.publishing import publish
from tenure.webhooks.rules import MOST_AT_ONCE

_ENDED = (SyncRun.Status.COMPLETE, SyncRun.Status.PARTIAL, SyncRun.Status.HELD)
Kind = AccountChange.Kind
_TOLD = {
    "account.appeared": (Kind.APPEARED, Kind.REAPPEARED),
    "account.changed": (Kind.CHANGED,),
    "account.ended": (Kind.ENDED,),
}


def publish_accounts(run: SyncRun) -> None:
    """What a run that is over changed, by one statement for each type; in the transaction of its
    verdict. The first run of a connection, and one that changed very much, is told as one event.
    """
    of_run = AccountChange.objects.filter(run=run).order_by()
    if not (run.added or run.changed or run.ended):
        return
    ref, earlier = run.connection.ref, SyncRun.objects.filter(connection=run.connection_id)
    is_first = not earlier.filter(status__in=_ENDED).exclude(pk=run.pk).exists()
    accounts = of_run.values("account").distinct().count()
    if is_first and run.status not in _ENDED:
        return  # The first that ends well tells of everything
    data: dict[str, object] = {"sync_run": str(run.ref)}
    if is_first or accounts > MOST_AT_ONCE:
        what = "connection.first_sync" if is_first else "connection.many_accounts_changed"
        everything = Account.objects.filter(connection=run.connection_id).count()
        data["accounts"] = everything if is_first else accounts
        publish(what, "connection", [ref], connection=ref, data=data)
        return
    for what, kinds in _TOLD.items():
        changed = of_run.filter(kind__in=kinds)
        if changed.exists():
            found = Account.objects.filter(pk__in=changed.values("account")).values("ref")
            publish(what, "account", found, connection=ref, data=data)
