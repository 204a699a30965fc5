"""`tenure accounts`: who can sign in where, and whose each account is."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from tenure.cli import start_django
from tenure.cli.output import decider, emit, operator, table

app = typer.Typer(help="Accounts, and the people they belong to.", no_args_is_help=True)

Ref = Annotated[str, typer.Argument(metavar="REF", help="the account's ref")]
Which = Annotated[str, typer.Argument(metavar="EMAIL|REF", help="the account's e-mail, or ref")]


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
    columns = ("role", "person_state", "link")
    lines = (
        [
            one["email"] or one["name"] or one["external_id"],
            *(one[name] for name in columns),
            _activity(one),
            one["ref"],
        ]
        for one in data
    )
    heads = ["Account", "Role", "Person", "Link", "Last activity", "Ref"]
    words = table(heads, lines) if data else "No such accounts."
    emit({"data": data}, words=words)


@app.command()
def show(account: Which) -> None:
    """One account: whose it is and why, and what happened to it."""
    start_django()
    _print(account)


@app.command()
def explain(account: Which) -> None:
    """How we know: which list, read when and by which run, and the provider's own record."""
    start_django()
    from tenure.cli.accounts_explained import explained

    document, words = explained(account, actor=operator())
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

    link_account(account_ref=ref, email=person, reason=reason, actor=decider())
    _print(ref)


@app.command()
def unlink(ref: Ref, *, reason: Annotated[str, typer.Option(help="why it is not theirs")]) -> None:
    """Say that an account is not theirs; the pair is not suggested again."""
    start_django()
    from tenure.inventory.operations.unlink_account import unlink_account

    unlink_account(account_ref=ref, reason=reason, actor=decider())
    _print(ref)


@app.command()
def mark(
    refs: Annotated[list[str], typer.Argument(metavar="REF", help="one account, or several")],
    *,
    kind: Annotated[Kind | None, typer.Option(help="what stands behind it")] = None,
    break_glass: Annotated[
        bool | None, typer.Option("--break-glass/--no-break-glass", help="kept for emergencies")
    ] = None,
    owner: Annotated[str, typer.Option(metavar="EMAIL", help="who answers for it")] = "",
    backup: Annotated[str, typer.Option(metavar="EMAIL", help="who does when they are away")] = "",
    sponsor: Annotated[str, typer.Option(metavar="EMAIL", help="who here vouches for them")] = "",
    purpose: Annotated[str, typer.Option(help="what it is for")] = "",
    reason: Annotated[str, typer.Option(help="why it has to be so")] = "",
    until: Annotated[str, typer.Option(metavar="DATE", help="the last day they may use it")] = "",
    review: Annotated[
        str, typer.Option(metavar="DATE", help="by when this is to be looked at again")
    ] = "",
) -> None:
    """Say what an account is and who answers for it. Of several, all are marked or none."""
    start_django()
    from tenure.inventory.marking_rules import Mark, day_of
    from tenure.inventory.operations.mark_accounts import mark_accounts

    said = Mark(
        kind=kind.value if kind else "",
        is_break_glass=break_glass,
        owner=owner,
        backup_owner=backup,
        sponsor=sponsor,
        purpose=purpose,
        reason=reason,
        until=day_of(until),
        review_on=day_of(review, field="review_on"),
    )
    marked = mark_accounts(account_refs=refs, said=said, actor=decider())
    if len(marked) == 1:
        _print(str(marked[0].ref))
    else:
        _print_chosen(refs)


@app.command()
def undo(ref: Ref) -> None:
    """Take back the last word about an account: whose it is, or of what kind."""
    start_django()
    from tenure.inventory.operations.undo_account_word import undo_account_word

    undo_account_word(account_ref=ref, actor=decider())
    _print(ref)


@app.command()
def suggestions(
    *,
    accept: Annotated[
        list[str] | None, typer.Option(metavar="REF", help="link this one; may be repeated")
    ] = None,
    reject: Annotated[
        list[str] | None,
        typer.Option(metavar="REF", help="never suggest this one again; may be repeated"),
    ] = None,
) -> None:
    """Whose accounts might be; those named are accepted and rejected, all or none."""
    start_django()
    from django.db import transaction

    from tenure.inventory import queries
    from tenure.inventory.operations.confirm_links import confirm_links
    from tenure.inventory.operations.reject_links import reject_links

    with transaction.atomic():
        accepted = confirm_links(link_refs=accept, actor=decider()) if accept else []
        rejected = reject_links(link_refs=reject, actor=decider()) if reject else []
    data = [_suggestion(one) for one in queries.suggestions(actor=operator())]
    yes, no = ([_suggestion(one) for one in decided] for decided in (accepted, rejected))
    rows = (
        [one["email"], one["person"], f"{one['confidence']}: {one['reason']}", one["ref"]]
        for one in data
    )
    words = [f"Linked {one['email']} to {one['person']}." for one in yes]
    words += [f"{one['email']} is not {one['person']}'s." for one in no]
    heads = ["Account", "Person", "Confidence", "Ref"]
    emit(
        {"data": data, "accepted": yes, "rejected": no},
        words=[*words, table(heads, rows) if data else "No suggestions wait."],
    )


def _print(named: str) -> None:
    from tenure.cli.accounts_explained import access_of, activity_of
    from tenure.inventory import queries
    from tenure.inventory.showing import account_history

    ref = queries.account_ref(named, actor=operator())
    account, links = queries.account_by_ref(ref, actor=operator())
    grants = queries.grants_of(account, actor=operator())
    changes, words = queries.life_of(account, actor=operator())
    document = _document(account) | {
        "link_method": next((one.method for one in links if one.state == "confirmed"), None),
        "break_glass": account.is_break_glass,
        **_answering(account),
    }
    told = queries.told_of_accounts([account], actor=operator())
    steps = [
        {"at": entry["at"].isoformat(), "what": entry["text"], "known": entry["note"]}
        for entry in account_history(changes, links, grants, words, told)
    ]
    access = access_of(account, grants)
    activity = activity_of(account)
    ways = [[one[name] for name in ("entitlement", "path", "since")] for one in access]
    reach = table(["Can do", "Path", "Since"], ways)
    rows = [(name.replace("_", " "), value) for name, value in document.items()]
    lived = table(["When", "What", "How it is known"], [tuple(step.values()) for step in steps])
    fields = table(["Field", "Value"], rows)
    said = [[one["what"], one["at"] or one["why"], one["heard_at"]] for one in activity["activity"]]
    seen = table(["Activity", "Last seen", "Heard"], said)
    emit(
        {**document, **activity, "access": access, "history": steps},
        words=[fields, seen, reach, lived],
    )


def _print_chosen(refs: list[str]) -> None:
    from tenure.inventory import queries

    data = [_document(one) for one in queries.chosen_accounts(refs, actor=operator())]
    rows = ([one["email"] or one["external_id"], one["kind"], one["ref"]] for one in data)
    emit({"data": data}, words=table(["Account", "Kind", "Ref"], rows))


def _answering(account: Any) -> dict[str, str]:  # noqa: ANN401 - models load late
    """Who answers for it, and why, as far as its kind asks."""
    from tenure.inventory.showing import answering_for

    said = answering_for(account)
    return {label.lower().replace(" ", "_"): _plain(value) for label, value in said}


def _plain(value: Any) -> str:  # noqa: ANN401 - a person, a day or a text
    return str(getattr(value, "email", "") or value)


def _document(account: Any) -> dict[str, Any]:  # noqa: ANN401 - models load late
    from tenure.inventory.activity_wording import source_of

    active_at = account.active_at
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
        "last_activity": active_at.isoformat() if active_at else None,
        "last_activity_source": source_of(account),
        "connection": account.connection.name,
        "since": account.began_at.isoformat(),
    }


def _activity(said: dict[str, Any]) -> str:
    """2026-03-12, audit log; or unknown."""
    from tenure.inventory.activity_wording import WORDS

    at, source = said["last_activity"], said["last_activity_source"]
    return f"{at[:10]}, {WORDS[source][1]}" if at else source


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
        "confidence": link.confidence,
        "reason": link.reason,
    }
