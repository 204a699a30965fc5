"""`tenure credentials`: the keys and rules that act without anybody signing in."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tenure.cli import start_django
from tenure.cli.output import emit, operator, table

app = typer.Typer(help="Keys: whose they are and what they reach.", no_args_is_help=True)


@app.command("list")
def list_(
    *,
    show: Annotated[
        str,
        typer.Option(
            metavar="FILTER",
            help="all, orphaned, leavers, nobody, unowned, expiring, unused, unknown, older_90, "
            "older_180, admin, service, federated or over",
        ),
    ] = "all",
    search: Annotated[str, typer.Option(help="part of a name, an ending, an owner")] = "",
    sort: Annotated[str, typer.Option(help="name, created or used")] = "name",
) -> None:
    """Keys that work, each with whose it is and why somebody should look at it."""
    start_django()
    from tenure.inventory import queries
    from tenure.inventory.schemas.credentials import CredentialOut

    actor, cursor, data = operator(), "", list[dict[str, Any]]()
    while True:
        asked = queries.CredentialsAsked(
            show=show, search=search, sort=sort, cursor=cursor, limit=500
        )
        page = queries.credential_page(asked, actor=actor)
        data += [CredentialOut.of(key).model_dump(mode="json") for key in page.rows]
        if not (cursor := page.next or ""):
            break
    rows = (
        [
            one["name"] or one["hint"],
            one["owner"]["name"],
            one["project"]["name"] if one["project"] else "the organization",
            str(one["last_used_at"] or "unknown")[:10],
            ", ".join(one["flags"]) or "-",
            one["ref"],
        ]
        for one in data
    )
    heads = ["Key", "Acts as", "Where", "Last used", "Flags", "Ref"]
    emit({"data": data}, words=table(heads, rows) if data else "No such keys.")


@app.command("show")
def show_(ref: Annotated[str, typer.Argument(metavar="REF", help="the key's ref")]) -> None:
    """One key: what it can do, how it is known, and what happened to it."""
    start_django()
    from tenure.inventory.schemas.credentials import CredentialDetail
    from tenure.lib.ids import as_ref

    document = CredentialDetail.about(as_ref(ref), actor=operator()).model_dump(mode="json")
    owner, project = document["owner"], document["project"]
    shown = {
        "key": document["name"] or document["hint"],
        "hint": document["hint"],
        "kind": document["kind"].replace("_", " "),
        "state": document["state"],
        "needs attention": ", ".join(document["flags"]) or "nothing",
        "acts as": owner["name"],
        "where": project["name"] if project else "the organization",
        "can do": document["reach"],
        **({"lets in": "; ".join(document["conditions"])} if document["conditions"] else {}),
        "made": document["created_at"] or "unknown",
        "expires": document["expires_at"] or "never",
        "last used": document["last_used_at"] or "unknown",
        "known since": f"{document['since']} ({document['since_known']})",
    }
    steps = ([step["at"], step["what"], step["known"]] for step in document["history"])
    lived = table(["When", "What", "How it is known"], steps)
    emit(document, words=[table(["Field", "Value"], shown.items()), lived])
