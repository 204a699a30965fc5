from __future__ import annotations

from uuid import UUID

from ninja import Query

from tenure.compliance import lists
from tenure.compliance.operations.assign_findings import assign_findings as assign
from tenure.compliance.operations.exempt_findings import exempt_findings as exempt
from tenure.compliance.operations.note_finding import note_finding as note
from tenure.compliance.operations.withdraw_exemption import withdraw_exemption as withdraw
from tenure.compliance.schemas.findings import (
    AssignChosenIn,
    AssignIn,
    ExemptChosenIn,
    ExemptIn,
    FindingDetail,
    FindingPage,
    FindingsQuery,
    NoteIn,
    NoteOut,
    WithdrawIn,
)
from tenure.lib.endpoints import Endpoints
from tenure.lib.web import ActorRequest

endpoints = Endpoints("Tests and findings")


@endpoints.reads(
    "/findings", scope="findings:read", permission="findings.view", answers=FindingPage
)
def findings(request: ActorRequest, asked: Query[FindingsQuery]) -> FindingPage:
    """List findings, the most urgent first."""
    return FindingPage.of(lists.findings(asked, actor=request.actor))


@endpoints.reads(
    "/findings/{uuid:ref}",
    scope="findings:read",
    permission="findings.view",
    answers=FindingDetail,
)
def finding(request: ActorRequest, ref: UUID) -> FindingDetail:
    """Show one finding: every input its verdict rests on, and the verdict given again from them."""
    return FindingDetail.about_ref(ref, actor=request.actor)


@endpoints.changes(
    "/findings/{uuid:ref}/exempt",
    scope="findings:write",
    permission="findings.exempt",
    answers=FindingDetail,
)
def exempt_finding(request: ActorRequest, ref: UUID, given: ExemptIn) -> FindingDetail:
    """Accept a finding until the end of a day; nobody exempts their own access."""
    exempt(finding_refs=[ref], **given.model_dump(), actor=request.actor)
    return FindingDetail.about_ref(ref, actor=request.actor)


@endpoints.changes(
    "/findings/exempt",
    scope="findings:write",
    permission="findings.exempt",
    answers=FindingPage,
)
def exempt_findings(request: ActorRequest, given: ExemptChosenIn) -> FindingPage:
    """Accept several findings until the end of a day: all, or none."""
    terms = given.model_dump(exclude={"findings"})
    exempt(finding_refs=given.findings, **terms, actor=request.actor)
    return FindingPage.whole(given.findings, actor=request.actor)


@endpoints.changes(
    "/findings/{uuid:ref}/withdraw",
    scope="findings:write",
    permission="findings.exempt",
    answers=FindingDetail,
)
def withdraw_exemption(request: ActorRequest, ref: UUID, given: WithdrawIn) -> FindingDetail:
    """Take an exemption back: the finding is open again, due as it was."""
    withdraw(finding_ref=ref, reason=given.reason, actor=request.actor)
    return FindingDetail.about_ref(ref, actor=request.actor)


@endpoints.changes(
    "/findings/{uuid:ref}/assign",
    scope="findings:write",
    permission="findings.assign",
    answers=FindingDetail,
)
def assign_finding(request: ActorRequest, ref: UUID, given: AssignIn) -> FindingDetail:
    """Say who works on a finding, or that nobody does."""
    assign(finding_refs=[ref], owner_email=given.owner, actor=request.actor)
    return FindingDetail.about_ref(ref, actor=request.actor)


@endpoints.changes(
    "/findings/assign",
    scope="findings:write",
    permission="findings.assign",
    answers=FindingPage,
)
def assign_findings(request: ActorRequest, given: AssignChosenIn) -> FindingPage:
    """Say who works on several findings: all, or none."""
    assign(finding_refs=given.findings, owner_email=given.owner, actor=request.actor)
    return FindingPage.whole(given.findings, actor=request.actor)


@endpoints.creates(
    "/findings/{uuid:ref}/notes",
    scope="findings:write",
    permission="findings.note",
    answers=NoteOut,
)
def note_finding(request: ActorRequest, ref: UUID, given: NoteIn) -> NoteOut:
    """Leave a note for colleagues."""
    return NoteOut.of(note(finding_ref=ref, text=given.text, actor=request.actor))
