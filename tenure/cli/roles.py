"""`tenure roles`: what each lets its holder do, and who holds it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tenure.cli import start_django
from tenure.cli.output import emit, operator, table

app = typer.Typer(help="Roles, their permissions and who holds them.", no_args_is_help=True)


@app.command("list")
def list_(
    *,
    show: Annotated[
        str,
        typer.Option(
            metavar="FILTER", help="all, organization, projects, custom, privileged or over"
        ),
    ] = "all",
    search: Annotated[str, typer.Option(help="part of a name, a permission or a project")] = "",
) -> None:
    """Every role of the organization and of its projects."""
    start_django()
    from tenure.inventory import queries
    from tenure.inventory.schemas.roles import RoleOut

    actor, cursor, data = operator(), "", list[dict[str, Any]]()
    while True:
        asked = queries.RolesAsked(show=show, search=search, cursor=cursor, limit=500)
        page = queries.role_page(asked, actor=actor)
        data += [RoleOut.of(one).model_dump(mode="json") for one in page.rows]
        if not (cursor := page.next or ""):
            break
    rows = (
        [
            one["name"],
            _where(one),
            one["held_directly"],
            one["held_through_groups"],
            "yes" if one["is_privileged"] else "-",
            one["ref"],
        ]
        for one in data
    )
    heads = ["Role", "Of", "Direct", "Through groups", "Privileged", "Ref"]
    emit({"data": data}, words=table(heads, rows) if data else "No such roles.")


@app.command("show")
def show_(ref: Annotated[str, typer.Argument(metavar="REF", help="the role's ref")]) -> None:
    """One role: what it lets its holder do, who that is, and how it changed."""
    start_django()
    from tenure.inventory import queries
    from tenure.inventory.schemas.roles import HolderOut, RoleDetail

    actor = operator()
    found, changes = queries.role_by_ref(ref, actor=actor)
    document = RoleDetail.about(found, changes).model_dump(mode="json")
    holders, cursor = list[dict[str, Any]](), ""
    while True:
        page = queries.holder_page(found, cursor=cursor, limit=500, actor=actor)
        ways = queries.ways_to(found, page.rows, actor=actor)
        holders += [
            HolderOut.of(one, found, ways.get(one.pk, [])).model_dump(mode="json")
            for one in page.rows
        ]
        if not (cursor := page.next or ""):
            break
    who = (
        [
            one["account"]["email"] or one["account"]["name"],
            ", ".join(p["group"]["name"] if p["group"] else "direct" for p in one["paths"]),
        ]
        for one in holders
    )
    lived = ([one["at"], one["what"], one["known"]] for one in document["history"])
    said = f"{document['name']} of {_where(document)}"
    emit(
        {**document, "holders": holders},
        words=[
            f"{said}: {', '.join(document['permissions']) or 'permissions unknown'}",
            table(["Held by", "Path"], who) if holders else "Nobody holds it.",
            table(["When", "What", "How it is known"], lived),
        ],
    )


def _where(role: dict[str, Any]) -> str:
    """What a role is of."""
    of_organization = role["resource_kind"] == "organization"
    return "the organization" if of_organization else str(role["resource"]["name"])
