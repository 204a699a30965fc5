"""Speaking to one provider for operations: within its budget, and only when it is the right one."""

from __future__ import annotations

import random
from collections import Counter
from http import HTTPStatus
from types import TracebackType
from typing import Self

from tenure.connections import budget
from tenure.connections.connecting import CannotChange, open_changing_connector
from tenure.connections.models import Connection
from tenure.connectors.base import ProviderError
from tenure.connectors.changing import (
    Change,
    Changed,
    Changing,
    Found,
    Identity,
    Sight,
    Target,
    TargetKind,
)
from tenure.provisioning import rules, words
from tenure.provisioning.models import ProvisioningOperation

Block = ProvisioningOperation.Block
# Failures that no waiting mends, and what they stop.
_BLOCKS: dict[str, ProvisioningOperation.Block] = {
    "wrong_organization": Block.WRONG_ORGANIZATION,
    "missing_scope": Block.NO_PERMISSION,
    "invalid_key": Block.NO_PERMISSION,
    "not_an_admin_key": Block.NO_PERMISSION,
    "not_a_member": Block.NO_PERMISSION,
    "address_not_allowed": Block.NO_PERMISSION,
    "unsupported_region": Block.NO_PERMISSION,
    "quota_exhausted": Block.NO_PERMISSION,
    "bad_input": Block.NO_PERMISSION,
    "parent_gone": Block.ARCHIVED,
}
_OF_THE_KEY = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_AGAIN_S = 15.0


class NotNow(Exception):
    """Nothing was sent, and nothing is wrong with the operation: look again in so many seconds."""

    def __init__(self, seconds: float, said: str) -> None:
        super().__init__(said)
        self.seconds = seconds


class Refused(Exception):
    """Nothing may be sent before a person did something; the message says what.

    Where it is the provider's word about our key, it `may_be_false`.
    """

    def __init__(
        self, block: ProvisioningOperation.Block, said: str, *, may_be_false: bool = False
    ) -> None:
        super().__init__(said)
        self.block, self.may_be_false = block, may_be_false


class Asking:
    """One connection's changing connector, opened when it is first needed and closed at the end."""

    def __init__(self, connection: Connection, *, only_reads: bool = False) -> None:
        self._connection, self._only_reads = connection, only_reads
        self._made: Changing | None = None
        self._held: Counter[str] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._made is not None:
            self._made.close()
        if error is None:  # else the database may be gone, and they come back by themselves
            for family, left in self._held.items():
                budget.give_back(self._connection, family, left, purpose="change")

    def look(self, target: Target) -> Sight:
        connector = self._connector()
        self.lease(target)
        try:
            sight = connector.look(target)
        except ProviderError as failure:
            raise self._pause_or_refusal(failure, target) from None
        self._count(target)
        return sight

    def look_in_list(self, target: Target, identity: Identity) -> Sight:
        connector = self._connector()
        self.lease(target)
        try:
            sight = connector.look_in_list(target, identity)
        except ProviderError as failure:
            raise self._pause_or_refusal(failure, target) from None
        self._count(target)
        return sight

    def find(self, kind: TargetKind, email: str) -> Found:
        """Who has an address, of an organization that was checked to be the right one."""
        connector, anybody = self._connector(), Target(kind=kind, id="")
        self.lease(anybody)
        try:
            found = connector.find(kind, email)
        except ProviderError as failure:
            raise self._pause_or_refusal(failure, anybody) from None
        self._count(anybody)
        self.check_organization(found)
        return found

    def change(self, change: Change) -> Changed:
        """Raises ChangeFailed. A request was leased before, so nothing stands between."""
        connector = self._connector()
        try:
            return connector.change(change)
        finally:
            self._count(change.target)

    def check_organization(self, sight: Sight | Found) -> None:
        """Raises Refused unless the answer is of the organization that was connected."""
        judged = self._connection.judged
        header_of_old = judged.organization_header if judged else ""
        named = judged.organization_in_roles if judged else ""
        if not sight.organization or not header_of_old:
            named = self._named_by_roles()
        verdict = rules.which_organization(
            header=sight.organization,
            known=header_of_old,
            named=named,
            organization_id=self._connection.organization_id,
            is_accepted=self._connection.organization_accepted_at is not None,
        )
        if verdict == "another":
            raise Refused(
                Block.WRONG_ORGANIZATION, words.another_organization(self._connection.name)
            )
        if verdict == "not_provable":
            raise Refused(Block.NOT_PROVABLE, words.not_provable(self._connection.name))

    def reserve(self, target: Target, requests: int) -> None:
        """All requests of a turn, of the share that is kept for changes; NotNow when there are
        fewer: among many who wait, a read that nothing can follow would be made in vain.
        """
        family = self._connector().family(target)
        while (missing := requests - self._held[family]) > 0:
            granted = budget.lease(self._connection, family, missing, purpose="change")
            if not granted.requests:
                wait = max(1.0, granted.wait) * self._turn()
                raise NotNow(wait, "The request budget is spent for the moment.")
            self._held[family] += granted.requests

    def lease(self, target: Target) -> None:
        """One request; NotNow when there is none."""
        self.reserve(target, 1)
        self._held[self._connector().family(target)] -= 1

    def _turn(self) -> float:
        """How much longer than for the next request to wait, when other batches wait as well: they
        must not all come back at once for the same one.
        """
        live = ProvisioningOperation.objects.filter(
            connection=self._connection,
            mode=ProvisioningOperation.Mode.CONNECTOR,
            state__in=ProvisioningOperation.LIVE,
        )
        batches = live.order_by().values("batch").distinct().count()
        return random.uniform(1, max(1, batches))  # noqa: S311 - spreads a herd

    def limited(self, target: Target, retry_after: float | None) -> float:
        """The provider wants less of us; the seconds until it may be asked again."""
        family = self._connector().family(target)
        budget.sent(self._connection, {family: (0, 1)})
        seconds = budget.limited(self._connection, family, retry_after=retry_after)
        return seconds or retry_after or _AGAIN_S

    def block_of(self, failure: ProviderError) -> ProvisioningOperation.Block | None:
        return _BLOCKS.get(failure.kind)

    def told(self, failure: ProviderError) -> str:
        """The failure as the reason of a block."""
        if failure.kind == "wrong_organization":
            return words.another_organization(self._connection.name)
        if failure.kind == "parent_gone":
            return words.ARCHIVED
        if failure.kind == "bad_input":
            return str(failure)  # of the address, not of the key
        return words.no_permission(str(failure))

    def _named_by_roles(self) -> str:
        target = Target(kind="member", id="")
        connector = self._connector()
        self.lease(target)
        try:
            named = connector.organization()
        except ProviderError as failure:
            if failure.kind in ("missing_scope", "not_found"):
                return ""  # it cannot say, which is not the same as saying another
            raise self._pause_or_refusal(failure, target) from None
        self._count(target)
        return named

    def _pause_or_refusal(self, failure: ProviderError, target: Target) -> Exception:
        if failure.kind == "rate_limited":
            return NotNow(self.limited(target, failure.retry_after), str(failure))
        self._count(target)
        if (block := self.block_of(failure)) is not None and not failure.may_pass:
            return Refused(block, self.told(failure), may_be_false=may_be_false(failure))
        return NotNow(_AGAIN_S, str(failure))

    def _connector(self) -> Changing:
        if self._made is None:
            try:
                self._made = open_changing_connector(self._connection, only_reads=self._only_reads)
            except CannotChange as refusal:
                asleep = refusal.why == "asleep"
                raise Refused(Block.ASLEEP if asleep else Block.REMOVAL_OFF, str(refusal)) from None
        return self._made

    def _count(self, target: Target) -> None:
        budget.sent(self._connection, {self._connector().family(target): (1, 0)})


def may_be_false(failure: ProviderError) -> bool:
    """Whether it is worth asking again: good keys have been refused once, never for long. That
    another organization answers is believed at once.
    """
    return failure.status in _OF_THE_KEY and failure.kind != "wrong_organization"
