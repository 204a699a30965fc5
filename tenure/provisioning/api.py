from __future__ import annotations

from uuid import UUID

from django.http import FileResponse
from ninja import Query

from tenure.lib.endpoints import Endpoints
from tenure.lib.web import ActorRequest
from tenure.provisioning import acting, lists, queries
from tenure.provisioning.files import FILE, attached
from tenure.provisioning.operations.approve_operation import approve_operation as approve
from tenure.provisioning.operations.assign_operation import assign_operation as assign
from tenure.provisioning.operations.cancel_operation import cancel_operation as cancel
from tenure.provisioning.operations.check_operation import check_operation as check
from tenure.provisioning.operations.override_operation import override_operation as override
from tenure.provisioning.operations.prove_operation import prove_operation as prove
from tenure.provisioning.operations.release_brake import release_brake as release
from tenure.provisioning.operations.retry_operation import retry_operation as retry
from tenure.provisioning.schemas import (
    AssigneeIn,
    BrakeOut,
    CancelIn,
    OperationDetail,
    OperationPage,
    OperationsQuery,
    OverrideIn,
    ProofIn,
    RehearsalOut,
    ReleaseIn,
)

endpoints = Endpoints("Operations")


@endpoints.reads(
    "/operations",
    scope="provisioning:read",
    permission="provisioning.view",
    answers=OperationPage,
)
def operations(request: ActorRequest, asked: Query[OperationsQuery]) -> OperationPage:
    """List changes at providers: planned, under way and done, the newest first."""
    return OperationPage.of(lists.operations(asked, actor=request.actor))


@endpoints.reads(
    "/operations/{uuid:ref}",
    scope="provisioning:read",
    permission="provisioning.view",
    answers=OperationDetail,
)
def operation(request: ActorRequest, ref: UUID) -> OperationDetail:
    """Show one change: what was frozen when it was planned, and every step since."""
    return OperationDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/operations/{uuid:ref}/approve",
    scope="provisioning:write",
    permission="provisioning.approve",
    answers=OperationDetail,
)
def approve_operation(request: ActorRequest, ref: UUID) -> OperationDetail:
    """Approve, as a second person, what one person alone must not do.

    A token stands for its user's person: a token of whoever asked is no second person.
    """
    approve(ref=ref, actor=request.actor)
    return OperationDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/operations/{uuid:ref}/retry",
    scope="provisioning:write",
    permission="provisioning.run",
    answers=OperationDetail,
)
def retry_operation(request: ActorRequest, ref: UUID) -> OperationDetail:
    """Try again what is blocked or failed, beginning with a read.

    What turned out to be another than planned is planned anew as it was seen then.
    """
    retry(ref=ref, actor=request.actor)
    return OperationDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/operations/{uuid:ref}/cancel",
    scope="provisioning:write",
    permission="provisioning.run",
    answers=OperationDetail,
)
def cancel_operation(request: ActorRequest, ref: UUID, given: CancelIn) -> OperationDetail:
    """Do not do it; what was sent already cannot be called back."""
    cancel(ref=ref, reason=given.reason, actor=request.actor)
    return OperationDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/operations/{uuid:ref}/override",
    scope="provisioning:write",
    permission="provisioning.approve",
    answers=OperationDetail,
)
def override_operation(request: ActorRequest, ref: UUID, given: OverrideIn) -> OperationDetail:
    """Close it without its being done, for a reason that stays on record."""
    override(ref=ref, reason=given.reason, actor=request.actor)
    return OperationDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/operations/{uuid:ref}/assign",
    scope="provisioning:write",
    permission="provisioning.run",
    answers=OperationDetail,
)
def assign_operation(request: ActorRequest, ref: UUID, given: AssigneeIn) -> OperationDetail:
    """Say who does it by hand, and until when."""
    assign(ref=ref, email=given.email, due_at=given.due_at, actor=request.actor)
    return OperationDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/operations/{uuid:ref}/prove",
    scope="provisioning:write",
    permission="provisioning.run",
    answers=OperationDetail,
)
def prove_operation(request: ActorRequest, ref: UUID, given: ProofIn) -> OperationDetail:
    """Say that something was done by hand, and show it.

    A file that is too large for a request is added on the page or at the command line.
    """
    prove(ref=ref, note=given.note, files=given.proofs(), actor=request.actor)
    return OperationDetail.about(ref, actor=request.actor)


@endpoints.exports(
    "/operations/proofs/{uuid:ref}",
    scope="provisioning:read",
    permission="provisioning.view",
    media_types=[FILE],
)
def operation_proof(request: ActorRequest, ref: UUID) -> FileResponse:
    """Fetch a file that shows what was done by hand, as it was given.

    `proofs` of its operation names it, with its SHA-256.
    """
    return attached(queries.proof_by_ref(ref, actor=request.actor))


@endpoints.changes(
    "/operations/{uuid:ref}/check",
    scope="provisioning:write",
    permission="provisioning.run",
    answers=OperationDetail,
)
def check_operation(request: ActorRequest, ref: UUID) -> OperationDetail:
    """Verify, as another person, what somebody did by hand."""
    check(ref=ref, actor=request.actor)
    return OperationDetail.about(ref, actor=request.actor)


@endpoints.changes(
    "/operations/{uuid:ref}/rehearse",
    scope="provisioning:write",
    permission="provisioning.run",
    answers=RehearsalOut,
)
def rehearse_operation(request: ActorRequest, ref: UUID) -> RehearsalOut:
    """Go all the way up to the call, which is not made, and say what would happen."""
    one = queries.operation_to_rehearse(ref, actor=request.actor)
    return RehearsalOut(operation=str(ref), says=acting.rehearse(one, actor=request.actor))


@endpoints.changes(
    "/connections/{uuid:ref}/release-brake",
    scope="provisioning:write",
    permission="provisioning.approve",
    answers=BrakeOut,
)
def release_brake(request: ActorRequest, ref: UUID, given: ReleaseIn) -> BrakeOut:
    """Let pass, as a second person, what a connection's brake keeps: all of it, or one batch."""
    return BrakeOut.of(release(connection_ref=ref, batch=given.batch, actor=request.actor))
