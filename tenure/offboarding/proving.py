"""What became of a leaver's access; and what is proven of one offboarding."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from tenure.evidence.canonical import Row, instant
from tenure.evidence.kinds import Asked, Attachment, Part, Proof
from tenure.inventory.proving import scope_statements
from tenure.lib.actor import Actor
from tenure.lib.clock import rfc3339
from tenure.offboarding import queries
from tenure.offboarding.models import OffboardingCase, OffboardingItem
from tenure.provisioning.models import OperationProof, OperationStep, ProvisioningOperation

_AN_HOUR = timedelta(hours=1)


def outcome_of(
    *,
    ended_at: datetime | None,
    not_before: datetime | None,
    known_by: str,
    tenure_ended_at: datetime,
    due_at: datetime,
    until: datetime,
) -> str:
    """What became of one thing of a leaver.

    it ended                            due              -> outcome
    no                                  after `until`       not due yet
    no                                  by then             still there
    before their end                    any                 before the end
    by the time allowed                 any                 in time
    later, for certain                  any                 late
    between two reads, due in between   any                 in doubt
    """
    if ended_at is None:
        return "not due yet" if due_at > until else "still there"
    if ended_at <= tenure_ended_at:
        return "before the end"
    if ended_at <= due_at:
        return "in time"
    is_between = known_by == "between_reads" and (not_before is None or not_before <= due_at)
    return "in doubt" if is_between else "late"


def exception_of(outcome: str, *, kept_because: str = "") -> str:
    """Why an auditor will ask about it; empty where there is nothing to ask."""
    says = {
        "still there": "Still there, and the time allowed is over.",
        "not due yet": "Still there; at the end of the window the time allowed was not over.",
        "late": "Removed after the time allowed.",
        "in doubt": "Found gone after the time allowed; between two reads nobody can tell when.",
    }.get(outcome, "")
    return f"{says} Kept because: {kept_because}" if says and kept_because else says


def hours_between(begin: datetime, end: datetime | None) -> int | None:
    """Whole hours, rounded up, and none before the beginning."""
    return None if end is None else max(0, -((begin - end) // _AN_HOUR))


class Item(Row, frozen=True):
    """One thing of the plan."""

    label: str
    kind: str
    place: str
    connection: str
    action: str
    state: str
    decided_by: str
    reason: str
    operation: str
    found_at: str
    exception: str


class Operation(Row, frozen=True):
    """One change at a provider, or one that a person made."""

    ref: str
    label: str
    connection: str
    mode: str
    target_kind: str
    target_id: str
    state: str
    planned_by: str
    planned_at: str
    approved_by: str
    approved_at: str | None
    sent_at: str | None
    verified_at: str | None
    confirmed_at: str | None
    reappeared_at: str | None
    exception: str


class Step(Row, frozen=True):
    """Something decided, sent or seen: the reads before and after are among them."""

    operation: str
    at: str
    kind: str
    by: str
    text: str
    request: str
    request_id: str
    seen: list[str]


class ProofFile(Row, frozen=True):
    """A file that shows that something was done by hand."""

    operation: str
    file: str
    name: str
    sha256: str
    added_by: str
    added_at: str


def case_proof(asked: Asked, *, actor: Actor) -> Proof:
    """One offboarding: what was found, decided, done and seen."""
    case = queries.case_by_ref(asked.ref, actor=actor)
    items = queries.items(case, actor=actor)
    operations = ProvisioningOperation.objects.filter(
        pk__in=items.order_by().exclude(operation=None).values("operation")
    )
    steps = OperationStep.objects.filter(operation__in=operations.order_by().values("pk"))
    proofs = OperationProof.objects.filter(operation__in=operations.order_by().values("pk"))
    return Proof(
        title=f"Offboarding of {case.person}, {case}",
        facts=_facts(case),
        parts=(
            Part(
                name="items",
                label="The plan",
                row=Item,
                rows=lambda: map(_item, items),
                shown={"label": 4, "kind": 2, "place": 3, "action": 2, "state": 2},
                counts={"things in the plan": lambda _: True},
            ),
            Part(
                name="operations",
                label="What was done",
                row=Operation,
                rows=lambda: map(
                    _operation, operations.select_related("connection").order_by("rank", "id")
                ),
                shown={"label": 4, "state": 2, "approved_by": 3, "sent_at": 3, "verified_at": 3},
                counts={"verified by a read": lambda row: row.verified_at is not None},
            ),
            Part(
                name="steps",
                label="Step by step",
                row=Step,
                rows=lambda: map(
                    _step, steps.select_related("operation").order_by("operation", "id")
                ),
                shown={"at": 3, "kind": 2, "text": 5, "request": 4},
            ),
            Part(
                name="proofs",
                label="Proofs of what was done by hand",
                row=ProofFile,
                rows=lambda: map(_proof, proofs.defer("content").order_by("id")),
                shown={"name": 3, "added_by": 3, "sha256": 6},
            ),
        ),
        scope=scope_statements(actor=actor),
        attachments=_files(list(proofs.order_by("id").values_list("pk", flat=True))),
    )


def _facts(case: OffboardingCase) -> dict[str, str]:
    facts = {
        "Person": f"{case.person} {case.person.email}".strip(),
        "State": case.get_state_display(),
        "Opened": f"{rfc3339(case.opened_at)} by {case.opened_by}",
        "Tenure ended": instant(case.ends_at) or "no known end",
        "Due": rfc3339(case.due_at),
        "Approved": f"{instant(case.approved_at)} by {case.approved_by}"
        if case.approved_at
        else "",
        "Complete": instant(case.completed_at) or "not yet",
        "Reason": case.reason,
    }
    if case.approved_at:
        facts["Approved"] = f"{rfc3339(case.approved_at)} by {case.approved_by}"
    if case.is_late:
        facts["Complete"] += ", late"
    return {name: value for name, value in facts.items() if value}


def _item(item: OffboardingItem) -> Item:
    operation = item.operation
    why = "" if item.is_settled else "Neither verified nor left with a reason."
    return Item(
        label=item.label,
        kind=item.kind,
        place=item.place,
        connection=item.connection.name if item.connection else "",
        action=item.action,
        state=operation.state if operation else item.state,
        decided_by=item.decided_by,
        reason=item.reason,
        operation=str(operation.ref) if operation else "",
        found_at=rfc3339(item.found_at),
        exception=f"Kept: {item.reason}" if item.action == "keep" else why,
    )


def _operation(operation: ProvisioningOperation) -> Operation:
    is_back = operation.reappeared_at is not None
    return Operation(
        ref=str(operation.ref),
        label=operation.label,
        connection=operation.connection.name if operation.connection else "",
        mode=operation.mode,
        target_kind=operation.target_kind,
        target_id=operation.target_id,
        state=operation.state,
        planned_by=operation.planned_by,
        planned_at=rfc3339(operation.planned_at),
        approved_by=operation.approved_by,
        approved_at=instant(operation.approved_at),
        sent_at=instant(operation.sent_at),
        verified_at=instant(operation.verified_at),
        confirmed_at=instant(operation.confirmed_at),
        reappeared_at=instant(operation.reappeared_at),
        exception="It came back." if is_back else operation.reason,
    )


def _step(step: OperationStep) -> Step:
    seen = [f"{name}: {value}" for name, value in sorted(step.detail.items())]
    return Step(
        operation=str(step.operation.ref),
        at=rfc3339(step.at),
        kind=step.kind,
        by=step.by,
        text=step.text,
        request=step.request,
        request_id=step.request_id,
        seen=seen,
    )


def _proof(proof: OperationProof) -> ProofFile:
    return ProofFile(
        operation=str(proof.operation.ref),
        file=f"files/{_file_name(proof)}",
        name=proof.name,
        sha256=proof.sha256,
        added_by=proof.added_by,
        added_at=rfc3339(proof.added_at),
    )


def _file_name(proof: OperationProof) -> str:
    """Its digest, and an ending that people's programs know."""
    endings = {"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg"}
    return proof.sha256 + endings.get(proof.content_type, ".bin")


def _files(keys: list[int]) -> Iterator[Attachment]:
    """Each file once, however often it was handed in."""
    named: set[str] = set()
    for key in keys:
        proof = OperationProof.objects.get(pk=key)
        name = _file_name(proof)
        if name not in named:
            named.add(name)
            yield Attachment(name=name, content=_content_of(proof))


def _content_of(proof: OperationProof) -> Callable[[], bytes]:
    return lambda: bytes(proof.content)
