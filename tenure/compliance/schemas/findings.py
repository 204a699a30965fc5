from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from ninja import Schema
from pydantic import Field, model_validator

from tenure.compliance import exemption_rules, explaining, queries, wording
from tenure.compliance.catalog import catalogue
from tenure.compliance.models import Finding, FindingNote
from tenure.lib.actor import Actor
from tenure.lib.endpoints import MOST, Given, Instant, Named, NextPage, PageOf, PageQuery, one_of


class FindingsQuery(PageQuery):
    test: str = Field("", max_length=60, description="Only of the test with this slug.")
    state: str = one_of(
        ("current", *Finding.State.values),
        "current",
        "current: open and exempted ones. Leave it out where `show` is given.",
    )
    show: str = one_of(("", *queries.FILTERS), "", "Which findings, as on the pages.")
    connection: UUID | None = Field(None, description="Only of this connection.")
    owner: str = Field(
        "",
        pattern=f"^({queries.NOBODY}|[0-9a-f-]{{36}}|)$",
        description="Only those of this user, or of nobody.",
    )

    @model_validator(mode="after")
    def _says_it_once(self) -> Self:
        if self.show and "state" in self.model_fields_set:
            raise ValueError("give show or state, not both")
        if self.show:
            self.state = ""
        return self


class ExemptIn(Given):
    """As what, why, and until when a finding is accepted."""

    kind: str = one_of(exemption_rules.KINDS, "accepted")
    reason: str = Field(max_length=500, description="The auditor reads it.")
    until: date = Field(description="The last day; a year ahead at most.")


class ExemptChosenIn(ExemptIn):
    """The same of several findings."""

    findings: list[UUID] = Field(max_length=MOST)


class AssignIn(Given):
    """Who works on a finding."""

    owner: str = Field("", max_length=320, description="E-mail of a user; nobody without one.")


class AssignChosenIn(AssignIn):
    """The same of several findings."""

    findings: list[UUID] = Field(max_length=MOST)


class WithdrawIn(Given):
    """Why an exemption ends early."""

    reason: str = Field(max_length=500, description="The auditor reads it.")


class NoteIn(Given):
    """What colleagues should know."""

    text: str = Field(max_length=4000, description="No auditor ever sees it.")


class FindingOut(Schema):
    """One thing that fails one test. `urgency` is due, due_soon or overdue, or empty when it is not
    open. An auditor is told how it stood in their window, and not who works on it."""

    ref: str
    test: str
    title: str
    about: str
    subject: str
    connection: Named | None
    account: Named | None
    credential: Named | None
    person: Named | None
    state: str
    urgency: str
    owner: str | None
    since: Instant
    opened_at: Instant
    due_at: Instant
    resolved_at: Instant | None

    @classmethod
    def columns(cls, finding: Finding, *, actor: Actor) -> dict[str, Any]:
        """What every shape of a finding says of it."""
        at = queries.seen_until(actor)
        state, resolved_at = wording.state_at(finding, at), finding.resolved_at
        owner = finding.owner if actor.window is None else None
        return {
            "ref": str(finding.ref),
            "test": finding.test.slug,
            "title": catalogue()[finding.test.slug].title,
            "about": str(
                finding.credential or finding.person or finding.account or finding.subject
            ),
            "subject": finding.subject,
            "connection": Named.of(finding.connection) if finding.connection else None,
            "account": Named.of(finding.account) if finding.account else None,
            "credential": Named.of(finding.credential) if finding.credential else None,
            "person": Named.of(finding.person) if finding.person else None,
            "state": state,
            "urgency": wording.urgency(finding, at=at),
            "owner": owner.email if owner else None,
            "since": finding.since,
            "opened_at": finding.opened_at,
            "due_at": finding.due_at,
            "resolved_at": resolved_at if state == Finding.State.RESOLVED else None,
        }

    @classmethod
    def of(cls, finding: Finding, *, actor: Actor) -> FindingOut:
        return FindingOut(**cls.columns(finding, actor=actor))


class FindingPage(PageOf[FindingOut]):
    @classmethod
    def whole(cls, refs: Iterable[UUID], *, actor: Actor) -> Self:
        """Those that were named, the most urgent first."""
        found = queries.findings(actor=actor).filter(ref__in=refs).order_by("due_at", "id")
        rows = [FindingOut.of(finding, actor=actor) for finding in found]
        return cls(data=rows, page=NextPage(next=None))


class ExemptionOut(Schema):
    """A finding was accepted: as what, why, by whom and until when."""

    ref: str
    kind: str
    state: str
    reason: str
    until: date
    exempted_at: Instant
    exempted_by: str
    ended_at: Instant | None
    withdrawn_reason: str
    lapsed_because: str

    @classmethod
    def seen(cls, exemption: Any, *, at: datetime) -> Self:  # noqa: ANN401 - the model
        """As it stood at an instant."""
        same = {name: getattr(exemption, name) for name in cls.model_fields if name != "ref"}
        if exemption.ended_at is None or exemption.ended_at > at:
            same |= {
                "state": "active",
                "ended_at": None,
                "withdrawn_reason": "",
                "lapsed_because": "",
            }
        return cls(ref=str(exemption.ref), **same)


class NoteOut(Schema):
    """What a colleague said of a finding."""

    ref: str
    text: str
    noted_at: Instant
    noted_by: str

    @classmethod
    def of(cls, note: FindingNote) -> Self:
        return cls(
            ref=str(note.ref), text=note.text, noted_at=note.noted_at, noted_by=note.noted_by
        )


class FindingDetail(FindingOut):
    """A finding in a sentence, with every input its verdict rests on. `verdict` is given again from
    those inputs at this moment: failing or passing. `notes` are for colleagues, who may write some.
    """

    sentence: str
    why: dict[str, Any]
    verdict: str
    exemptions: list[ExemptionOut]
    notes: list[NoteOut]

    @classmethod
    def about_ref(cls, ref: UUID, *, actor: Actor) -> Self:
        finding = queries.finding_by_ref(ref, actor=actor)
        accepted = queries.exemptions(actor=actor).filter(finding=finding)
        at = queries.seen_until(actor)
        return cls(
            **cls.columns(finding, actor=actor),
            sentence=explaining.sentence(finding, at=at),
            why=finding.why,
            verdict=explaining.recomputed(finding, at=at),
            exemptions=[ExemptionOut.seen(one, at=at) for one in accepted],
            notes=[NoteOut.of(note) for note in queries.notes_of(finding, actor=actor)],
        )
