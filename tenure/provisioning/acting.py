"""Making a change: read, compare, write down that it is about to be sent, send, read back.

What is known is committed before anything follows from it, so a process may die at any instant:

    queued      nothing was sent, or what was sent is known to have done nothing
    running     it is written down that a change is about to be sent, and no answer: in doubt.
                Whoever finds it so reads, and never sends first
    done        accepted, or found done; it is read back by id and in its list
    verified    both say so

Nobody but this module sends a change. Every change is preceded by a read of its target since the
last one, in the same turn, and by nothing that takes long.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from uuid import UUID

from tenure.connectors.changing import ChangeFailed, Sight
from tenure.jobs import current, fenced, progressed
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict
from tenure.provisioning import braking, guarding, inviting, queries, rules, ways, words
from tenure.provisioning.asking import Asking, NotNow, Refused, may_be_false
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.recording import Record

State = ProvisioningOperation.State
Block = ProvisioningOperation.Block
_BY_ID_AND_IN_LIST = 2  # requests of one turn
_SAID_GONE = "The provider said that it is gone already."
_LOST = "The answer was lost; a read shows that the change was made."
_NOT_SHOWN = "The provider may have made it and not show it yet, so nothing is sent."
_NOT_MADE = "Nobody knows whether the change was sent; a read shows that it was not made."


def work(batch: UUID | str, *, actor: Actor) -> float | None:
    """Take the operations of a batch as far as they go now, in order.

    Seconds until it is worth going on; None when what is left waits for a person, or is settled.
    What follows one that has not been sent waits for it, but not for ever; a read-back holds up
    nothing. One that turned out to be somebody else stops all that were not sent: then nobody knows
    who the rest is.
    """
    waits: list[float] = []
    with ExitStack() as stack:
        hands: dict[int, Asking] = {}
        for operation in queries.live_of_batch(batch, actor=actor):
            if operation.state == State.QUEUED and queries.is_stopped(batch, actor=actor):
                continue
            connection = operation.connection
            assert connection is not None  # noqa: S101 - a constraint says so
            if connection.pk not in hands:
                hands[connection.pk] = stack.enter_context(Asking(connection))
            wait = Acting(operation, hands[connection.pk], actor=actor).go()
            progressed()
            if wait is not None:
                waits.append(wait)
                if operation.state != State.DONE and operation.pauses < rules.HELD_UP:
                    break
    return min(waits, default=None)


def rehearse(operation: ProvisioningOperation, *, actor: Actor) -> str:
    """The same way up to the call, which is not made: what would happen, in one sentence.

    Of an operation that is not written down, nothing is.
    """
    assert operation.connection is not None  # noqa: S101 - by hand there is nothing to rehearse
    with Asking(operation.connection, only_reads=True) as asking:
        return Acting(operation, asking, actor=actor).rehearse()


class Acting:
    """One process's work on one operation."""

    def __init__(self, operation: ProvisioningOperation, asking: Asking, *, actor: Actor) -> None:
        self.operation, self._asking = operation, asking
        self._record = Record(operation, actor=actor)
        self._way = _way_of(operation, asking)

    def go(self) -> float | None:
        """Until it is settled, waits for a person (None), or has to wait (the seconds)."""
        operation = self.operation
        turns: dict[str, Callable[[], None]] = {
            State.QUEUED: self._send,
            State.RUNNING: self._find_out,
            State.DONE: self._read_back,
        }
        while True:
            # What came before in the batch, or a person, may have changed it since it was read.
            operation.refresh_from_db()
            if operation.state not in turns:
                return None
            written = operation.planned_at, operation.sent_at, operation.done_at
            if left := rules.seconds_left(operation.not_before, at=now(), written=written):
                return left
            try:
                turns[operation.state]()
            except NotNow as pause:
                self._record.waits(pause.seconds, str(pause))
                return pause.seconds
            except Refused as refusal:
                wait = rules.ask_again_s(operation.refusals) if refusal.may_be_false else None
                if wait is not None:
                    self._record.refused(wait, words.asked_again(str(refusal)))
                    return wait
                self._record.blocked(refusal.block, str(refusal))
            except Conflict:
                return None  # a person, or another process, was there first

    def rehearse(self) -> str:
        try:
            refusal, sight = self._way.judge()
        except NotNow as pause:
            return f"Nothing can be asked at the moment: {pause}"
        except Refused as refused:
            refusal, sight = (refused.block, str(refused)), Sight(identity=None)
        said = refusal[1] if refusal else self._way.already(sight)
        if not said and guarding.needs_approval(self.operation, sight):
            said = words.second_person(self.operation)
        said = said or words.as_planned(self.operation)
        if self.operation.pk is not None:
            self._record.rehearsed(said)
        return said

    # Queued

    def _send(self) -> None:
        self._asking.reserve(self.operation.target, self._way.requests)
        began = time.monotonic()
        refusal, sight = self._way.judge()
        if refusal is not None:
            self._record.blocked(*refusal, sight)
            return
        if said := self._way.already(sight):
            self._record.done(sight, text=said)
            return
        if guarding.needs_approval(self.operation, sight):
            self._record.unapproved(sight)
            return
        self._asking.lease(self.operation.target)
        if not self._intend(sight):
            return
        if time.monotonic() - began > self._way.send_within_s:
            self._record.not_done("It took too long since the read, so it is read again.", sight)
            return
        if (job := current()) is not None:
            job.check_fence()
        self._hear()

    def _intend(self, sight: Sight) -> bool:
        """Write down that it is about to be sent; False when something has come between."""
        operation = self.operation
        assert operation.connection is not None  # noqa: S101 - a constraint says so
        with fenced():
            braking.hold_connection(operation.connection)
            if refusal := guarding.refusal_at_the_end(operation, sight):
                self._record.blocked(*refusal)
            elif braking.is_on(operation):
                self._record.braked()
            else:
                self._record.about_to_send(sight)
        return operation.state == State.RUNNING

    def _hear(self) -> None:
        """Send it, once, and write down what came back."""
        try:
            changed = self._asking.change(self._way.change())
        except ChangeFailed as failure:
            self._after(failure)
        else:
            self._record.done(changed)

    def _after(self, failure: ChangeFailed) -> None:
        """Each class of failure goes its own way."""
        operation, record, said = self.operation, self._record, str(failure)
        if failure.outcome == "unknown":
            record.answered(failure)
            raise NotNow(rules.SETTLING.total_seconds(), said)
        if failure.kind == "not_found" and operation.is_removal:
            record.done(failure, text=_SAID_GONE)
        elif failure.kind == "rate_limited":
            pause = self._asking.limited(operation.target, failure.retry_after)
            record.not_done(said, failure, seconds=pause)
        elif failure.outcome == "not_sent" or failure.may_pass:
            record.not_done(said, failure, seconds=rules.pause_s(operation.attempts))
        elif may_be_false(failure) and (wait := rules.ask_again_s(operation.refusals)):
            again = operation.refusals + 1
            record.not_done(words.asked_again(said), failure, seconds=wait, refusals=again)
        elif (block := self._asking.block_of(failure)) is not None:
            record.blocked(block, self._asking.told(failure), failure)
        else:
            record.failed(said, failure)

    # Running, and nobody knows what came of it

    def _find_out(self) -> None:
        """It was about to be sent, perhaps by somebody who died: read before anything else."""
        operation = self.operation
        assert operation.sent_at is not None  # noqa: S101 - a constraint says so
        if left := rules.settling_s(operation.sent_at, rules.SETTLING, at=now()):
            raise NotNow(left, "The provider may still be at it.")
        sight = self._way.look()
        if self._way.already(sight):
            self._record.done(sight, text=_LOST)
        elif left := rules.settling_s(operation.sent_at, self._way.settling, at=now()):
            raise NotNow(min(left, rules.pause_s(operation.pauses + 1)), _NOT_SHOWN)
        else:
            self._record.not_done(_NOT_MADE, sight)

    # Done

    def _read_back(self) -> None:
        operation = self.operation
        assert operation.done_at is not None  # noqa: S101 - set with the state
        self._asking.reserve(operation.target, _BY_ID_AND_IN_LIST)
        by_id, in_list = self._way.read_back()
        if refusal := self._way.wrong(by_id) or self._way.wrong(in_list):
            self._record.blocked(*refusal, by_id)
        elif self._way.already(by_id) and self._way.already(in_list):
            self._record.verified(by_id, in_list, text=self._way.not_compared(by_id))
        elif now() - operation.done_at >= rules.READ_BACK_FOR:
            later = now() + rules.LOOK_AGAIN_AFTER
            self._record.blocked(Block.NOT_VISIBLE, words.NOT_VISIBLE, not_before=later)
        else:
            pause = rules.pause_s(operation.pauses + 1)
            raise NotNow(pause, "The provider does not show it yet.")


def _way_of(operation: ProvisioningOperation, asking: Asking) -> ways.Way:
    """What is read before and after it."""
    if operation.is_invitation:
        return inviting.Inviting(operation, asking)
    if operation.action == operation.Action.CHANGE:
        return ways.ChangingRole(operation, asking)
    return (ways.Removing if operation.is_removal else ways.Adding)(operation, asking)
