"""What can be connected, from the connectors' own declarations."""

from __future__ import annotations

from django.conf import settings

from tenure.connections.models import Connection
from tenure.connectors.base import Description
from tenure.connectors.registry import catalogue
from tenure.lib.errors import NotFound


def search(words: str) -> list[Description]:
    """Connectors in which every word is found: in the name, the summary or the keywords."""
    wanted = words.casefold().split()
    return [one for one in catalogue() if all(word in _text(one) for word in wanted)]


def description_of(kind: str) -> Description:
    """A connector's declaration. NotFound for a kind that nobody speaks."""
    for one in catalogue():
        if one.kind == kind:
            return one
    raise NotFound("There is no such connector; look through the catalogue.")


def scope_of(connection: Connection) -> str:
    """What a connection covers and what it cannot see, in one sentence."""
    said = description_of(connection.kind).scope_statement
    return said.format(organization_id=connection.organization_id)


def members_page(connection: Connection) -> str:
    """Where people change at the provider who is in an organization; empty where nobody knows.

    Behind a host of its own that is where the operator says.
    """
    described = description_of(connection.kind)
    usual = {"", *(url for _, url in described.hosts)}
    return described.members_page if connection.base_url in usual else settings.TENURE_MEMBERS_PAGE


def _text(one: Description) -> str:
    return " ".join((one.kind, one.title, one.summary, *one.keywords)).casefold()
