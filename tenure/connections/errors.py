"""Refusals of this slice."""

from __future__ import annotations

from tenure.connectors.base import FailureKind
from tenure.lib.errors import Unreachable


class ProviderRefused(Unreachable):
    """The provider, or the way to it, said no. `field` names the input to mend, if it is one."""

    def __init__(self, message: str, *, reason: FailureKind, field: str | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.field = field
