"""`tenure tokens`: secrets by which programs use the API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tenure.cli.output import emit, operator, table
from tenure.lib.clock import rfc3339

if TYPE_CHECKING:
    from tenure.users.models import ApiToken

app = typer.Typer(help="Secrets by which programs use the API.", no_args_is_help=True)


@app.callback()
def _start() -> None:
    from tenure.cli import start_django

    start_django()


@app.command()
def create(
    *,
    scope: Annotated[list[str], typer.Option(help="what for; may be repeated")],
    name: Annotated[str, typer.Option(help="what will use it")],
    expires: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="the day it ends, as it begins in UTC"),
    ] = None,
    user: Annotated[
        str, typer.Option(metavar="EMAIL", help="as whom it acts; the admin, if there is but one")
    ] = "",
) -> None:
    """Make a token and print its secret, this once."""
    from tenure.users.operations.create_token import create_token

    token, secret = create_token(
        name=name,
        scopes=scope,
        expires_at=expires.replace(tzinfo=UTC) if expires else None,
        user_email=user,
        actor=operator(),
    )
    emit({**_document(token), "secret": secret}, words=secret)


@app.command("list")
def list_() -> None:
    """Every token: whose, what for, when it was used last, and whether it works."""
    from tenure.users import queries

    data = [_document(token) for token in queries.tokens(actor=operator())]
    rows = (
        (
            f"{one['name']} ({one['user']})",
            ", ".join(one["scopes"]),
            str(one["last_used_at"] or "never")[:10],
            one["state"],
            one["ref"],
        )
        for one in data
    )
    heads = ["Token", "Scopes", "Last used", "State", "Ref"]
    nothing = "No tokens; make one with: tenure tokens create --help"
    emit({"data": data}, words=table(heads, rows) if data else nothing)


@app.command()
def revoke(ref: Annotated[str, typer.Argument(metavar="REF", help="the token's ref")]) -> None:
    """End a token at once."""
    from tenure.users.operations.revoke_token import revoke_token

    token = revoke_token(token_ref=ref, actor=operator())
    emit(_document(token), words=f"{token} opens nothing any more.")


def _document(token: ApiToken) -> dict[str, Any]:
    from tenure.lib.clock import now

    state = "works" if token.is_live(now()) else "revoked" if token.revoked_at else "expired"
    return {
        "ref": str(token.ref),
        "name": token.name,
        "user": token.user.email,
        "scopes": token.scopes,
        "state": state,
        "created_at": rfc3339(token.created_at),
        "expires_at": rfc3339(token.expires_at) if token.expires_at else None,
        "last_used_at": rfc3339(token.last_used_at) if token.last_used_at else None,
    }
