"""`tenure accounts`: who can sign in where, and whose each account is."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from tenure.cli import start_django
from tenure.cli.output import emit, operator, table

app = typer.Typer(help="Accounts, and the people they belong to.", no_args_is_help=True)

Ref = Annotated[str, typer.Argument(metavar="REF", help="the account's ref")]


class Kind(StrEnum):
    """What stands behind an account."""

    PERSON = "person"
    EXTERNAL = "external"
    SERVICE = "service"
    SHARED = "shared"


@app.command("list")
def list_(
    *,
    unlinked: Annotated[bool, typer.Option("--unlinked", help="those that are nobody's")] = False,
    leavers: Annotated[
        bool, typer.Option("--leavers", help="those of people who may not hold access")
    ] = False,
    kind: Annotated[Kind | None, typer.Option(help="only this kind")] = None,
    connection: Annotated[str, typer.Option(metavar="NAME", help="only this connection")] = "",
) -> None:
    """Accounts that work, each with whom it belongs to."""
    start_django()
    from tenure.connections.queries import connection_by_name
    from tenure.inventory import queries

    actor = operator()
    chosen: dict[str, Any] = {"is_leaver": True} if leavers else {}
    rows = (queries.unlinked_accounts if unlinked else queries.present_accounts)(actor=actor)
    if kind:
        chosen["kind"] = kind.value
    if connection:
        chosen["connection"] = connection_by_name(connection, actor=actor)
    found = rows.filter(**chosen).order_by("name", "id")
    data = [_document(account) for account in found.iterator()]
    columns = ("role", "person_state", "link", "ref")
    lines = (
        [one["email"] or one["name"] or one["external_id"], *(one[name] for name in columns)]
        for one in data
    )
    heads = ["Account", "Role", "Person", "Link", "Ref"]
    words = table(heads, lines) if data else "No such accounts."
    emit({"data": data}, words=words)


@app.command()
def show(ref: Ref) -> None:
    """One account: whose it is and why, and what happened to it."""
    start_django()
    _print(ref)


@app.command()
def explain(ref: Ref) -> None:
    """How we know: which list, read when and by which run, and the provider's own record."""
    start_django()
    from tenure.cli.accounts_explained import explained

    document, words = explained(ref, actor=operator())
    emit(document, words=words)


@app.command()
def link(
    ref: Ref,
    *,
    person: Annotated[str, typer.Option(metavar="EMAIL", help="work or other e-mail")],
    reason: Annotated[str, typer.Option(help="how you know")] = "",
) -> None:
    """Say whose account this is."""
    start_django()
    from tenure.inventory.operations.link_account import link_account

    link_account(account_ref=ref, email=person, reason=reason, actor=operator())
    _print(ref)


@app.command()
def unlink(ref: Ref, *, reason: Annotated[str, typer.Option(help="why it is not theirs")]) -> None:
    """Say that an account is not theirs; the pair is not suggested again."""
    start_django()
    from tenure.inventory.operations.unlink_account import unlink_account

    unlink_account(account_ref=ref, reason=reason, actor=operator())
    _print(ref)


@app.command()
def suggestions(
    *,
    accept: Annotated[
        list[str] | None, typer.Option(metavar="REF", help="link this one; may be repeated")
    ] = None,
) -> None:
    """Whose accounts might be; --accept links the named ones, all or none."""
    start_django()
    from django.db import transaction

    from tenure.inventory import queries
    from tenure.inventory.operations.confirm_link import confirm_link

    with transaction.atomic():
        accepted = [confirm_link(link_ref=ref, actor=operator()) for ref in accept or ()]
    waiting = queries.suggestions(actor=operator())
    data = [_suggestion(one) for one in waiting]
    done = [_suggestion(one) for one in accepted]
    rows = ([one["email"], one["person"], one["reason"], one["ref"]] for one in data)
    words = [f"Linked {one['email']} to {one['person']}." for one in done]
    heads = ["Account", "Person", "Because", "Ref"]
    emit(
        {"data": data, "accepted": done},
        words=[*words, table(heads, rows) if data else "No suggestions wait."],
    )


def _print(ref: str) -> None:
    from tenure.cli.accounts_explained import access_of
    from tenure.inventory import queries
    from tenure.inventory.showing import account_history

    account, links = queries.account_by_ref(ref, actor=operator())
    grants = queries.grants_of(account, actor=operator())
    changes = queries.changes_of(account, actor=operator())
    document = _document(account)
    events = [
        {"at": entry["at"].isoformat(), "what": entry["text"], "known": entry["note"]}
        for entry in account_history(changes, links, grants)
    ]
    access = access_of(account, grants)
    reach = table(["Can do", "Path", "Since"], [list(one.values())[:3] for one in access])
    rows = [(name.replace("_", " "), value) for name, value in document.items()]
    lived = table(["When", "What", "How it is known"], [tuple(event.values()) for event in events])
    fields = table(["Field", "Value"], rows)
    emit({**document, "access": access, "history": events}, words=[fields, reach, lived])


def _document(account: Any) -> dict[str, Any]:  # noqa: ANN401 - models load late
    used_at = account.key_last_used_at
    return {
        "ref": str(account.ref),
        "external_id": account.external_id,
        "email": account.email,
        "name": account.name,
        "kind": account.kind,
        "status": account.status,
        "link": _link(account),
        "person": account.person_email or account.person_external_id,
        "person_state": account.person_state or None,
        "role": account.role,
        "last_activity": used_at.isoformat() if used_at else None,
        "connection": account.connection.name,
        "since": account.began_at.isoformat(),
    }


def _link(account: Any) -> str | None:  # noqa: ANN401 - models load late
    """linked, suggested or unlinked; None for accounts that are no single person's."""
    if account.person_state:
        return "linked"
    if account.kind not in (Kind.PERSON, Kind.EXTERNAL):
        return None
    return "suggested" if account.is_suggested else "unlinked"


def _suggestion(link: Any) -> dict[str, Any]:  # noqa: ANN401 - models load late
    return {
        "ref": str(link.ref),
        "account": str(link.account.ref),
        "email": link.account.email,
        "person": link.person.email or link.person.external_id,
        "method": link.method,
        "reason": link.reason,
    }
