"""What came of a turn, written down: a state, a step, and when to look again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec

from tenure.connectors.changing import Changed, ChangeFailed, Sight
from tenure.jobs import fenced
from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.provisioning import braking, queries, rules, words
from tenure.provisioning.models import OperationStep, ProvisioningOperation
from tenure.provisioning.saying import blocked, move, step

State = ProvisioningOperation.State
Block = ProvisioningOperation.Block
Step = OperationStep.Kind
Answer = Sight | Changed | ChangeFailed


class Record:
    """The one operation of a worker, as it stands in the database."""

    def __init__(self, operation: ProvisioningOperation, *, actor: Actor) -> None:
        self._operation, self._actor = operation, actor

    def about_to_send(self, sight: Sight) -> None:
        """From here on nobody knows what came of it, until somebody says so. In a transaction."""
        operation = self._operation
        move(
            operation,
            State.RUNNING,
            kind=Step.ABOUT_TO_SEND,
            actor=self._actor,
            request_id=sight.request_id,
            detail=_detail(sight),
            attempts=operation.attempts + 1,
            is_in_doubt=True,
            sent_at=now(),
            refusals=operation.refusals,
        )

    def answered(self, failure: ChangeFailed) -> None:
        """An answer that says nothing: it stays in doubt."""
        with fenced():
            self._step(Step.ANSWERED, failure, text=str(failure))

    def done(self, answer: Answer, *, text: str = "") -> None:
        with fenced():
            move(
                self._operation,
                State.DONE,
                kind=Step.READ_BEFORE if isinstance(answer, Sight) else Step.ANSWERED,
                actor=self._actor,
                text=text,
                request=answer.request if isinstance(answer, Changed) else "",
                request_id=answer.request_id,
                detail=_detail(answer),
                done_at=now(),
                is_in_doubt=False,
                pauses=0,
                made_id=getattr(answer, "id", "") or self._operation.made_id,
            )

    def not_done(
        self,
        said: str,
        answer: Sight | ChangeFailed,
        *,
        seconds: float = 0.0,
        refusals: int = 0,
    ) -> None:
        """Back to where it may be sent, after another read; but not for ever.

        To be told that we ask too much is no attempt.
        """
        attempts = self._operation.attempts
        if isinstance(answer, ChangeFailed) and answer.kind == "rate_limited":
            attempts -= 1
        elif attempts >= rules.MOST_ATTEMPTS:
            self.failed(words.gave_up(said), answer)
            return
        with fenced():
            move(
                self._operation,
                State.QUEUED,
                kind=Step.READ_BEFORE if isinstance(answer, Sight) else Step.ANSWERED,
                actor=self._actor,
                text=said,
                request_id=answer.request_id,
                detail=_detail(answer),
                attempts=attempts,
                is_in_doubt=False,
                reason=said[:500],
                not_before=now() + timedelta(seconds=seconds) if seconds else None,
                refusals=refusals,
            )

    def unapproved(self, sight: Sight) -> None:
        """An owner it was not when it was planned: now it needs a second person."""
        said = words.second_person(self._operation)
        with fenced():
            move(
                self._operation,
                State.AWAITING_APPROVAL,
                kind=Step.NOTED,
                actor=self._actor,
                text=said,
                request_id=sight.request_id,
                detail=_detail(sight),
                reason=said,
                needs_second_person=True,
            )

    def failed(self, reason: str, answer: Answer) -> None:
        with fenced():
            move(
                self._operation,
                State.FAILED,
                kind=Step.FAILED,
                actor=self._actor,
                text=reason,
                request_id=answer.request_id,
                detail=_detail(answer),
                reason=reason[:500],
                is_in_doubt=False,
            )

    def blocked(
        self,
        block: ProvisioningOperation.Block,
        reason: str,
        answer: Sight | ChangeFailed | None = None,
        **fields: Any,  # noqa: ANN401 - columns
    ) -> None:
        """It waits for a person. Whom it turned out to be is kept, for planning it anew."""
        if isinstance(answer, Sight):
            fields["seen"] = msgspec.to_builtins(answer.identity) if answer.is_there else {}
        with fenced():
            if isinstance(answer, ChangeFailed):
                self._step(Step.ANSWERED, answer, text=str(answer))
            blocked(self._operation, block, reason, actor=self._actor, **fields)

    def braked(self) -> None:
        """It trips: this one, and every other that waits here, needs a release. In a transaction
        that holds the connection.
        """
        connection = self._operation.connection
        assert connection is not None  # noqa: S101 - a constraint says so
        reason = words.brake(connection.name, braking.limit_of(connection))
        for waiting in queries.waiting_for_brake(connection, now(), actor=self._actor):
            mine = waiting.pk == self._operation.pk
            kept = self._operation if mine else waiting
            blocked(kept, Block.BRAKE, reason, actor=self._actor)

    def verified(self, by_id: Sight, in_list: Sight, *, text: str = "") -> None:
        with fenced():
            self._step(Step.READ_IN_LIST, in_list)
            move(
                self._operation,
                State.VERIFIED,
                kind=Step.READ_AFTER,
                actor=self._actor,
                text=text,
                request_id=by_id.request_id,
                detail=_detail(by_id),
                verified_at=now(),
            )

    def rehearsed(self, said: str) -> None:
        with fenced():
            self._step(Step.REHEARSED, None, text=said)

    def refused(self, seconds: float, why: str) -> None:
        """The key was, in a read, and may not be the next time."""
        self._operation.refusals += 1
        self.waits(seconds, why)

    def waits(self, seconds: float, why: str) -> None:
        """Nothing changes but when to look again, and why."""
        operation = self._operation
        operation.not_before = now() + timedelta(seconds=seconds)
        operation.pauses = min(operation.pauses + 1, rules.MOST_PAUSES)
        mine = ProvisioningOperation.objects.filter(pk=operation.pk, state=operation.state)
        with fenced():
            mine.update(
                not_before=operation.not_before,
                reason=why[:500],
                pauses=operation.pauses,
                refusals=operation.refusals,
            )

    def _step(self, kind: OperationStep.Kind, answer: Answer | None, *, text: str = "") -> None:
        step(
            self._operation,
            kind,
            at=now(),
            by=self._actor.named,
            text=text,
            request_id=answer.request_id if answer else None,
            detail=_detail(answer),
        )


def _detail(answer: Answer | None) -> Mapping[str, object]:
    """What was seen or answered, as a step keeps it."""
    if isinstance(answer, Sight):
        return {"seen": _seen(answer)}
    if isinstance(answer, Changed):
        return {"status": answer.status, "organization": answer.organization}
    if isinstance(answer, ChangeFailed):
        return {"status": answer.status, "kind": answer.kind, "outcome": answer.outcome}
    return {}


def _seen(sight: Sight) -> dict[str, object]:
    """What one read said of a target, without what it does not have."""
    there: dict[str, object] = msgspec.to_builtins(sight.identity) if sight.identity else {}
    more: dict[str, object] = {"status": sight.status, "organization": sight.organization}
    more |= {"id": sight.id, "projects": [list(one) for one in sight.projects or ()]}
    return {"there": sight.is_there, **{name: v for name, v in (there | more).items() if v}}
