"""What the auditor of Halden Optics has asked for: a bundle that the worker makes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tenure.evidence.asking import Given
from tenure.evidence.operations.create_bundle import create_bundle
from tenure.users import queries as users
from tenure.users.actors import actor_of_user, local_operator

_A_QUARTER = timedelta(days=89)


def prove(*, by: str) -> None:
    """Everybody who left in the last quarter, and what became of what they had."""
    actor = actor_of_user(users.user_of_email(by, actor=local_operator()))
    today = datetime.now(UTC).date()
    yesterday = today - timedelta(days=1)
    given = Given(kind="leavers", first=today - _A_QUARTER, last=yesterday)
    create_bundle(given=given, actor=actor)
