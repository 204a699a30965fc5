"""Decisions that somebody has to answer for."""

from __future__ import annotations

from tenure.lib.actor import Actor
from tenure.users import queries, rules


def check_in_person(*, actor: Actor) -> None:
    """Refuse the local operator and jobs, who are nobody, once there is an admin."""
    rules.check_decides_in_person(
        actor_kind=actor.kind, an_admin_exists=queries.has_admin(actor=actor)
    )
