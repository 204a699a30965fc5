"""A tie of an account to a person, as it is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tenure.inventory.models import Account, AccountLink

_OWN_FIELDS = (
    "ref",
    "state",
    "method",
    "confidence",
    "reason",
    "decided_at",
    "decided_by",
    "ended_at",
)
LINK_FIELDS = (*_OWN_FIELDS, "person__ref", "person__name", "person__email", "person__external_id")


@dataclass(frozen=True, slots=True)
class LinkLine:
    """One tie of an account to a person, past or present, suggested or decided."""

    ref: UUID
    state: str
    method: str
    confidence: str
    reason: str
    decided_at: datetime
    decided_by: str
    ended_at: datetime | None
    person_ref: UUID
    person_name: str

    @classmethod
    def of(cls, link: AccountLink) -> LinkLine:
        """The line of a link that is at hand with its person."""
        own = {name: getattr(link, name) for name in _OWN_FIELDS}
        return cls(**own, person_ref=link.person.ref, person_name=str(link.person))

    @property
    def method_in_words(self) -> str:
        return AccountLink.Method(self.method).label

    @property
    def confidence_in_words(self) -> str:
        return AccountLink.Confidence(self.confidence).label


def line_of(of: Account) -> LinkLine:
    """One of the links that an account was fetched with."""
    each = {name: getattr(of, f"each_{name}") for name in LINK_FIELDS}
    ref, *names = (each.pop(f"person__{name}") for name in ("ref", "name", "email", "external_id"))
    return LinkLine(**each, person_ref=ref, person_name=next(filter(None, names), ""))
