"""What an account can do, as pages and the command line show it: every right with its path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tenure.inventory import access_rules, access_wording, wording
from tenure.inventory.models import Account, Resource
from tenure.inventory.queries import MOST_GRANTS, GrantLine


class Held(NamedTuple):
    """A role on something, in words: what it is, since when, and until when."""

    line: GrantLine
    words: str
    added: str
    ended: str
    is_privileged: bool


@dataclass(frozen=True, slots=True)
class Holdings:
    """What one account can do now, and what it could do earlier.

    `through` is what it holds by being in `groups`. `implied` is what owning the organization gives
    beside it, in one sentence. Of very many grants only the first are there, and `is_cut` says so.
    """

    account: Account
    is_gone: bool
    role: str
    role_meaning: str
    is_privileged: bool
    implied: str
    direct: list[Held]
    through: list[Held]
    groups: list[GrantLine]
    earlier: list[Held]
    is_cut: bool

    @property
    def count(self) -> int:
        return 0 if self.is_gone else 1 + len(self.direct) + len(self.through)

    @property
    def count_in_words(self) -> str:
        """How many it has now; the rest of too many is not counted."""
        has_more = self.is_cut and not self.earlier
        return f"{self.count}{'+' if has_more else ''} {'grant' if self.count == 1 else 'grants'}"


def holdings(
    account: Account, lines: Sequence[GrantLine], *, open_projects: int, is_gone: bool
) -> Holdings:
    """Put together. Of an account that is gone nothing is left, whatever its grants say."""
    own = [line for line in lines if not line.via]
    shown = [*own[:MOST_GRANTS], *(line for line in lines if line.via)]
    active = [line for line in shown if line.ended_at is None and not is_gone]
    over = [line for line in shown if line.ended_at is not None or is_gone]
    implied = ""
    owns = owns_organization(account, lines)
    if owns and open_projects and not is_gone:
        every = "the one project" if open_projects == 1 else f"all {open_projects:,} projects"
        implied = f"Owner of {every}"
    return Holdings(
        account=account,
        is_gone=is_gone,
        role=wording.role_name(account.role),
        role_meaning=wording.role_meaning(account.role),
        is_privileged=access_rules.is_privileged(organization_role=account.role),
        implied=implied,
        direct=[_held(line) for line in active if not line.via and not line.is_membership],
        through=[_held(line) for line in active if line.via],
        groups=[line for line in active if line.is_membership],
        earlier=[_held(line) for line in over if not line.is_membership],
        is_cut=len(own) > MOST_GRANTS,
    )


def owns_organization(account: Account, lines: Sequence[GrantLine]) -> bool:
    """Whether an account owns the organization, by the list of users, a role or a group."""
    return account.role == access_rules.OWNER or any(
        line.role == access_rules.OWNER
        and line.resource_kind == Resource.Kind.ORGANIZATION
        and line.ended_at is None
        for line in lines
    )


def _held(line: GrantLine) -> Held:
    ended = ""
    if line.ended_at is not None:
        ended = access_wording.ended(
            at=line.ended_at, not_before=line.ended_not_before, known_by=line.ended_known_by
        )
    return Held(
        line=line,
        words=f"{access_wording.project_role(line.role, line.role_name)} of {line.project}",
        added=access_wording.added(
            at=line.began_at,
            not_before=line.began_not_before,
            known_by=line.began_known_by,
            by=line.added_by,
        ),
        ended=ended or "Ended with the account",
        is_privileged=access_rules.is_privileged(organization_role="", project_role=line.role),
    )
