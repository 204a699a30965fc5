"""`tenure access`: who had what at an instant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from tenure.cli import start_django
from tenure.cli.output import NOT_OK, emit, operator, stop, table
from tenure.lib.clock import now, rfc3339

if TYPE_CHECKING:
    from tenure.inventory.queries import AccessThen, NotKnown

_MOST_GAPS = 10


def access(
    *,
    on: Annotated[str, typer.Option("--on", metavar="WHEN", help="a day, an instant, or now")],
    connection: Annotated[str, typer.Option(metavar="NAME", help="only this connection")] = "",
    person: Annotated[str, typer.Option(metavar="EMAIL", help="only what this person had")] = "",
) -> None:
    """Who had which role then, of the organization and of projects; a day means its end."""
    start_django()
    from django.conf import settings

    from tenure.connections.queries import connection_by_name
    from tenure.inventory.queries import access_on
    from tenure.lib.when import instant_of
    from tenure.people.queries import person_by_email

    actor = operator()
    then = access_on(
        at=instant_of(on, zone=ZoneInfo(settings.TENURE_TIME_ZONE), now=now()),
        actor=actor,
        connection=connection_by_name(connection, actor=actor) if connection else None,
        person=person_by_email(person, actor=actor) if person else None,
    )
    if not then.is_known:
        stop(_known_since(then.not_known), code=NOT_OK, kind="not-known", status=404)
    emit(_document(then), words=_words(then))


def _known_since(gaps: Iterable[NotKnown]) -> str:
    moments = [gap.known_since for gap in gaps if gap.known_since is not None]
    if not moments:
        return "Nothing is known yet; connect an organization and let its users be read once."
    return f"Known since {rfc3339(min(moments))}; nobody can tell what was before that."


def _document(then: AccessThen) -> dict[str, Any]:
    from tenure.inventory import access_wording

    return {
        "at": rfc3339(then.at),
        "data": [
            {
                "connection": one.connection,
                "account": {
                    "ref": str(one.account_ref) if one.account_ref else None,
                    "external_id": one.external_id,
                    "email": one.email,
                    "name": one.name,
                },
                "person": one.person or None,
                "entitlement": access_wording.entitlement(
                    one.role, resource=one.resource, projects=one.projects
                ),
                "role": one.role,
                "project": str(one.resource_ref) if one.resource_ref else None,
                "path": one.path,
                "since": rfc3339(one.since),
                "certainty": access_wording.certainty(one.between),
                "last_read": rfc3339(one.read_at) if one.read_at else None,
            }
            for one in then.held
        ],
        "not_known": [
            {
                "connection": gap.connection,
                "list": f"members of {gap.resource}" if gap.resource else "users",
                "known_since": rfc3339(gap.known_since) if gap.known_since else None,
            }
            for gap in then.not_known
        ],
    }


def _words(then: AccessThen) -> list[object]:
    document = _document(then)
    rows = (
        (
            one["account"]["email"] or one["account"]["name"] or one["account"]["external_id"],
            one["person"],
            one["entitlement"],
            one["path"],
            one["since"][:10],
            one["certainty"],
        )
        for one in document["data"]
    )
    heads = ["Account", "Person", "Entitlement", "Path", "Since", "Certainty"]
    listed = table(heads, rows) if document["data"] else "Nobody had anything then."
    gaps = document["not_known"]
    read = [one["last_read"] for one in document["data"] if one["last_read"]]
    as_read = (
        f"As last read before then; the oldest of these lists at {min(read)}." if read else None
    )
    notes = [
        f"Not known then: {gap['list']} of {gap['connection']}, "
        + (f"known since {gap['known_since']}." if gap["known_since"] else "never read completely.")
        for gap in gaps[:_MOST_GAPS]
    ]
    more = len(gaps) - _MOST_GAPS
    return [
        f"Access at {document['at']}",
        listed,
        as_read,
        *notes,
        f"and {more} more." if more > 0 else None,
    ]
