"""What can be connected, from the connectors' own declarations."""

from __future__ import annotations

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


def _text(one: Description) -> str:
    return " ".join((one.kind, one.title, one.summary, *one.keywords)).casefold()
