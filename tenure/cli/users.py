"""`tenure users`: who may sign in, and with which permission sets."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tenure.cli.output import emit, operator, table
from tenure.lib.clock import rfc3339

if TYPE_CHECKING:
    from tenure.users.models import User

app = typer.Typer(help="Who may sign in, and with which permission sets.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="their address")]


@app.callback()
def _start() -> None:
    from tenure.cli import start_django

    start_django()


@app.command()
def invite(
    email: Email,
    *,
    permission_set: Annotated[str, typer.Option(help="what they may do, such as reviewer")],
    connection: Annotated[str, typer.Option(metavar="NAME", help="only for this one")] = "",
    from_: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="an auditor's first day"),
    ] = None,
    to: Annotated[
        datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], help="an auditor's last day"),
    ] = None,
) -> None:
    """Mail somebody a link, good for seven days, to become a user."""
    from tenure.users.operations.invite_user import invite_user

    invitation = invite_user(
        email=email,
        permission_set=permission_set,
        connection_ref=_connection_ref(connection),
        window_from=_day(from_),
        window_until=_day(to),
        actor=operator(),
    )
    document = {
        "ref": str(invitation.ref),
        "email": invitation.email,
        "permission_set": invitation.permission_set,
        "expires_at": rfc3339(invitation.expires_at),
    }
    emit(document, words=f"Invitation to {invitation.email} is on its way; it lasts seven days.")


@app.command("list")
def list_users() -> None:
    """Users, with their permission sets, second factor and last sign-in."""
    from tenure.users import queries

    documents = [_document(user) for user in queries.users(actor=operator())]
    invited = [
        {"email": row.email, "permission_set": row.permission_set, "ref": str(row.ref)}
        for row in queries.pending_invitations(actor=operator())
    ]
    rows = [
        (
            found["email"],
            found["name"],
            ", ".join(role["permission_set"] for role in found["roles"]),
            "yes" if found["mfa"] else "no",
            found["last_sign_in_at"],
            "" if found["active"] else "shut out",
        )
        for found in documents
    ] + [(row["email"], "", row["permission_set"], "", "", "invited") for row in invited]
    heads = ["E-mail", "Name", "Permission sets", "Second factor", "Last sign-in", "State"]
    emit({"users": documents, "invitations": invited}, words=table(heads, rows))


@app.command("reset-mfa")
def reset_mfa(email: Email) -> None:
    """Remove the second factors of somebody who lost theirs, and end their sessions."""
    from tenure.users import queries
    from tenure.users.operations.reset_mfa import reset_mfa as reset

    user = reset(
        user_ref=queries.user_of_email(email, actor=operator()).ref,
        actor=operator(),
    )
    emit(_named(user), words=f"{user.email} has no second factor now, and was told by mail.")


@app.command("sign-in-link")
def sign_in_link(
    email: Email,
    *,
    minutes: Annotated[int, typer.Option(min=1, max=1440, help="how long it works")] = 60,
) -> None:
    """Print an address that signs this user in, once."""
    from tenure.users import queries
    from tenure.users.operations.issue_sign_in_link import issue_sign_in_link

    user = queries.user_of_email(email, actor=operator())
    address = issue_sign_in_link(user_ref=user.ref, minutes=minutes, actor=operator())
    emit({**_named(user), "url": address, "minutes": minutes}, words=address)


def _connection_ref(name: str) -> str:
    if not name:
        return ""
    from tenure.connections.queries import connection_by_name

    return str(connection_by_name(name, actor=operator()).ref)


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _named(user: User) -> dict[str, Any]:
    return {"ref": str(user.ref), "email": user.email}


def _document(user: Any) -> dict[str, Any]:  # noqa: ANN401 - a User with what the query adds
    return {
        **_named(user),
        "name": user.name,
        "active": user.is_active,
        "mfa": user.has_mfa,
        "last_sign_in_at": rfc3339(user.last_login) if user.last_login else None,
        "roles": [
            {
                "permission_set": role.permission_set,
                "connection": role.connection_ref or None,
                "ends_at": rfc3339(role.ends_at) if role.ends_at else None,
            }
            for role in user.current_roles
        ],
    }
