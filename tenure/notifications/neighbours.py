"""What notifications need to know from slices that stand above them, asked through the settings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Reader:
    """The user behind an address. One who was shut out is told nothing."""

    user_ref: UUID
    permission_sets: frozenset[str]
    is_active: bool


def readers_of(address_keys: Collection[str]) -> Mapping[str, Reader]:
    """Folded address -> user, for the addresses that are a user's."""
    resolver: Callable[[Collection[str]], Mapping[str, Reader]] = import_string(
        settings.TENURE_READER_RESOLVER
    )
    return resolver(address_keys)


def works_on() -> Callable[[date], bool]:
    """Tells of a day whether the organization works on it."""
    resolver: Callable[[], Callable[[date], bool]] = import_string(settings.TENURE_WORK_RESOLVER)
    return resolver()


def permission_sets_of(user_ref: str) -> frozenset[str]:
    resolver: Callable[[str], frozenset[str]] = import_string(settings.TENURE_READER_SETS_RESOLVER)
    return resolver(user_ref)
