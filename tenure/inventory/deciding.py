"""Tying accounts to a person and deciding suggestions: the same for one and for many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tenure.inventory import queries, rules
from tenure.inventory.models import Account, AccountLink, AccountWord
from tenure.inventory.undoing import as_they_are, keep_words
from tenure.lib.actor import Actor
from tenure.lib.errors import NotAllowed
from tenure.lib.rows import write_rows
from tenure.people.models import Person
from tenure.users.in_person import check_in_person

_State, _Said = AccountLink.State, AccountWord.Said


def check_not_own(accounts: Sequence[Account], *, actor: Actor) -> None:
    """Nobody says of their own account that it is another's or nobody's: they could stay on by it
    after they leave. It is theirs by its link, and by its address where it has none. Whoever says
    anything of an account is somebody."""
    check_in_person(actor=actor)
    if queries.own_accounts(accounts, actor=actor):
        raise NotAllowed("This account is your own; ask somebody else to decide about it.")


def tie(
    accounts: Sequence[Account], person: Person, *, reason: str, at: datetime, actor: Actor
) -> dict[int, AccountLink]:
    """Tie accounts that are locked to a person; returns the ties that end by it, by account.

    What was suggested or rejected of these pairs before is answered by this.
    """
    is_theirs = person.pk in queries.own(actor=actor).people
    check_not_own([] if is_theirs else accounts, actor=actor)
    before = as_they_are(accounts)
    ending = _tied(accounts)
    for account in accounts:
        held = ending.get(account.pk)
        is_theirs = held is not None and held.person_id == person.pk
        rules.check_link(kind=account.kind, is_already_theirs=is_theirs)
    own = AccountLink.objects.filter(account__in=accounts)
    own.filter(state=_State.CONFIRMED).update(state=_State.ENDED, ended_at=at)
    own.filter(person=person, state__in=AccountLink.ASKED).update(
        state=_State.WITHDRAWN, ended_at=at
    )
    AccountLink.objects.bulk_create(
        AccountLink(
            account=account,
            person=person,
            state=_State.CONFIRMED,
            method=AccountLink.Method.MANUAL,
            confidence=AccountLink.Confidence.CERTAIN,
            reason=reason,
            decided_at=at,
            decided_by=actor.label[:100],
        )
        for account in accounts
    )
    keep_words(before, said=_Said.LINKED, at=at, actor=actor)
    return ending


def decide(links: Sequence[AccountLink], *, is_right: bool, at: datetime, actor: Actor) -> None:
    """Confirm or reject suggestions that are locked, all or none."""
    mine = queries.own(actor=actor).people if is_right else ()
    check_not_own([link.account for link in links if link.person_id not in mine], actor=actor)
    chosen: set[int] = set()
    for link in links:
        has_person = link.has_person or link.account_id in chosen  # type: ignore[attr-defined] # an annotation
        rules.check_suggestion(state=link.state, belongs_to_another=is_right and has_person)
        chosen.add(link.account_id)
    said = _Said.CONFIRMED if is_right else _Said.REJECTED
    keep_words(as_they_are([link.account for link in links]), said=said, at=at, actor=actor)
    for link in links:
        link.state = _State.CONFIRMED if is_right else _State.REJECTED
        link.confidence = AccountLink.Confidence.CERTAIN if is_right else link.confidence
        link.decided_at, link.decided_by = at, actor.label[:100]
    write_rows(links, ("state", "confidence", "decided_at", "decided_by"))


def _tied(accounts: Sequence[Account]) -> dict[int, AccountLink]:
    held = AccountLink.objects.filter(account__in=accounts, state=_State.CONFIRMED)
    return {link.account_id: link for link in held.select_related("person")}
