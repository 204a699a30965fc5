"""`tenure groups`: who is in which, and what that gives."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tenure.cli import start_django
from tenure.cli.output import emit, operator, table

app = typer.Typer(help="Groups, and what being in one gives.", no_args_is_help=True)


@app.command("list")
def list_(
    *,
    show: Annotated[
        str, typer.Option(metavar="FILTER", help="all, leavers, empty, scim or over")
    ] = "all",
    search: Annotated[str, typer.Option(help="part of a name or an id")] = "",
) -> None:
    """Every group: how many are in it, and how many projects it reaches."""
    start_django()
    from tenure.inventory import queries
    from tenure.inventory.schemas.groups import GroupOut

    actor, cursor, data = operator(), "", list[dict[str, Any]]()
    while True:
        asked = queries.GroupsAsked(show=show, search=search, cursor=cursor, limit=500)
        page = queries.group_page(asked, actor=actor)
        data += [GroupOut.of(one).model_dump(mode="json") for one in page.rows]
        if not (cursor := page.next or ""):
            break
    columns = ("name", "members", "leavers", "projects", "external_id")
    words = table(
        ["Group", "Members", "Leavers", "Projects", "Id"],
        ([one[name] for name in columns] for one in data),
    )
    emit({"data": data}, words=words if data else "No such groups.")


@app.command("show")
def show_(name: Annotated[str, typer.Argument(metavar="NAME", help="name, id or ref")]) -> None:
    """One group: who is in it, what that gives, and what happened to it."""
    start_django()
    from tenure.inventory import queries
    from tenure.inventory.schemas.groups import GroupDetail

    actor = operator()
    named = queries.group_by_name(name, actor=actor)
    found, changes = queries.group_by_ref(named.ref, actor=actor)
    given = queries.given_by(found, actor=actor)
    document = GroupDetail.about(found, changes, given).model_dump(mode="json")
    members, cursor = list[dict[str, Any]](), ""
    while True:
        page = queries.member_page(found, show="all", cursor=cursor, limit=500, actor=actor)
        members += [_member(account) for account in page.rows]
        if not (cursor := page.next or ""):
            break
    inside = ([one["email"] or one["name"], one["person_state"]] for one in members)
    gives = ([one["entitlement"], one["known"]] for one in document["gives"])
    lived = ([one["at"], one["what"], one["known"]] for one in document["history"])
    emit(
        {**document, "accounts": members},
        words=[
            table(["In it", "Person"], inside) if members else "Nobody is known to be in it.",
            table(["It gives", "Since"], gives) if document["gives"] else "It gives nothing.",
            table(["When", "What", "How it is known"], lived),
        ],
    )


def _member(account: Any) -> dict[str, Any]:  # noqa: ANN401 - models load late
    return {
        "ref": str(account.ref),
        "external_id": account.external_id,
        "email": account.email,
        "name": account.name,
        "person": account.person_email or account.person_external_id,
        "person_state": account.person_state or None,
        "is_leaver": account.is_leaver,
    }
