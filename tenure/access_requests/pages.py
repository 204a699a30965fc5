"""The lists of requests, as their templates show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from tenure.access_requests import queries
from tenure.access_requests.cards import cards_of, lines_of
from tenure.access_requests.models import AccessRequest
from tenure.lib.actor import Actor
from tenure.lib.counting import bounded_counts, in_words
from tenure.lib.paging import Page, Sort, page

_NEWEST = Sort("newest", ("-id",))
_SHOWN: Mapping[str, str] = {
    "all": "All",
    "waiting": "Need approval",
    "being_given": "Being given",
    "given": "Given",
    "over": "Over",
}
_ON_A_PAGE, _BESIDE, _TASKS = 20, 3, 5


def waiting_rows(actor: Actor) -> QuerySet[AccessRequest]:
    """What waits for the reader, for the navigation."""
    return queries.requests_for_me_to_answer(actor=actor).order_by()


def tabs_of(current: str, counts: Mapping[str, int], *, actor: Actor) -> list[dict[str, Any]]:
    """The four views of requests; all of them only for who oversees some."""
    here = reverse("access_requests:requests")
    tabs = [("yours", "For you to answer"), ("mine", "Mine")]
    if actor.may_somewhere("requests.view"):
        tabs.append(("all", "All"))
    shown = [
        {
            "label": label,
            "url": f"{here}?show={name}",
            "count": in_words(counts[name]) if name in counts else None,
            "current": name == current,
        }
        for name, label in tabs
    ]
    catalogue = reverse("access_requests:catalogue")
    is_here = current == "catalogue"
    return [*shown, {"label": "Catalogue", "url": catalogue, "current": is_here}]


def list_page(said: Mapping[str, str], *, actor: Actor) -> dict[str, Any]:
    """Context of /requests: at first what waits for the reader, where something does."""
    counts = _counts(said.get("show", ""), actor)
    show = said.get("show") if said.get("show") in counts else ""
    show = show or ("yours" if counts["yours"] else "mine")
    cursor = said.get("cursor", "")
    shown = {"show": show, "tabs": tabs_of(show, counts, actor=actor)}
    if show == "all":
        return shown | _all(said.get("state", ""), cursor, counts, actor)
    if show == "mine":
        return shown | _mine(cursor, counts["mine"], actor)
    some = queries.inbox_page(cursor=cursor, limit=_ON_A_PAGE, actor=actor)
    cards = cards_of(some.rows, actor=actor)
    here = f"{reverse('access_requests:requests')}?show=yours"
    return shown | {"cards": cards, "here": here} | _foot(some, counts["yours"], show=show)


def _counts(show: str, actor: Actor) -> dict[str, int]:
    """One question; how many of each state only where they are shown."""
    sets = {"yours": waiting_rows(actor), "mine": queries.requests_of_me(actor=actor).order_by()}
    if actor.may_somewhere("requests.view"):
        sets["all"] = queries.all_requests(actor=actor).order_by()
        if show == "all":
            states = (name for name in _SHOWN if name != "all")
            some = {n: queries.all_requests(show=n, actor=actor).order_by() for n in states}
            sets |= {f"all_{name}": rows for name, rows in some.items()}
    return bounded_counts(**sets)


def _all(state: str, cursor: str, counts: Mapping[str, int], actor: Actor) -> dict[str, Any]:
    state = state if state in _SHOWN else "all"
    wanted = queries.all_requests(show=state, actor=actor)
    some = page(wanted, sort=_NEWEST, cursor=cursor, filters={"state": state})
    number = counts["all" if state == "all" else f"all_{state}"]
    here = reverse("access_requests:requests")
    chips = [
        {
            "label": label,
            "url": f"{here}?{urlencode({'show': 'all', 'state': name})}",
            "count": in_words(counts["all" if name == "all" else f"all_{name}"]),
            "current": name == state,
        }
        for name, label in _SHOWN.items()
    ]
    lines = lines_of(some.rows, actor=actor)
    query = "" if state == "all" else f"?show={state}"
    return {"lines": lines, "chips": chips, "query": query} | _foot(
        some, number, show="all", state=state
    )


def _mine(cursor: str, number: int, actor: Actor) -> dict[str, Any]:
    wanted = queries.requests_of_me(actor=actor)
    some = page(wanted, sort=_NEWEST, cursor=cursor, limit=_ON_A_PAGE, filters={"mine": "1"})
    cards = lines_of(some.rows, with_timeline=True, actor=actor)
    return {"cards": cards} | _foot(some, number, show="mine")


def _foot(some: Page[AccessRequest], number: int, **said: str) -> dict[str, Any]:
    def address(cursor: str | None) -> str:
        words = {name: word for name, word in {**said, "cursor": cursor}.items() if word}
        return f"{reverse('access_requests:requests')}?{urlencode(words)}" if cursor else ""

    return {
        "summary": f"{len(some.rows)} of {in_words(number)}",
        "next_url": address(some.next),
        "previous_url": address(some.previous),
    }


def own_beside(*, with_given: bool = True, actor: Actor) -> dict[str, Any]:
    """What the reader asked for lately and has by it, beside what waits for them."""
    wanted = queries.requests_of_me(actor=actor).filter(state__in=AccessRequest.OPEN)
    wanted = wanted if with_given else wanted.exclude(state__in=AccessRequest.GIVES)
    some = list(wanted[: _BESIDE + 1])
    mine = f"{reverse('access_requests:requests')}?show=mine"
    cards = lines_of(some[:_BESIDE], with_timeline=True, actor=actor)
    return {"cards": cards, "more_url": mine if len(some) > _BESIDE else ""}


def tasks_of(actor: Actor) -> dict[str, Any]:
    """What waits for somebody, the most urgent first, for the page of their tasks."""
    some = queries.inbox_page(limit=_TASKS, actor=actor)
    cards = cards_of(some.rows, actor=actor)
    return {"cards": cards, "count": f"{len(cards)}{'+' if some.next else ''}"}
