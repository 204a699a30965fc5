from __future__ import annotations

from uuid import UUID

from django.http import HttpResponseBase
from ninja import Query

from tenure.evidence import lists
from tenure.evidence.answering import sent
from tenure.evidence.operations.create_bundle import create_bundle
from tenure.evidence.operations.download_bundle import download_bundle
from tenure.evidence.schemas import (
    EvidenceIn,
    EvidenceKeys,
    EvidenceOut,
    EvidencePage,
    EvidenceQuery,
)
from tenure.lib.endpoints import Endpoints
from tenure.lib.web import ActorRequest

endpoints = Endpoints("Evidence")


@endpoints.reads(
    "/evidence", scope="evidence:read", permission="evidence.view", answers=EvidencePage
)
def evidence(request: ActorRequest, asked: Query[EvidenceQuery]) -> EvidencePage:
    """List bundles, the newest first."""
    return EvidencePage.of(lists.evidence(asked, actor=request.actor))


@endpoints.reads(
    "/evidence/{uuid:ref}", scope="evidence:read", permission="evidence.view", answers=EvidenceOut
)
def one_bundle(request: ActorRequest, ref: UUID) -> EvidenceOut:
    """Show one bundle, and how far it is while it is made."""
    return EvidenceOut.about(ref, actor=request.actor)


@endpoints.creates(
    "/evidence",
    scope="evidence:write",
    permission="evidence.create",
    answers=EvidenceOut,
    status=202,
)
def create_evidence(request: ActorRequest, given: EvidenceIn) -> EvidenceOut:
    """Ask for a bundle.

    It is made in the background: ask for it by its ref until its state is finished.
    """
    build = create_bundle(given=given.asked(), actor=request.actor)
    return EvidenceOut.about(build.ref, actor=request.actor)


@endpoints.exports(
    "/evidence/{uuid:ref}/file",
    scope="evidence:read",
    permission="evidence.view",
    media_types=["application/zip"],
)
def take_bundle(request: ActorRequest, ref: UUID) -> HttpResponseBase:
    """Take a finished bundle away. That is kept in the audit log."""
    return sent(download_bundle(ref=ref, actor=request.actor))


@endpoints.reads(
    "/evidence-keys", scope="evidence:read", permission="evidence.view", answers=EvidenceKeys
)
def evidence_keys(request: ActorRequest) -> EvidenceKeys:
    """List the public keys that sign and signed evidence."""
    return EvidenceKeys.seen_by(request.actor)
