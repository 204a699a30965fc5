"""Changes at providers as the API shows them; nothing in them is secret."""

from __future__ import annotations

from typing import Any, Self
from uuid import UUID

from ninja import Schema
from pydantic import Base64Bytes, Field

from tenure.lib.actor import Actor
from tenure.lib.endpoints import Given, Instant, Moment, Named, PageOf, PageQuery, one_of
from tenure.provisioning import queries
from tenure.provisioning.models import BrakeRelease, OperationStep, ProvisioningOperation
from tenure.provisioning.operations.prove_operation import ProofFile


class OperationsQuery(PageQuery):
    show: str = one_of(
        ("", *queries.FILTERS),
        "",
        "attention: a person has to do something; open: not settled yet; settled; by_hand: open "
        "work that people do; mine: of it what is yours.",
    )
    state: str = one_of(("", *ProvisioningOperation.State.values), "")
    connection: UUID | None = Field(None, description="Only at this connection.")
    person: UUID | None = Field(None, description="Only because of this person.")
    offboarding: UUID | None = Field(None, description="Only of this offboarding.")
    batch: UUID | None = Field(None, description="Only what was planned together.")


class OverrideIn(Given):
    """Why it is left as it is."""

    reason: str = Field(max_length=500, description="The auditor reads it.")


class CancelIn(Given):
    """Why it is not done."""

    reason: str = Field("", max_length=500, description="The auditor reads it.")


class AssigneeIn(Given):
    """Who does it by hand."""

    email: str = Field(max_length=320, description="E-mail of a user.")
    due_at: Moment | None = Field(None, description="Until when; as it was without one.")


class ProofFileIn(Given):
    """What shows it: a picture, a PDF or a text. What kind it is, its content says."""

    name: str = Field(min_length=1, max_length=200)
    content: Base64Bytes = Field(description="The file, in base64; a request is 2.5 MB at most.")


class ProofIn(Given):
    """What was done by hand."""

    note: str = Field(max_length=500, description="What was done, and where one can see it.")
    files: list[ProofFileIn] = Field([], max_length=10, description="What shows it.")

    def proofs(self) -> tuple[ProofFile, ...]:
        return tuple(ProofFile(one.name, one.content) for one in self.files)


class ReleaseIn(Given):
    """What of the brake is released."""

    batch: UUID | None = Field(None, description="Only what was planned together; all without it.")


class InvitedToOut(Schema):
    """A project that an invitation leads to, by the provider's id, and the role there."""

    id: str
    role: str


class OperationOut(Schema):
    """One change of one thing at one provider. `role` is what is given, and `projects` where an
    invitation leads; `made_id` is what it goes by since it was made. `cause` names what asked
    for it, by kind and ref. `reason` says why it is blocked, failed, cancelled or overridden."""

    ref: str
    connection: Named | None
    mode: str
    action: str
    kind: str
    label: str
    place: str
    role: str
    projects: list[InvitedToOut]
    target_id: str
    made_id: str
    state: str
    block: str
    reason: str
    why: str
    cause: str
    cause_ref: str
    batch: str
    person: Named | None
    account: Named | None
    needs_second_person: bool
    planned_at: Instant
    planned_by: str
    approved_at: Instant | None
    approved_by: str
    sent_at: Instant | None
    done_at: Instant | None
    verified_at: Instant | None
    confirmed_at: Instant | None
    reappeared_at: Instant | None
    gone_at: Instant | None
    assignee: str | None
    due_at: Instant | None

    @classmethod
    def columns(cls, one: ProvisioningOperation) -> dict[str, Any]:
        """What every shape of an operation says of it."""
        same = ("mode", "action", "label", "place", "role", "target_id", "made_id", "why")
        state = ("state", "block", "reason", "gone_at")
        told = ("planned_at", "planned_by", "approved_at", "approved_by", "done_at", "verified_at")
        later = ("needs_second_person", "cause_ref", "confirmed_at", "reappeared_at", "due_at")
        return {
            **{name: getattr(one, name) for name in (*same, *state, *told, *later)},
            "projects": [InvitedToOut(id=to["id"], role=to["role"]) for to in one.projects],
            "ref": str(one.ref),
            "connection": Named.of(one.connection) if one.connection else None,
            "kind": one.target_kind,
            "cause": one.cause_kind,
            "batch": str(one.batch),
            "person": Named.of(one.person) if one.person else None,
            "account": Named.of(one.account) if one.account else None,
            "sent_at": one.sent_at,
            "assignee": one.assignee.email if one.assignee else None,
        }

    @classmethod
    def of(cls, one: ProvisioningOperation) -> OperationOut:
        return OperationOut(**cls.columns(one))


class OperationPage(PageOf[OperationOut]):
    pass


class OperationStepOut(Schema):
    """Something decided, sent or seen. `request_id` is the provider's; `detail` is what was
    compared."""

    at: Instant
    kind: str
    by: str
    text: str
    request: str
    request_id: str
    detail: dict[str, Any]

    @classmethod
    def of(cls, step: OperationStep) -> Self:
        return cls(**{name: getattr(step, name) for name in cls.model_fields})


class ProofOut(Schema):
    """A file that shows that something was done by hand; its ref fetches it."""

    ref: str
    name: str
    content_type: str
    sha256: str
    added_by: str
    added_at: Instant

    @classmethod
    def of(cls, proof: Any) -> Self:  # noqa: ANN401 - a proof without its file
        same = {name: getattr(proof, name) for name in cls.model_fields if name != "ref"}
        return cls(ref=str(proof.ref), **same)


class OperationDetail(OperationOut):
    """An operation with what was frozen when it was planned, every step of it, and its proofs."""

    planned_as: dict[str, Any]
    seen_as: dict[str, Any]
    instructions: str
    steps: list[OperationStepOut]
    proofs: list[ProofOut]

    @classmethod
    def about(cls, ref: UUID | str, *, actor: Actor) -> Self:
        one = queries.operation_by_ref(ref, actor=actor)
        return cls(
            **cls.columns(one),
            planned_as=one.identity,
            seen_as=one.seen,
            instructions=one.instructions,
            steps=[OperationStepOut.of(step) for step in queries.steps_of(one, actor=actor)],
            proofs=[ProofOut.of(proof) for proof in queries.proofs_of(one, actor=actor)],
        )


class RehearsalOut(Schema):
    """What would happen, had it been sent; nothing was."""

    operation: str
    says: str


class BrakeOut(Schema):
    """A brake that was released, and for how many operations."""

    ref: str
    connection: Named
    batch: str | None
    released_at: Instant
    released_by: str
    operations: int

    @classmethod
    def of(cls, release: BrakeRelease) -> Self:
        return cls(
            ref=str(release.ref),
            connection=Named.of(release.connection),
            batch=str(release.batch) if release.batch else None,
            released_at=release.at,
            released_by=release.by,
            operations=release.count,
        )
