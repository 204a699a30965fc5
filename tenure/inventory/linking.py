"""Finding whose the accounts are that nobody is tied to yet, in sets."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from tenure.inventory.alike import Alike
from tenure.inventory.directory import Directory, Unlinked, linking_domains
from tenure.inventory.matching import Proposal, propose
from tenure.inventory.models import Account, AccountLink
from tenure.lib.rows import in_batches

AUTOMATIC = "automatic"
_BATCH = 2_000
_State = AccountLink.State


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What was tied, suggested or rejected before: of an account, and of an address."""

    asked: dict[tuple[int, int], AccountLink] = field(default_factory=dict)
    of_account: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    of_address: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))


@dataclass(frozen=True, slots=True)
class Found:
    """Links to make, and waiting suggestions that are better founded by now; all unsaved."""

    new: list[AccountLink] = field(default_factory=list)
    better: list[AccountLink] = field(default_factory=list)


# What of a suggestion changes when more is known.
JUDGED = ("state", "method", "confidence", "reason", "decided_at")


def find_links(*, at: datetime) -> Iterator[Found]:
    """What can be said of every account without a person, of some thousand at a time: a handful of
    queries for each, whatever the number of accounts and people.

    A pair that a human rejected is not proposed again, and an account that has a person is left
    alone. Addresses are compared here and not by a join: each is one look into a dictionary.
    """
    domains, newest = linking_domains(), AccountLink.objects.aggregate(of=Max("pk"))["of"]
    alike = Alike(domains)
    for accounts in _accounts():
        directory = Directory.read(accounts, domains=domains, alike=alike)
        # What is made while we look is no earlier word, whichever account comes first.
        earlier = _earlier_links(accounts, newest) if newest else _Earlier()
        yield _found(accounts, directory, earlier, at)
    alike.forget()


def _found(
    accounts: Iterable[Unlinked], directory: Directory, earlier: _Earlier, at: datetime
) -> Found:
    found = Found()
    for account in accounts:
        for person_id, proposal in _proposals(account, directory, earlier):
            asked = earlier.asked.get((account.pk, person_id))
            if asked is None:
                found.new.append(_link(account, person_id, proposal, at))
            elif _is_better(asked, proposal):
                _judge(asked, proposal, at)
                found.better.append(asked)
    return found


def still_waiting(better: list[AccountLink]) -> list[AccountLink]:
    """Those of them that nobody decided in this moment, with their accounts locked."""
    if not better:
        return []
    accounts = Account.objects.filter(pk__in=[link.account_id for link in better])
    list(accounts.order_by("pk").select_for_update().values_list("pk"))
    waiting = AccountLink.objects.filter(pk__in=[link.pk for link in better], state=_State.PROPOSED)
    has_person = Exists(
        AccountLink.objects.filter(account=OuterRef("account"), state=_State.CONFIRMED)
    )
    kept = set(waiting.filter(~has_person).values_list("pk", flat=True))
    return [link for link in better if link.pk in kept]


def _proposals(
    account: Unlinked, directory: Directory, earlier: _Earlier
) -> Iterator[tuple[int, Proposal]]:
    matches = directory.matches(
        email_key=account.email_key, external_id=account.external_id, name=account.name
    )
    tied = earlier.of_account[account.pk] | earlier.of_address[account.email_key]
    for person_id, method in matches.items():
        had = tied | directory.holders(account.email_key, is_plain=method == "plain_email")
        yield (
            person_id,
            propose(
                method=method,
                account_seen_at=account.seen_at,
                person_begins_at=directory.begins_at[person_id],
                was_anothers=bool(had - {person_id}),
                others_match=len(matches) > 1,
            ),
        )


def _link(account: Unlinked, person_id: int, proposal: Proposal, at: datetime) -> AccountLink:
    link = AccountLink(account_id=account.pk, person_id=person_id, decided_by=AUTOMATIC)
    _judge(link, proposal, at)
    return link


def _judge(link: AccountLink, proposal: Proposal, at: datetime) -> None:
    link.state = _State.CONFIRMED if proposal.links_itself else _State.PROPOSED
    link.method, link.confidence = proposal.method, proposal.confidence
    link.reason, link.decided_at = proposal.reason, at


def _is_better(asked: AccountLink, proposal: Proposal) -> bool:
    """Whether a suggestion that still waits would now link itself, or is more than a name."""
    if asked.state != _State.PROPOSED:
        return False
    was_name = asked.method == AccountLink.Method.SIMILAR_NAME
    return proposal.links_itself or (was_name and proposal.method != "similar_name")


def _unlinked() -> QuerySet[Account]:
    linked = AccountLink.objects.filter(account=OuterRef("pk"), state=_State.CONFIRMED)
    return (
        Account.objects.filter(~Exists(linked), kind__in=AccountLink.KINDS)
        .exclude(status=Account.Status.GONE)
        .order_by()
    )


def _accounts() -> Iterator[list[Unlinked]]:
    """Some thousand at a time. Which they are is asked before anything is written: PostgreSQL
    plans by what it knew of the links then, and would look through all that came since."""
    keys = array("q", _unlinked().values_list("pk", flat=True).iterator(chunk_size=_BATCH))
    seen = Account.objects.order_by("pk").annotate(seen_at=Coalesce("added_at", "began_at"))
    columns = ("pk", "email_key", "external_id", "name", "seen_at")
    for some in in_batches(keys, _BATCH):
        rows = seen.filter(pk__in=some).values_list(*columns)
        yield [Unlinked(*row) for row in rows]


def _earlier_links(accounts: Iterable[Unlinked], newest: int) -> _Earlier:
    """Of the accounts in question, and of every account with the address of one of them."""
    earlier, addresses = _Earlier(), {one.email_key for one in accounts} - {""}
    own = Q(pk__in=[one.pk for one in accounts])
    about = Account.objects.filter(own | Q(email_key__in=addresses)).order_by().values("pk")
    links = AccountLink.objects.filter(account__in=about, pk__lte=newest)
    for link in (
        links.exclude(state=_State.WITHDRAWN)
        .order_by()
        .select_related("account")
        .only("account__email_key", "person_id", "state", "method", "account_id")
    ):
        if link.state in AccountLink.ASKED:
            earlier.asked[link.account_id, link.person_id] = link
        if link.state != _State.PROPOSED:
            earlier.of_account[link.account_id].add(link.person_id)
            if link.account.email_key:
                earlier.of_address[link.account.email_key].add(link.person_id)
    return earlier
