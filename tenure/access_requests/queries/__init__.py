"""Every way to read access requests; each module says at its head what there is.

requests    those somebody may see, that wait for them, or are theirs
catalogue   what can be asked for, and why not
previews    who would be asked
people      who acts, and whom somebody asks for
context     what whoever approves looks at
policies    policies and approver groups
sweeps      what time has come for
"""

from __future__ import annotations

from tenure.access_requests.queries.catalogue import (
    CatalogueAsked,
    Shelf,
    catalogue,
    offer_of,
    thing_to_offer,
)
from tenure.access_requests.queries.people import person_acting, person_named, person_to_ask_for
from tenure.access_requests.queries.previews import Preview, policy_of, preview, rules_of
from tenure.access_requests.queries.requests import (
    SHOWS,
    all_requests,
    inbox_page,
    is_own,
    may_answer,
    may_cancel,
    may_manage,
    own_people,
    request_of,
    request_to_change,
    request_to_mind,
    requests,
    requests_for_me_to_answer,
    requests_of_me,
    waiting_count,
    with_steps,
)

__all__ = [
    "SHOWS",
    "CatalogueAsked",
    "Preview",
    "Shelf",
    "all_requests",
    "catalogue",
    "inbox_page",
    "is_own",
    "may_answer",
    "may_cancel",
    "may_manage",
    "offer_of",
    "own_people",
    "person_acting",
    "person_named",
    "person_to_ask_for",
    "policy_of",
    "preview",
    "request_of",
    "request_to_change",
    "request_to_mind",
    "requests",
    "requests_for_me_to_answer",
    "requests_of_me",
    "rules_of",
    "thing_to_offer",
    "waiting_count",
    "with_steps",
]
