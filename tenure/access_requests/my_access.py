"""My access: what somebody has, how it came, until when, and the way to give it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tenure.access_requests import queries, showing
from tenure.access_requests.cards import Card, cards_of
from tenure.access_requests.holdings import Held, held_by
from tenure.access_requests.models import AccessRequest
from tenure.inventory import role_rules
from tenure.inventory.models import Account
from tenure.lib.actor import Actor
from tenure.lib.text import quantity

_GIVES = (*AccessRequest.GIVES, AccessRequest.State.ENDING)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing somebody has; with the request by which it came, if it did."""

    words: str
    how: str
    is_privileged: bool
    card: Card | None

    @property
    def request(self) -> AccessRequest | None:
        return self.card.request if self.card else None

    @property
    def ref(self) -> str:
        return self.card.ref if self.card else ""

    @property
    def ends_at(self) -> datetime | None:
        return self.card.request.ends_at if self.card else None

    @property
    def ends(self) -> str:
        return self.card.ends if self.card else ""

    @property
    def tone(self) -> str:
        return self.card.state.tone if self.card and self.card.state.tone == "amber" else ""

    @property
    def longer_url(self) -> str:
        return self.card.longer_url if self.card else ""

    @property
    def may_give_back(self) -> bool:
        return self.card is not None and self.card.is_held

    @property
    def back_title(self) -> str:
        return f"Give {self.words} back now?"


@dataclass(frozen=True, slots=True)
class Mine:
    """One account with what it holds."""

    account: Account
    held: list[Line]


def my_access(*, actor: Actor) -> dict[str, Any]:
    """Context of what the reader has. Seven questions at most."""
    me = queries.person_acting(actor=actor)
    if me is None:
        return {"accounts": [], "nobody": _NOBODY, "answer": "Nobody in the directory is you"}
    found = held_by(of=me)
    given = queries.requests_of_me(actor=actor).filter(state__in=_GIVES, person=me)
    cards = cards_of(given, actor=actor)
    by_thing = {(one.request.resource_id, one.request.role): one for one in cards}
    accounts = [Mine(one, _lines(one, found.held, by_thing)) for one in found.accounts]
    return {
        "accounts": accounts,
        "nobody": "Ask for what you need: most things take one or two people to say yes.",
        "answer": _answer(accounts),
    }


_NOBODY = (
    "Your sign-in belongs to no person in the list of people. Ask whoever manages access to add "
    "your work e-mail."
)


def _lines(account: Account, held: list[Held], cards: dict[tuple[int, str], Card]) -> list[Line]:
    """What ends comes first, the soonest of all; what comes by several ways is told once each."""
    mine = [one for one in held if one.account.pk == account.pk]
    lines = [_line(one, cards.get((one.resource_id, one.role))) for one in mine]
    once = {(line.words, line.how): line for line in lines}.values()
    far = datetime.max.replace(tzinfo=UTC)
    return sorted(once, key=lambda line: (line.ends_at or far, line.card is None, line.words))


def _line(held: Held, card: Card | None) -> Line:
    how = f"Through the group {held.via}" if held.via else "Given outside of requests"
    if card is not None:
        since = showing.short_day(card.began_at)
        how = f"By {card.request}, since {since}"
        if card.request.reason:
            how = f"{how}: “{card.request.reason}”"
    is_privileged = role_rules.is_privileged(role=held.role, permissions=())
    return Line(held.title, how, is_privileged, card)


def _answer(accounts: list[Mine]) -> str:
    """The answer first: how much there is, and what ends soon."""
    lines = [line for one in accounts for line in one.held]
    if not lines:
        return "You have no access yet" if not accounts else "You have an account and no role"
    soon = sum(line.tone == "amber" for line in lines)
    has = f"You have access to {quantity(len(lines), 'thing')}"
    return f"{has}, {soon} of them {'ends' if soon == 1 else 'end'} within a week" if soon else has
