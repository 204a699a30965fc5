"""Every way to read whose accounts are, might be, and who answers for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When

from tenure.inventory.models import Account, AccountLink, AccountWord, LinkingDomain, Ownership
from tenure.inventory.queries.accounts import accounts
from tenure.inventory.queries.resources import VIEW
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.counting import MOST, bounded_counts
from tenure.lib.errors import Invalid, NotFound
from tenure.lib.ids import as_ref
from tenure.lib.paging import Page, Sort, page
from tenure.people.states import may_not_hold_access, state_expression

_State, _Method = AccountLink.State, AccountLink.Method
# By the alphabet what only has a similar name comes after what has the same address or id.
_SURE_FIRST = Sort("sure", ("method",))
# Of one method there is nothing to put in order but when it was suggested.
_OLDEST_FIRST = Sort("oldest", ())
_NAME = Q(method=_Method.SIMILAR_NAME)
# In the order of the page: the filter's name in the address, and its words.
SUGGESTION_FILTERS = {"all": "All", "address": "By address or id", "name": "By name only"}
_SUGGESTED = {"all": Q(), "address": ~_NAME, "name": _NAME}


def links(*, actor: Actor) -> QuerySet[AccountLink]:
    """Links and suggestions of the accounts the actor may see, newest first."""
    visible = AccountLink.objects.select_related("account__connection", "person")
    if (refs := actor.connections_where(VIEW)) is not None:
        visible = visible.filter(account__connection__ref__in=refs)
    return visible.order_by("-id")


def link_of(account: Account, *, actor: Actor) -> AccountLink | None:
    """The tie that holds now."""
    return links(actor=actor).filter(account=account, state=_State.CONFIRMED).first()


def link_to_change(ref: UUID | str, *, actor: Actor) -> AccountLink:
    """A suggestion to decide; fetched and locked with its account."""
    (link,) = links_to_change([ref], actor=actor)
    return link


def links_to_change(refs: Sequence[UUID | str], *, actor: Actor) -> list[AccountLink]:
    """Suggestions to decide, each with `is_of_a_person`, whether its account has one by now; all of
    them, locked with their accounts, or none."""
    wanted = {as_ref(ref) for ref in refs}
    if not wanted:
        raise Invalid("Choose at least one suggestion.")
    mine = links(actor=actor).select_for_update(of=("self", "account"))
    tied = mine.filter(ref__in=wanted).annotate(has_person=Exists(_confirmed(OuterRef("account"))))
    found: list[Any] = list(tied.order_by("account_id", "pk"))
    if len(found) < len(wanted):
        raise NotFound("There is no such suggestion; look at the account for those it has.")
    return found


def suggestions(*, actor: Actor) -> QuerySet[AccountLink]:
    """What waits for a human: whose account this might be."""
    return (
        links(actor=actor)
        .filter(~Exists(_confirmed(OuterRef("account"))), state=_State.PROPOSED)
        .filter(account__kind__in=AccountLink.KINDS)
        .exclude(account__status=Account.Status.GONE)
        .exclude(account__connection__state="disconnected")
    )


@dataclass(frozen=True, slots=True)
class SuggestionsAsked:
    """What the queue is asked for; everything of it lives in the page's address."""

    show: str = "all"
    cursor: str = ""
    limit: int = 50


def suggestion_page(asked: SuggestionsAsked, *, actor: Actor) -> Page[AccountLink]:
    """One page of the queue, the surest first; each with `person_state`."""
    rows = _suggested(asked.show, actor=actor).annotate(
        person_state=state_expression(at=now(), person="person__"),
    )
    filters = {"show": asked.show}
    sort = _OLDEST_FIRST if asked.show == "name" else _SURE_FIRST
    return page(rows, sort=sort, cursor=asked.cursor, filters=filters, limit=asked.limit)


def suggestion_counts(*, actor: Actor) -> dict[str, int]:
    """How many suggestions each filter shows, up to the bound."""
    of = {name: _suggested(name, actor=actor) for name in SUGGESTION_FILTERS if name != "all"}
    counts = bounded_counts(**of)
    return {"all": min(sum(counts.values()), MOST + 1), **counts}


def _suggested(show: str, *, actor: Actor) -> QuerySet[Any]:
    if show not in SUGGESTION_FILTERS:
        raise NotFound(f"There is no filter {show!r} of suggestions; start from all of them.")
    return suggestions(actor=actor).filter(_SUGGESTED[show])


def word_to_undo(account: Account, *, actor: Actor) -> AccountWord | None:
    """The last word that was not undone, if it still can be; of an account that is locked."""
    visible = accounts(actor=actor).filter(pk=account.pk)
    last = AccountWord.objects.filter(account__in=visible, undone_at=None).order_by("-id").first()
    return last if last and last.can_be_undone else None


def ownerships(*, actor: Actor) -> QuerySet[Ownership]:
    """Who answers for the accounts the actor may see, with `owner_may_hold`, `backup_may_hold` and
    `sponsor_may_hold`: None where nobody is named."""
    at, seen = now(), Ownership.objects.select_related("owner", "backup_owner", "sponsor")
    may = {
        name: Case(
            When(**{f"{person}__isnull": True}, then=None),
            When(may_not_hold_access(at=at, person=f"{person}__"), then=False),
            default=True,
        )
        for name, person in (
            ("owner_may_hold", "owner"),
            ("backup_may_hold", "backup_owner"),
            ("sponsor_may_hold", "sponsor"),
        )
    }
    visible = accounts(actor=actor).order_by()
    return seen.filter(account__in=visible.values("pk")).annotate(**may).order_by("account_id")


def linking_domains(*, actor: Actor) -> QuerySet[LinkingDomain]:
    """Domains that ignore a part of their addresses."""
    seen = LinkingDomain.objects.order_by("name")
    return seen if actor.may("settings.view") else seen.none()


def linking_domain_to_change(ref: UUID | str, *, actor: Actor) -> LinkingDomain:
    """Fetch and lock."""
    mine = linking_domains(actor=actor).select_for_update()
    if domain := mine.filter(ref=as_ref(ref)).first():
        return domain
    raise NotFound("There is no such domain; reload the page to see those there are.")


def _confirmed(account: OuterRef | F) -> QuerySet[AccountLink]:
    return AccountLink.objects.filter(account=account, state=_State.CONFIRMED).order_by()
