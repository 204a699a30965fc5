"""Which of the ties between accounts and people count: those to accounts that one may see, and that
are still there."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from tenure.connections.models import Connection
from tenure.inventory.models import Account, AccountLink
from tenure.inventory.queries.resources import VIEW
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.people.states import may_not_hold_access

# As a list of connections, not by a join: else a database begins with the connection, and reads all
# of its accounts for the few that a filter shows.
DISCONNECTED_ONES = Connection.objects.filter(state=Connection.State.DISCONNECTED).values("pk")


def seen_ties(links: QuerySet[AccountLink], *, actor: Actor) -> QuerySet[AccountLink]:
    """Of these ties those to accounts that the actor may see."""
    refs = actor.connections_where(VIEW)
    return links if refs is None else links.filter(account__connection__ref__in=refs)


def lasting(*, of: QuerySet[AccountLink]) -> QuerySet[AccountLink]:
    """Of these ties those to accounts that still exist, as far as we are still told."""
    # Those that are gone are few; of each that works one would have to look at the account itself.
    return of.exclude(account__in=keys_of_gone(of=Account.objects.all()))


def leaving_ties(*, actor: Actor) -> QuerySet[AccountLink]:
    """What ties accounts that one may see to people who may not hold access."""
    ties = seen_ties(AccountLink.objects.order_by(), actor=actor)
    may_not = may_not_hold_access(at=now(), person="person__")
    return ties.filter(may_not, state=AccountLink.State.CONFIRMED)


def waiting_ties(*, actor: Actor) -> QuerySet[AccountLink]:
    """Suggestions that wait: for accounts that are a person's, and nobody's yet."""
    held = AccountLink.objects.filter(
        account=OuterRef("account"), state=AccountLink.State.CONFIRMED
    )
    waiting = AccountLink.objects.filter(
        state=AccountLink.State.PROPOSED, account__kind__in=AccountLink.KINDS
    )
    return lasting(of=seen_ties(waiting, actor=actor)).exclude(Exists(held))


def keys_of_gone(*, of: QuerySet[Account]) -> QuerySet[Account, Any]:
    """Of these accounts the keys of those that exist no more, or of which nobody tells us any more.

    By an index each: of one question with an or SQLite looks at every account.
    """
    of = of.order_by().select_related(None)
    ended = of.filter(status=Account.Status.GONE).values("pk")
    return ended.union(of.filter(connection__in=DISCONNECTED_ONES).values("pk"))
