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
    offer_named,
    offer_of,
    thing_to_offer,
)
from tenure.access_requests.queries.context import (
    Context,
    context_of,
    what_they_have,
    who_else_has_it,
)
from tenure.access_requests.queries.people import person_acting, person_named, person_to_ask_for
from tenure.access_requests.queries.policies import (
    group_by_ref,
    group_to_change,
    groups,
    policies,
    policies_shown,
    policy_by_ref,
    policy_of,
    policy_to_change,
    policy_to_choose,
    rules_of,
)
from tenure.access_requests.queries.previews import Preview, preview
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
from tenure.access_requests.queries.sweeps import (
    open_step,
    requests_to_escalate,
    requests_to_lapse,
    requests_to_refill,
    requests_to_remind,
)

__all__ = [
    "SHOWS",
    "CatalogueAsked",
    "Context",
    "Preview",
    "Shelf",
    "all_requests",
    "catalogue",
    "context_of",
    "group_by_ref",
    "group_to_change",
    "groups",
    "inbox_page",
    "is_own",
    "may_answer",
    "may_cancel",
    "may_manage",
    "offer_named",
    "offer_of",
    "open_step",
    "own_people",
    "person_acting",
    "person_named",
    "person_to_ask_for",
    "policies",
    "policies_shown",
    "policy_by_ref",
    "policy_of",
    "policy_to_change",
    "policy_to_choose",
    "preview",
    "request_of",
    "request_to_change",
    "request_to_mind",
    "requests",
    "requests_for_me_to_answer",
    "requests_of_me",
    "requests_to_escalate",
    "requests_to_lapse",
    "requests_to_refill",
    "requests_to_remind",
    "rules_of",
    "thing_to_offer",
    "waiting_count",
    "what_they_have",
    "who_else_has_it",
    "with_steps",
]
