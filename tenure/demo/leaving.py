"""Who is leaving Halden Optics: one case is complete, one under way, one waits for two people."""

from __future__ import annotations

from tenure.connections import queries as connections
from tenure.connections.operations.set_removal import set_removal
from tenure.demo.company import DOMAIN
from tenure.inventory.operations.request_sync import request_sync
from tenure.lib.actor import Actor
from tenure.offboarding import queries
from tenure.offboarding.impact import preview_of
from tenure.offboarding.models import OffboardingCase
from tenure.offboarding.operations.add_item import add_item
from tenure.offboarding.operations.approve_case import approve_case
from tenure.offboarding.operations.choose_item import choose_item
from tenure.offboarding.operations.open_case import open_case
from tenure.offboarding.planning import items_of
from tenure.people import queries as people
from tenure.users import queries as users
from tenure.users.actors import actor_of_user, local_operator

GONE, GOING, OWNER = "greta.lindholm", "otto.brandvik", "hugo.castellanos"


def let_leave(*, by: str) -> None:
    """Turn removal on, and approve what is planned of three; the worker does the rest."""
    actor = actor_of_user(users.user_of_email(by, actor=local_operator()))
    connection = connections.connections(actor=actor).get()
    set_removal(ref=connection.ref, is_on=True, actor=actor)
    _approve(_open(GONE, actor), actor)
    laptop = _open(GOING, actor)
    add_item(case_ref=laptop.ref, label="Return the laptop", place="Front desk", actor=actor)
    _approve(laptop, actor)
    owner = _open(OWNER, actor)
    for key in items_of(owner).filter(kind="project_key"):
        choose_item(ref=key.ref, action="by_hand", actor=actor)
    _approve(owner, actor)
    request_sync(connection_ref=connection.ref, actor=actor)


def _open(name: str, actor: Actor) -> OffboardingCase:
    """Their case; the worker may have opened it first, because their time is over."""
    person = people.person_by_email(f"{name}@{DOMAIN}", actor=actor)
    case = queries.open_case_of(person, actor=actor)
    return case or open_case(person_ref=person.ref, actor=actor)


def _approve(case: OffboardingCase, actor: Actor) -> None:
    preview = preview_of(case, list(items_of(case)), actor=actor)
    approve_case(ref=case.ref, preview=preview, actor=actor)
