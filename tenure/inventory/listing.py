"""The lists as their pages show them; whatever is asked for lives in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.http import urlencode

from tenure.inventory import access_wording, activity_wording, queries, wording
from tenure.inventory.models import Resource
from tenure.inventory.queries import (
    ACCOUNT_FILTERS,
    PEOPLE_FILTERS,
    PROJECT_FILTERS,
    REACH_FILTERS,
    SUGGESTION_FILTERS,
    AccountsAsked,
    PeopleAsked,
    ProjectsAsked,
    Reach,
    SuggestionsAsked,
)
from tenure.inventory.queries.accounts import SORTS
from tenure.lib.actor import Actor
from tenure.lib.counting import are_many, in_words
from tenure.lib.paging import Page
from tenure.lib.text import quantity
from tenure.people import queries as people_queries

_LONGEST_SEARCH = 200
# Classes, and the words of the head with the order each sorts by; the name has the room left.
Columns = Sequence[tuple[str, Sequence[tuple[str, str]]]]
_COLUMNS: Columns = (
    ("", (("Account", "name"),)),
    ("t-w-2 t-col-spare", (("Role", "role"), ("since", "since"))),
    ("t-w-35", (("Belongs to", ""),)),
    ("t-w-3 t-col-spare", (("Last activity", "activity"),)),
    ("t-w-4", (("Needs attention", ""),)),
)


def account_list(address: QueryDict, *, actor: Actor) -> dict[str, Any]:
    """Context of /accounts. Two queries."""
    asked = AccountsAsked(
        show=address.get("show") or "all",
        search=searched(address),
        sort=address.get("sort", "") if address.get("sort") in SORTS else "name",
        cursor=address.get("cursor", ""),
    )
    counts = queries.counts(actor=actor)
    many = are_many(counts.get(asked.show))
    page = queries.account_page(
        asked,
        each=many and not asked.search,
        are_few=not many and asked.show != "all",
        actor=actor,
    )
    held = {"show": asked.show, "q": asked.search, "sort": asked.sort}
    for account in page.rows:
        account.attention = wording.attention(account)  # type: ignore[attr-defined] # same
        account.said_by = activity_wording.said_by(account)  # type: ignore[attr-defined] # for the row
        account.role_name = wording.role_name(account.role)  # type: ignore[attr-defined] # same
        account.person_word = wording.person_word(account)  # type: ignore[attr-defined] # same
        account.person_label = wording.person_label(account)  # type: ignore[attr-defined] # same
    return {
        "asked": asked,
        "rows": page.rows,
        "filters": chips(ACCOUNT_FILTERS, counts, held),
        "columns": heads(_COLUMNS, held),
        "has_several_connections": counts["connections"] > 1,
        "is_connected": counts["connections"] > 0,
        "is_empty": not counts["all"] and not counts["gone"],
        "here": address_of(held, cursor=asked.cursor),
        "selected": address.get("account", ""),
        "may_see_people": actor.may_somewhere("people.view"),
        "may_link": actor.may_somewhere("accounts.link"),
        "may_mark": actor.may_somewhere("accounts.mark"),
        "suggested": counts["suggested"],
        **foot_of(page, counts[asked.show], held, asked.search, ("account", "accounts")),
    }


def suggestion_list(address: QueryDict, *, actor: Actor) -> dict[str, Any]:
    """Context of /accounts/suggestions. Two queries."""
    show = address.get("show") or "all"
    asked = SuggestionsAsked(show=show, cursor=address.get("cursor", ""))
    page = queries.suggestion_page(asked, actor=actor)
    counts, held = queries.suggestion_counts(actor=actor), {"show": show}
    for link in page.rows:
        link.said = wording.PERSON_STATES[link.person_state]  # type: ignore[attr-defined] # for the row
        link.role_name = wording.role_name(link.account.role)  # type: ignore[attr-defined] # same
    return {
        "asked": asked,
        "rows": page.rows,
        "filters": chips(SUGGESTION_FILTERS, counts, held),
        "may_see_people": actor.may_somewhere("people.view"),
        "here": address_of(held),
        **foot_of(page, counts[show], held, "", ("suggestion", "suggestions")),
    }


def people_list(address: QueryDict, *, actor: Actor) -> dict[str, Any]:
    """Context of /people. Four queries."""
    narrowing = {name: _typed(address, name) for name in ("department", "manager", "source")}
    asked = PeopleAsked(
        show=address.get("show") or "all",
        search=_typed(address, "q"),
        department=narrowing["department"],
        manager=narrowing["manager"],
        source=narrowing["source"],
        cursor=address.get("cursor", ""),
    )
    sources = [one.name for one in people_queries.sources(actor=actor)]
    counts = queries.people_counts(asked, sources, actor=actor)
    are_few = asked.show != "all" and not are_many(counts.get(asked.show))
    page = queries.people_page(asked, are_few=are_few, actor=actor)
    held = {"show": asked.show, "q": asked.search, **narrowing}
    for person in page.rows:
        person.said = wording.PERSON_STATES[person.state]  # type: ignore[attr-defined] # for the row
        person.department_url = address_of(held, department=person.department)  # type: ignore[attr-defined] # same
        person.manager_url = address_of(held, manager=person.manager_email_key)  # type: ignore[attr-defined] # same
    return {
        "asked": asked,
        "rows": page.rows,
        "filters": chips(PEOPLE_FILTERS, counts, held),
        "sources": _sources(sources, counts, held),
        "narrowed_by": [
            {
                "label": name.capitalize(),
                "value": narrowing[name],
                "url": address_of(held, **{name: ""}),
            }
            for name in ("department", "manager")
            if narrowing[name]
        ],
        "held": {name: value for name, value in held.items() if value and name != "q"},
        "is_empty": not counts["all"] and not any(narrowing.values()),
        "may_import": actor.may("people.manage"),
        **foot_of(page, counts[asked.show], held, asked.search, ("person", "people")),
    }


def _sources(
    sources: list[str], counts: Mapping[str, int], held: Mapping[str, str]
) -> list[dict[str, object]]:
    """Chips of the sources where there are several; the chosen one is let go by its own chip."""
    return [
        {
            "label": name,
            "url": address_of(held, source="" if name == held["source"] else name),
            "count": in_words(counts[f"of {name}"]),
            "current": name == held["source"],
        }
        for name in (sources if len(sources) > 1 else ())
    ]


def project_list(address: QueryDict, *, actor: Actor) -> dict[str, Any]:
    """Context of /projects. Four queries."""
    asked = ProjectsAsked(
        show=address.get("show") or "all",
        search=searched(address),
        cursor=address.get("cursor", ""),
    )
    page = queries.project_page(asked, actor=actor)
    leavers = queries.lasting(of=queries.leaving_ties(actor=actor))
    counts = queries.project_counts(beside={"leavers": leavers}, actor=actor)
    many_left = are_many(counts["leavers"])
    reach = queries.reach_of(page.rows, many_left=many_left, actor=actor) if page.rows else {}
    held = {"show": asked.show, "q": asked.search}
    for project in page.rows:
        project.reach = reach.get(project.pk, Reach())  # type: ignore[attr-defined] # for the row
        project.said = access_wording.project_state(project)  # type: ignore[attr-defined] # same
        project.remark = access_wording.remark_on_list(project)  # type: ignore[attr-defined] # same
    return {
        "asked": asked,
        "rows": page.rows,
        "filters": chips(PROJECT_FILTERS, counts, held),
        "has_several_connections": counts["connections"] > 1,
        "is_empty": not counts["all"],
        **foot_of(page, counts[asked.show], held, asked.search, ("project", "projects")),
    }


def reach_list(project: Resource, address: QueryDict, *, actor: Actor) -> dict[str, Any]:
    """Who reaches one project: a page of accounts, and the filters. Two queries."""
    show, cursor = address.get("show") or "all", address.get("cursor", "")
    counts = queries.reaching_counts(project, actor=actor)
    each = are_many(counts.get(show))
    page = queries.reaching_page(project, show=show, cursor=cursor, each=each, actor=actor)
    held = {"show": show, "q": ""}
    return {
        "rows": page.rows,
        "show": show,
        "reach": {name: in_words(count) for name, count in counts.items()},
        "leavers": counts["leavers"],
        "rules": counts["rules"],
        "filters": chips(REACH_FILTERS, counts, held),
        **foot_of(page, counts[show], held, "", ("account", "accounts")),
    }


def searched(address: QueryDict) -> str:
    """What is looked for, as far as a search goes."""
    return _typed(address, "q")


def _typed(address: QueryDict, name: str) -> str:
    return address.get(name, "").replace("\x00", "").strip()[:_LONGEST_SEARCH]


def address_of(held: Mapping[str, str], **changed: str) -> str:
    """The query of a page like this one; what is as always is left out."""
    usual = {"show": "all", "sort": "name"}
    said = {**held, **changed}
    return "?" + urlencode({name: v for name, v in said.items() if v and v != usual.get(name)})


def heads(columns: Columns, held: Mapping[str, str]) -> list[dict[str, object]]:
    """The heads; those that order the list are links, and the present order is said."""
    direction = "descending" if held["sort"] in ("since", "activity") else "ascending"
    return [
        {
            "classes": classes,
            "sort": direction if held["sort"] in [sort for _, sort in words] else "",
            "words": [
                {
                    "label": label,
                    "url": address_of(held, sort=sort) if sort else "",
                    "current": bool(sort) and sort == held["sort"],
                }
                for label, sort in words
            ],
        }
        for classes, words in columns
    ]


def chips(
    words: Mapping[str, str], counts: Mapping[str, int], held: Mapping[str, str]
) -> list[dict[str, object]]:
    """The filters of a list with their counts, for {% filter_bar %}."""
    return [
        {
            "label": label,
            "url": address_of(held, show=name),
            "count": in_words(counts[name]),
            "current": name == held["show"],
        }
        for name, label in words.items()
    ]


def foot_of(
    page: Page[Any], count: int, held: Mapping[str, str], search: str, noun: tuple[str, str]
) -> dict[str, str]:
    """What the foot of a list says and where it leads, for {% pager %}."""
    shown = len(page.rows)
    summary = f"{shown} of {in_words(count)} {noun[count != 1]}"
    if search:
        summary = f"{quantity(shown, *noun)} on this page"
    return {
        "summary": summary,
        "next_url": address_of(held, cursor=page.next) if page.next else "",
        "previous_url": address_of(held, cursor=page.previous) if page.previous else "",
        "first_url": address_of(held) if page.previous else "",
        "download": address_of(held),
    }
