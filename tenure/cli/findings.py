"""`tenure findings`: what fails the tests, why, and what is accepted."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from tenure.cli import start_django
from tenure.cli.output import decider, emit, operator, table, to_the_minute
from tenure.lib.clock import rfc3339

app = typer.Typer(help="What fails the tests.", no_args_is_help=True)


class Kind(StrEnum):
    """As what a finding is accepted."""

    ACCEPTED = "accepted"
    BREAK_GLASS = "break_glass"
    SPONSORED = "sponsored"
    WORKLOAD = "workload"


@app.command("list")
def list_(
    *,
    test: Annotated[str, typer.Option(help="only of this test")] = "",
    exempted: Annotated[
        bool, typer.Option("--exempted", help="those that are exempted instead")
    ] = False,
) -> None:
    """Open findings, the most urgent first."""
    start_django()
    from tenure.compliance import queries

    actor = operator()
    state = queries.exempted_then(actor) if exempted else queries.open_then(actor)
    found = queries.findings(actor=actor).filter(state).order_by("due_at", "id")
    if test:
        found = found.filter(test__slug=queries.test_by_slug(test, actor=actor).slug)
    data = [_document(finding) for finding in found]
    rows = (
        (one["test"], one["about"], one["urgency"], to_the_minute(one["due_at"]), one["ref"])
        for one in data
    )
    heads = ["Test", "About", "Urgency", "Due (UTC)", "Ref"]
    nothing = "No open findings; whether the tests could judge at all says: tenure tests list"
    if exempted:
        nothing = "Nothing is exempted."
    emit({"data": data}, words=table(heads, rows) if data else nothing)


@app.command()
def show(ref: str) -> None:
    """One finding with every input its verdict rests on, and the verdict given again from them."""
    start_django()
    from tenure.compliance import explaining, queries

    actor = operator()
    finding = queries.finding_by_ref(ref, actor=actor)
    verdict = explaining.recomputed(finding)
    said = explaining.sentence(finding)
    exemptions = [
        _exemption(one) for one in queries.exemptions(actor=actor).filter(finding=finding)
    ]
    notes = [
        {"text": one.text, "by": one.noted_by, "at": rfc3339(one.noted_at)}
        for one in queries.notes_of(finding, actor=actor)
    ]
    document = _document(finding)
    data = {
        **document,
        "sentence": said,
        "why": finding.why,
        "verdict": verdict,
        "exemptions": exemptions,
        "notes": notes,
    }
    inputs = (
        (given["name"], given["value"], given["source"], given["at"])
        for given in finding.why["inputs"]
    )
    words: list[Any] = [
        said,
        table(["Field", "Value"], list(document.items())),
        finding.why["rule"],
        table(["Input", "Value", "Source", "At"], inputs),
        f"Recomputed now from these inputs: {verdict}.",
    ]
    if exemptions:
        heads = ["Exempted as", "State", "Until", "By", "Why"]
        columns = ("kind", "state", "until", "by", "reason")
        words.append(table(heads, ([one[name] for name in columns] for one in exemptions)))
    emit(data, words=words)


@app.command()
def exempt(
    ref: str,
    *,
    reason: Annotated[str, typer.Option(help="why; the auditor reads it")],
    until: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="the last day, such as 2026-12-31")
    ],
    kind: Annotated[Kind, typer.Option(help="as what")] = Kind.ACCEPTED,
) -> None:
    """Accept a finding until the end of a day; it is open again by itself the day after."""
    start_django()
    from tenure.compliance import queries
    from tenure.compliance.operations.exempt_findings import exempt_findings

    exempt_findings(
        finding_refs=[ref],
        reason=reason,
        until=until.date(),
        kind=kind.value,
        actor=decider(),
    )
    finding = queries.finding_by_ref(ref, actor=operator())
    (exemption, *_) = queries.exemptions(actor=operator()).filter(finding=finding)
    emit(
        {**_document(finding), "exemption": _exemption(exemption)},
        words=f"Exempted until the end of {until:%Y-%m-%d}: {_document(finding)['about']}.",
    )


def _exemption(exemption: Any) -> dict[str, Any]:  # noqa: ANN401 - models load late
    return {
        "ref": str(exemption.ref),
        "kind": exemption.kind,
        "state": exemption.state,
        "reason": exemption.reason,
        "until": exemption.until.isoformat(),
        "by": exemption.exempted_by,
        "at": rfc3339(exemption.exempted_at),
        "ended_at": rfc3339(exemption.ended_at) if exemption.ended_at else None,
        "withdrawn_reason": exemption.withdrawn_reason or None,
        "lapsed_because": exemption.lapsed_because or None,
    }


def _document(finding: Any) -> dict[str, Any]:  # noqa: ANN401 - models load late
    from tenure.compliance import explaining, wording

    return {
        "ref": str(finding.ref),
        "test": finding.test.slug,
        "about": explaining.who(finding),
        "subject": finding.subject,
        "connection": finding.connection.name if finding.connection else None,
        "owner": str(finding.owner) if finding.owner else None,
        "state": finding.state,
        "urgency": wording.urgency(finding),
        "opened_at": rfc3339(finding.opened_at),
        "due_at": rfc3339(finding.due_at),
        "resolved_at": rfc3339(finding.resolved_at) if finding.resolved_at else None,
    }
