"""The work list as its page shows it; whatever is asked for lives in the address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from tenure.compliance import queries, wording
from tenure.compliance.catalog import catalogue
from tenure.compliance.queries import WorkAsked
from tenure.lib.actor import Actor
from tenure.lib.counting import in_words


def work_list(said: Mapping[str, Any], *, actor: Actor) -> dict[str, Any]:
    """Context of /findings, as far as the address makes sense. Four queries."""
    filters = queries.work_filters(actor=actor)
    show = said.get("show", "")
    asked = WorkAsked(**{**said, "show": show if show in filters else "open"})
    some = queries.work_page(asked, actor=actor)
    counts = queries.work_counts(asked, actor=actor)
    held = {
        "show": asked.show,
        "test": asked.test,
        "connection": asked.connection,
        "owner": asked.owner,
    }
    return {
        "asked": asked,
        "lines": wording.lines(some.rows, at=queries.seen_until(actor)),
        "chips": [
            {
                "label": label,
                "url": _address({**held, "show": name}),
                "count": in_words(counts[name]),
                "current": name == asked.show,
            }
            for name, label in filters.items()
            if counts[name] or name in ("open", asked.show)
        ],
        "selects": _selects(asked, actor),
        "is_narrowed": bool(asked.test or asked.connection or asked.owner),
        "summary": f"{len(some.rows)} of {in_words(counts[asked.show])}",
        "next_url": _address({**held, "cursor": some.next}) if some.next else "",
        "previous_url": _address({**held, "cursor": some.previous}) if some.previous else "",
        "download": f"?{urlencode({name: value for name, value in held.items() if value})}",
        "may_exempt": asked.show != "late" and actor.may_somewhere("findings.exempt"),
        "may_assign": asked.show != "late" and actor.may_somewhere("findings.assign"),
        "sees_owners": actor.window is None,
    }


def _selects(asked: WorkAsked, actor: Actor) -> list[dict[str, Any]]:
    """The narrowing selects; one with a single choice would say nothing."""
    tests = [(slug, test.title) for slug, test in catalogue().items()]
    connections = [(str(one.ref), one.name) for one in queries.finding_connections(actor=actor)]
    owners = [(str(one.ref), str(one)) for one in queries.finding_owners(actor=actor)]
    selects = [
        {"name": "test", "label": "Test", "all": "Every test", "options": tests},
        {
            "name": "connection",
            "label": "Connection",
            "all": "Every connection",
            "options": connections if len(connections) > 1 else [],
        },
        {
            "name": "owner",
            "label": "Owner",
            "all": "Whoever owns it",
            "options": [*owners, (queries.NOBODY, "Nobody")] if owners else [],
        },
    ]
    for select in selects:
        select["value"] = getattr(asked, str(select["name"]))
    return [select for select in selects if select["options"]]


def _address(said: Mapping[str, str]) -> str:
    """The list with these filters; what is as always is left out."""
    words = {name: value for name, value in said.items() if value and (name, value) != _USUAL}
    here = reverse("compliance:findings")
    return f"{here}?{urlencode(words)}" if words else here


_USUAL = ("show", "open")
