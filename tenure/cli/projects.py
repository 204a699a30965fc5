"""`tenure projects`: what access is to, who reaches it, and what does not count."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tenure.cli import start_django
from tenure.cli.output import emit, operator, table

app = typer.Typer(help="Projects, and whether they are in scope.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="the project's name or id")]


@app.command("list")
def list_(
    *,
    out_of_scope: Annotated[
        bool, typer.Option("--out-of-scope", help="those that a person has left out")
    ] = False,
) -> None:
    """Every project: in scope or not, how many reach it, and how fresh that is."""
    start_django()
    from tenure.inventory import queries

    actor, cursor, rows = operator(), "", list[dict[str, Any]]()
    while True:
        asked = queries.ProjectsAsked(show="out_of_scope" if out_of_scope else "all", cursor=cursor)
        page = queries.project_page(asked, actor=actor)
        reach = queries.reach_of(page.rows, actor=actor)
        rows += [_document(one, reach.get(one.pk)) for one in page.rows]
        if not (cursor := page.next or ""):
            break
    columns = ("name", "state", "members", "owners", "leavers", "external_id")
    words = table(
        ["Project", "State", "Members", "Owners", "Leavers", "Id"],
        ([one[name] for name in columns] for one in rows),
    )
    emit({"data": rows}, words=words if rows else "No such projects.")


@app.command()
def exclude(
    name: Name, *, reason: Annotated[str, typer.Option(help="why it does not count")]
) -> None:
    """Mark a project out of scope: its members are read no more, and count in no test."""
    start_django()
    from tenure.inventory import queries
    from tenure.inventory.operations.exclude_resource import exclude_resource

    actor = operator()
    found = queries.project_by_name(name, actor=actor)
    done = exclude_resource(resource_ref=found.ref, reason=reason, actor=actor)
    emit({"ref": str(done.ref), "out_of_scope": True}, words=f"{done} is out of scope.")


@app.command()
def include(name: Name) -> None:
    """Take a project back into scope; the next sync reads its members."""
    start_django()
    from tenure.inventory import queries
    from tenure.inventory.operations.include_resource import include_resource

    actor = operator()
    found = queries.project_by_name(name, actor=actor)
    done = include_resource(resource_ref=found.ref, actor=actor)
    emit({"ref": str(done.ref), "out_of_scope": False}, words=f"{done} is in scope again.")


def _document(project: Any, reach: Any) -> dict[str, Any]:  # noqa: ANN401 - models load late
    from tenure.inventory import access_wording

    return {
        "ref": str(project.ref),
        "external_id": project.external_id,
        "name": project.name,
        "connection": project.connection.name,
        "state": access_wording.project_state(project).word.lower(),
        "reason": project.scope_reason or None,
        "members": project.member_count if reach and project.read_at else None,
        "owners": reach.owners if reach else None,
        "leavers": reach.leavers if reach else None,
        "read_at": project.read_at.isoformat() if project.read_at else None,
    }
