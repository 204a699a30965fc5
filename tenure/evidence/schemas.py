"""Evidence as the API shows it."""

from __future__ import annotations

from datetime import date
from typing import Any, Self
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tenure.evidence import asking, queries
from tenure.evidence.models import EvidenceBuild
from tenure.evidence.publishing import published
from tenure.lib.actor import Actor
from tenure.lib.endpoints import Given, Instant, PageOf, PageQuery, one_of


class EvidenceQuery(PageQuery):
    state: str = one_of(("", *EvidenceBuild.State.values), "")
    kind: str = Field("", max_length=40, description="Such as population or leavers.")


class EvidenceIn(Given):
    """What a bundle is to prove. A day, a window or a ref: what its kind takes."""

    kind: str = Field(max_length=40, description="Such as population, tests or leavers.")
    on: str = Field("", max_length=40, description="A day, an instant with offset, or now.")
    first: date | None = Field(None, description="The first day of a window.")
    last: date | None = Field(None, description="Its last day.")
    ref: str = Field("", max_length=64, description="Of a review or an offboarding.")
    test: str = Field("", max_length=60, description="Only this test.")

    def asked(self) -> asking.Given:
        return asking.Given(**self.model_dump())


class EvidenceOut(Schema):
    """A bundle, or the making of one: `sha256` and what follows is null until it is finished.

    `asked` is what it was asked by; `exceptions` are rows that need an explanation.
    """

    ref: str
    kind: str
    title: str
    asked: dict[str, str]
    state: str
    step: str
    reason: str
    requested_by: str
    requested_at: Instant
    rows: int
    exceptions: int | None
    sha256: str | None
    fingerprint: str | None
    size: int | None
    signed_at: Instant | None
    audit_head: str | None

    @classmethod
    def of(cls, build: EvidenceBuild) -> EvidenceOut:
        bundle = getattr(build, "bundle", None)
        same = (
            "kind",
            "title",
            "asked",
            "state",
            "step",
            "reason",
            "rows",
            "requested_by",
            "requested_at",
        )
        late = ("exceptions", "sha256", "fingerprint", "size", "signed_at", "audit_head")
        columns: dict[str, Any] = {name: getattr(build, name) for name in same}
        columns |= {name: getattr(bundle, name, None) for name in late}
        return EvidenceOut(ref=str(build.ref), **columns)

    @classmethod
    def about(cls, ref: UUID | str, *, actor: Actor) -> EvidenceOut:
        return cls.of(queries.build_by_ref(ref, actor=actor))


class EvidencePage(PageOf[EvidenceOut]):
    pass


class EvidenceKeyOut(Schema):
    """A public key that signs or signed evidence; in force where `valid_until` is null."""

    algorithm: str
    fingerprint: str
    public_key: str
    valid_from: str
    valid_until: str | None


class EvidenceKeys(Schema):
    """Every key, the one in force first."""

    data: list[EvidenceKeyOut]

    @classmethod
    def seen_by(cls, actor: Actor) -> Self:
        return cls(data=[EvidenceKeyOut.model_validate(one) for one in published(actor=actor)])
