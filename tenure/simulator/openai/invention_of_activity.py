"""What people and machines of an invented company did in its last days: logins and usage."""

from __future__ import annotations

from random import Random

from tenure.simulator.openai.consumption import DAY_S, use
from tenure.simulator.openai.history import Actor
from tenure.simulator.openai.invention import HISTORY_ENDS
from tenure.simulator.openai.model import ProjectKey, Usage
from tenure.simulator.openai.organization import Organization
from tenure.simulator.openai.sessions import record_login, session_of

_LOGS_IN, _ON_A_DAY, _NEVER_USED, _USED_ON_A_DAY, _FAILS = 0.6, 0.2, 0.2, 0.3, 0.02
_KINDS = (*("completions",) * 8, "embeddings", "images")
_MODELS = ("gpt-6", "gpt-6-mini", "text-embedding-4")


def invent_activity(organization: Organization, *, days: int) -> None:
    """So many days that end where the invented history ends."""
    if not days:
        return
    chance = Random(f"{organization.seed} activity")  # noqa: S311 - repeatable on purpose
    people = [u for u in organization.users if not u.is_service_account]
    logins: list[tuple[int, Actor]] = []
    for user in people:
        if chance.random() < _LOGS_IN:
            session = session_of(organization, user)
            moments = _moments(chance, days, _ON_A_DAY)
            logins += [(at, session) for at in moments if at >= user.added_at]
    for at, session in sorted(logins, key=lambda login: login[0]):
        record_login(organization, session, at=at, failed=chance.random() < _FAILS)
    for project_id, keys in organization.project_keys.items():
        for key in keys:
            if chance.random() >= _NEVER_USED:
                _use(organization, chance, project_id, key, days)


def _use(
    organization: Organization, chance: Random, project_id: str, key: ProjectKey, days: int
) -> None:
    ends = min(HISTORY_ENDS, key.expires_at or HISTORY_ENDS)
    user_id = key.owner.id if key.owner.type == "user" else None
    for at in _moments(chance, days, _USED_ON_A_DAY):
        if key.created_at <= at < ends:
            used = Usage(
                at=at,
                project_id=project_id,
                user_id=user_id,
                api_key_id=key.id,
                model=chance.choice(_MODELS),
                requests=chance.randint(1, 400),
                input=chance.randint(100, 900_000),
                output=chance.randint(1, 90_000),
            )
            use(organization, chance.choice(_KINDS), used)


def _moments(chance: Random, days: int, share: float) -> list[int]:
    """One moment on each of a share of the days."""
    return [
        HISTORY_ENDS - day * DAY_S + chance.randrange(6 * 3600, 20 * 3600)
        for day in range(days, 0, -1)
        if chance.random() < share
    ]
