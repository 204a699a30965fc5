"""Who asks for what at Halden Optics: what can be asked for, and requests as far as they have come.

Nothing is written into a state: people ask and answer through the same operations as anybody, and
the worker gives what was approved. So none has ended here: nobody waited that long.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from tenure.access_requests.models import AccessRequest
from tenure.access_requests.operations.approve_request import approve_request
from tenure.access_requests.operations.cancel_request import cancel_request
from tenure.access_requests.operations.comment_on_request import comment_on_request
from tenure.access_requests.operations.deny_request import deny_request
from tenure.access_requests.operations.save_approver_group import save_approver_group
from tenure.access_requests.operations.save_policy import save_policy
from tenure.access_requests.operations.set_catalogue_entry import set_catalogue_entry
from tenure.access_requests.operations.submit_request import submit_request
from tenure.access_requests.policy_rules import Approver, Policy, Step
from tenure.access_requests.writing import EntryWords, PolicyWords
from tenure.demo.company import ADMIN, DOMAIN, EMPLOYEE, REVIEWER, SECOND
from tenure.inventory import queries as inventory
from tenure.lib.actor import Actor
from tenure.users import queries as users
from tenure.users.actors import actor_of_user, local_operator
from tenure.users.operations.create_user import create_user

# People who ask, besides the employee and the newcomer: they may sign in, and are nothing else.
ASKERS = {
    f"ida.nyberg@{DOMAIN}": "Ida Nyberg",
    f"lukas.brandt@{DOMAIN}": "Lukas Brandt",
    f"emil.strand@{DOMAIN}": "Emil Strand",
}
IDA, LUKAS, EMIL = ASKERS
_WORDS: Mapping[str, str] = {
    "docs-assistant": "Answers questions about our manuals, for Support and Product.",
    "edge-calibration": "Calibration of the cameras at the edge; joint work with Vision.",
    "ingest-prod": "Reads what customers send us. In production: what is done here is seen.",
    "label-studio": "Labels pictures for training. Costs are capped, mistakes are cheap.",
    "pricing-models": "Forecasts of Finance and Sales. Contains figures that are not public.",
    "roadmap-summaries": "Summaries for Product of what customers asked for.",
    "search-relevance": "Ranking for the search of the shop.",
    "vision-eval": "Nightly evaluation of the vision models.",
}
_EASY = ("docs-assistant", "label-studio", "roadmap-summaries")


class _Ask(NamedTuple):
    """A request as somebody makes it, and who says yes to it by now."""

    by: str
    project: str
    role: str
    days: int | None
    reason: str
    approved_by: tuple[str, ...] = ()


_ASKED = (
    # Waits for their manager, who asked something.
    _Ask(IDA, "edge-calibration", "member", 30, "Design review of the calibration screens"),
    # Waits for the system owner.
    _Ask(EMPLOYEE, "vision-eval", "owner", 30, "I take over the nightly evaluation", (SECOND,)),
    # Given; one of them ends within days.
    _Ask(EMPLOYEE, "docs-assistant", "member", 90, "Answers in Norwegian", (SECOND,)),
    _Ask(EMPLOYEE, "edge-calibration", "member", 3, "Calibration week", (SECOND, ADMIN)),
    # Invited: there is no account yet.
    _Ask(EMIL, "label-studio", "member", 90, "On call for labelling", (REVIEWER,)),
    _Ask(LUKAS, "pricing-models", "owner", 30, "Forecast for the spring prices"),
    _Ask(IDA, "label-studio", "member", 7, "Workshop on labelling"),
)


def request(*, by: str) -> None:
    """Say what can be asked for and by whom it is approved; then people ask and answer."""
    for email, name in ASKERS.items():
        create_user(email=email, name=name, actor=local_operator())
    _decide_what_is_offered(_actor(by))
    sent = [_ask(one) for one in _ASKED]
    _talk(*sent)


def _decide_what_is_offered(admin: Actor) -> None:
    """Words for projects; what is harmless needs the manager only; one group approves figures."""
    save_approver_group(name="Figures", people=[ADMIN, SECOND], actor=admin)
    easy = Policy(steps=(Step(approvers=(Approver(kind="manager"),)),))
    policy = save_policy(words=PolicyWords(name="Manager only", rules=easy), actor=admin)
    for name, description in _WORDS.items():
        words = EntryWords(
            description=description, owner=SECOND, policy=policy.ref if name in _EASY else ""
        )
        _entry(name, "member", words, admin)
    owned = "Answers for the project: its members, its keys and its limits."
    for name in ("vision-eval", "pricing-models"):
        words = EntryWords(listing="listed", description=owned, owner=SECOND, most_days=90)
        _entry(name, "owner", words, admin)


def _entry(name: str, role: str, words: EntryWords, admin: Actor) -> None:
    project = inventory.project_by_name(name, actor=admin)
    set_catalogue_entry(resource=project.ref, role=role, changes=words, actor=admin)


def _ask(one: _Ask) -> AccessRequest:
    """Somebody asks, and those say yes who have by now."""
    asker = _actor(one.by)
    project = inventory.project_by_name(one.project, actor=_actor(ADMIN))
    sent = submit_request(
        resource=project.ref, role=one.role, reason=one.reason, days=one.days, actor=asker
    )
    for email in one.approved_by:
        approve_request(ref=sent.ref, actor=_actor(email))
    return sent


def _talk(asked: AccessRequest, *others: AccessRequest) -> None:
    """A question, a no, and a change of mind."""
    words = "Do you need to change anything there, or only to see it?"
    comment_on_request(ref=asked.ref, text=words, actor=_actor(REVIEWER))
    *_, denied, cancelled = others
    why = "Member of pricing-models is enough for the forecast; ask for that."
    deny_request(ref=denied.ref, reason=why, actor=_actor(REVIEWER))
    why = "The workshop was moved to spring"
    cancel_request(ref=cancelled.ref, reason=why, actor=_actor(IDA))


def _actor(email: str) -> Actor:
    return actor_of_user(users.user_of_email(email, actor=local_operator()))
