"""`tenure findings`: what fails the tests, and why."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tenure.cli import start_django
from tenure.cli.output import emit, operator, table
from tenure.lib.clock import rfc3339

app = typer.Typer(help="What fails the tests.", no_args_is_help=True)


@app.command("list")
def list_(
    test: Annotated[str, typer.Option(help="only of this test")] = "",
) -> None:
    """Open findings, the most urgent first."""
    start_django()
    from tenure.compliance import queries

    found = queries.open_findings(actor=operator()).order_by("due_at", "id")
    if test:
        found = found.filter(test__slug=queries.test_by_slug(test, actor=operator()).slug)
    data = [_document(finding) for finding in found]
    rows = ((one["test"], one["about"], one["urgency"], one["due_at"], one["ref"]) for one in data)
    heads = ["Test", "About", "Urgency", "Due", "Ref"]
    nothing = "No open findings; whether the tests could judge at all says: tenure tests list"
    emit({"data": data}, words=table(heads, rows) if data else nothing)


@app.command()
def show(ref: str) -> None:
    """One finding with every input its verdict rests on."""
    start_django()
    from tenure.compliance import queries

    finding = queries.finding_by_ref(ref, actor=operator())
    data = {**_document(finding), "why": finding.why}
    inputs = (
        (given["name"], given["value"], given["source"], given["at"])
        for given in finding.why["inputs"]
    )
    facts = table(["Field", "Value"], list(_document(finding).items()))
    emit(
        data, words=[facts, finding.why["rule"], table(["Input", "Value", "Source", "At"], inputs)]
    )


def _document(finding: Any) -> dict[str, Any]:  # noqa: ANN401 - models load late
    from tenure.compliance import wording

    about = finding.person or finding.account or finding.subject
    return {
        "ref": str(finding.ref),
        "test": finding.test.slug,
        "about": str(about),
        "subject": finding.subject,
        "connection": finding.connection.name if finding.connection else None,
        "state": finding.state,
        "urgency": wording.urgency(finding),
        "opened_at": rfc3339(finding.opened_at),
        "due_at": rfc3339(finding.due_at),
        "resolved_at": rfc3339(finding.resolved_at) if finding.resolved_at else None,
    }
