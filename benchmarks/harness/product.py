"""The product, through its public entry points only."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from harness.company import Company
from harness.house import ADA

if TYPE_CHECKING:
    from tenure.connections.models import Connection
    from tenure.connectors.base import Page

_MOST_TURNS = 10_000


def sync(company: Company) -> None:
    """One sync of the company's connection, however many turns its job needs."""
    from tenure.inventory import syncing
    from tenure.inventory.operations.request_sync import request_sync
    from tenure.testing.cast import actor_of

    run = request_sync(connection_ref=connection_of(company).ref, actor=actor_of(ADA))
    for _ in range(_MOST_TURNS):
        syncing.run_sync(run_ref=run.ref, actor=actor_of(ADA))
        run.refresh_from_db()
        if run.status not in run.OPEN:
            break
    if run.status != "complete":
        sys.exit(f"The sync ended {run.status}: {run.reason}")


def pages(
    company: Company,
    *,
    recognizes: Callable[[bytes], bool] | None = None,
    leaving_out: Collection[str] = (),
) -> Iterator[Page]:
    """Every page of every collection but of these kinds, as the connector hands it over; nothing
    is stored.

    But for the lists of single principals, of which a company of users and projects has none.
    """
    from tenure.connections.connecting import open_connector
    from tenure.connectors import base

    parents: dict[str, list[str]] = defaultdict(list)
    with closing(open_connector(connection_of(company))) as connector:
        for kind in connector.collection_kinds():
            if kind.parent not in ("", "projects", "groups") or kind.kind in leaving_out:
                continue
            for parent in parents[kind.parent] if kind.parent else [""]:
                wanted = base.Collection(kind=kind.kind, parent_id=parent)
                for event in connector.read(wanted, recognizes=recognizes):
                    if isinstance(event, base.Page):
                        parents[kind.kind] += [fact.external_id for fact in event.facts]
                        yield event


def fetch_only(company: Company) -> None:
    """What an unchanged sync reads, and nothing after that: no record becomes a fact."""
    from tenure.inventory.freshness import DAILY

    is_project = b'"object":"organization.project"'
    for _ in pages(company, recognizes=lambda raw: is_project not in raw, leaving_out=DAILY):
        pass


def connection_of(company: Company) -> Connection:
    from tenure.connections.models import Connection

    return Connection.objects.get(organization_id=company.organization_id)
