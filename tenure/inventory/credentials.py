"""Keys as their pages show them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import QueryDict

from tenure.inventory import access_wording, credential_wording, queries, timelines, wording
from tenure.inventory.event_wording import with_authors
from tenure.inventory.listing import Columns, address_of, chips, foot_of, heads, searched
from tenure.inventory.models import Account, Credential, CredentialChange
from tenure.inventory.queries import (
    CREDENTIAL_FILTERS,
    CREDENTIAL_SORTS,
    MOST_KEYS,
    CredentialsAsked,
)
from tenure.inventory.records import pretty
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.counting import are_many

_COLUMNS: Columns = (
    ("", (("Key", "name"),)),
    ("t-w-5", (("Acts as", ""),)),
    ("t-w-4", (("Where", ""),)),
    ("t-w-4", (("Made", "created"), ("expires", ""))),
    ("t-w-3", (("Last used", "used"),)),
    ("t-w-5", (("Needs attention", ""),)),
)


def credential_list(address: QueryDict, *, actor: Actor) -> dict[str, Any]:
    """Context of /credentials. Three queries."""
    at = now()
    asked = CredentialsAsked(
        show=address.get("show") or "all",
        search=searched(address),
        sort=address.get("sort", "") if address.get("sort") in CREDENTIAL_SORTS else "name",
        cursor=address.get("cursor", ""),
    )
    counts = queries.credential_counts(actor=actor)
    each = not asked.search and are_many(counts.get(asked.show))
    page = queries.credential_page(asked, each=each, actor=actor)
    held = {"show": asked.show, "q": asked.search, "sort": asked.sort}
    for key in page.rows:
        say(key, at=at)
    return {
        "asked": asked,
        "rows": page.rows,
        "filters": chips(CREDENTIAL_FILTERS, counts, held),
        "columns": heads(_COLUMNS, held),
        "has_several_connections": counts["connections"] > 1,
        "is_empty": not counts["all"] and not counts["over"],
        "here": address_of(held, cursor=asked.cursor),
        **foot_of(page, counts[asked.show], held, asked.search, ("key", "keys")),
    }


def say(key: Any, *, at: datetime) -> None:  # noqa: ANN401 - a key with its owner's account
    """Give a row its words."""
    key.state = credential_wording.state_of(key, at=at)
    key.is_rule = credential_wording.is_rule(key)
    said = credential_wording.flags_in_words(key, at=at)
    key.attention, key.also = said[0] if said else None, said[1:]
    key.ending = credential_wording.ending(key)
    key.owner_label = credential_wording.owner_name(key)
    key.owner_word = credential_wording.owner_word(key)


def holds_context(accounts: list[Account], *, actor: Actor) -> dict[str, Any]:
    """Context of the block of keys and groups of one account, or of all of a person's. Three
    queries."""
    at = now()
    keys = queries.credentials_of(accounts, actor=actor) if accounts else []
    inside = queries.groups_of(accounts, actor=actor) if accounts else []
    for key in keys:
        say(key, at=at)
    groups = [
        {
            "group": one.entitlement.resource,
            "since": access_wording.added(
                at=one.began_at, not_before=one.began_not_before, known_by=one.began_known_by
            ),
        }
        for one in inside
    ]
    return {"keys": keys[:MOST_KEYS], "has_more_keys": len(keys) > MOST_KEYS, "groups": groups}


def credential_context(
    key: Any,  # noqa: ANN401 - same
    changes: list[CredentialChange],
    *,
    actor: Actor,
) -> dict[str, Any]:
    """Context of a key's page or of the panel beside the list. No query more."""
    at, account = now(), key.account
    say(key, at=at)
    return {
        "key": key,
        "said": credential_wording.STATES[key.state],
        "reach": credential_wording.reach(key, at=at),
        "person_label": wording.person_label(account) if account else "",
        "person_state": wording.PERSON_STATES.get(account.person_state) if account else None,
        "answers": getattr(getattr(account, "ownership", None), "owner", None),
        "is_admin_key": key.kind == Credential.Kind.ADMIN_KEY,
        "is_rule": key.is_rule,
        "provider": getattr(key, "provider", None),
        "list_label": "Rules read" if key.is_rule else "Keys read",
        "began": access_wording.known(
            at=key.began_at, not_before=key.began_not_before, known_by=key.began_known_by
        ),
        "history": timelines.newest_first(credential_wording.steps_of(key, changes)),
        "raw": pretty(key.raw) if key.raw else "",
        "may_see_people": actor.may_somewhere("people.view"),
        "may_see_runs": actor.may("connections.view", connection=str(key.connection.ref)),
    }


def told_history_of_credential(
    key: Any,  # noqa: ANN401 - same
    changes: list[CredentialChange],
    *,
    actor: Actor,
) -> list[dict[str, Any]]:
    """What happened to it, with what the log tells, for the page that has no question left."""
    say(key, at=now())
    events = queries.told_of_credential(key, actor=actor)
    return timelines.newest_first(with_authors(credential_wording.steps_of(key, changes), events))
