"""What is read before and after each kind of change, and when it is as intended.

removal          gone is as intended
addition         there, with the role that was asked for where it has one
change of role   there, with that role
invitation       waiting or accepted, with exactly that role and those projects (`inviting`)
"""

from __future__ import annotations

from datetime import timedelta

from tenure.connectors.changing import Change, Sight, Target
from tenure.provisioning import guarding, rules, words
from tenure.provisioning.asking import Asking
from tenure.provisioning.guarding import Refusal
from tenure.provisioning.models import ProvisioningOperation

Block = ProvisioningOperation.Block
# An invitation that was taken stays listed, and cannot be cancelled any more.
_ACCEPTED = "accepted"
_GONE = "It was gone already when it was read, so nothing was sent."
_THERE = "It was there already when it was read, so nothing was sent."
_HAS_ROLE = "It had that role already when it was read, so nothing was sent."


class Way:
    """One operation's reads, by the id that its target has."""

    # Of a turn that ends with sending.
    requests = 2
    # For so long after a lost answer, what is not seen may still have been done.
    settling: timedelta = rules.SETTLING
    # Between the beginning of the reads and the sending; later, it is read anew.
    send_within_s = rules.SEND_WITHIN_S

    def __init__(self, operation: ProvisioningOperation, asking: Asking) -> None:
        self._operation, self._asking = operation, asking

    def judge(self) -> tuple[Refusal | None, Sight]:
        """Read the target, and hold what is seen against what was planned."""
        raise NotImplementedError

    def already(self, sight: Sight) -> str:
        """That it is as intended, in words; empty when it is not."""
        raise NotImplementedError

    def change(self) -> Change:
        one = self._operation
        return Change(action=one.action, target=one.target, role=one.role)  # type: ignore[arg-type] # the choices are Action

    def look(self) -> Sight:
        """Whether it was made, after an answer that was lost."""
        sight = self._asking.look(self._operation.target)
        self._asking.check_organization(sight)
        return sight

    def read_back(self) -> tuple[Sight, Sight]:
        """By its id, and in its list."""
        return self._both(self._operation.target)

    def wrong(self, sight: Sight) -> Refusal | None:  # noqa: ARG002 - of most, nothing can be
        """Why what was made is another thing than was asked for."""
        return None

    def not_compared(self, sight: Sight) -> str:  # noqa: ARG002 - of most, all is told
        """What the provider did not tell of it, in words."""
        return ""

    def _both(self, target: Target) -> tuple[Sight, Sight]:
        by_id = self._asking.look(target)
        in_list = self._asking.look_in_list(target, self._operation.known)
        for sight in (by_id, in_list):
            self._asking.check_organization(sight)
        return by_id, in_list

    def _changed(self, how: str) -> Refusal:
        return Block.IDENTITY_CHANGED, words.identity_changed(self._operation.label, how)

    def _how_changed(self, seen: Sight) -> str:
        operation = self._operation
        assert seen.identity is not None  # noqa: S101 - of what is there
        return rules.what_changed(operation.target_kind, known=operation.known, seen=seen.identity)


class Removing(Way):
    def judge(self) -> tuple[Refusal | None, Sight]:
        operation = self._operation
        sight = self.look()
        if sight.status == _ACCEPTED:
            return (Block.IDENTITY_CHANGED, words.accepted(operation.label)), sight
        if not sight.is_there:
            return None, sight
        if how := self._how_changed(sight):
            return self._changed(how), sight
        return guarding.refusal(operation, seen=sight, look=self._asking.look), sight

    def already(self, sight: Sight) -> str:
        return "" if sight.is_there else _GONE


class Adding(Way):
    """To a project or a group. Whoever is to be added is not there yet: they are looked up as a
    member of the organization."""

    def judge(self) -> tuple[Refusal | None, Sight]:
        sight = self.look()
        who = self._asking.look(Target(kind="member", id=self._operation.target_id))
        if not who.is_there:
            return self._changed("they are in the organization no more"), who
        if how := self._how_changed(who):
            return self._changed(how), who
        return self._of_another_role(sight), sight

    def already(self, sight: Sight) -> str:
        return _THERE if sight.is_there and not self._of_another_role(sight) else ""

    def _of_another_role(self, sight: Sight) -> Refusal | None:
        """Where the provider says no role there is none, such as in groups."""
        there, asked = sight.identity.role if sight.identity else "", self._operation.role
        if not there or not asked or there == asked:
            return None
        return Block.OTHER_ROLE, words.other_role(self._operation, there)


class ChangingRole(Way):
    def judge(self) -> tuple[Refusal | None, Sight]:
        operation = self._operation
        sight = self.look()
        if sight.identity is None:
            return self._changed(
                f"they are in {operation.place or 'the organization'} no more"
            ), sight
        if how := self._how_changed(sight):
            return self._changed(how), sight
        before, now = operation.known.role, sight.identity.role
        if now == operation.role:
            return None, sight
        if before and now != before:
            return self._changed(f"its role changed from {before} to {now or 'none'}"), sight
        return guarding.refusal(operation, seen=sight, look=self._asking.look), sight

    def already(self, sight: Sight) -> str:
        has_role = sight.identity is not None and sight.identity.role == self._operation.role
        return _HAS_ROLE if has_role else ""
