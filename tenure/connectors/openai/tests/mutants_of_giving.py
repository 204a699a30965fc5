"""OpenAI connectors that each get one thing about giving wrong."""

from __future__ import annotations

from msgspec.structs import replace

from tenure.connectors.contract.mutants import Mutant
from tenure.connectors.openai import changes, outcomes, targets
from tenure.connectors.openai.changes import Changes


def finds(name, aimed_at, turn):
    """Finds something else: `turn` is given what was found."""

    def turned(right):
        return lambda self, kind, email: turn(right(self, kind, email))

    return Mutant(name, aimed_at, Changes, "find", turned)


def first_page_only(right):
    def pages(self, listing, *whose, **narrowed):
        yield next(right(self, listing, *whose, **narrowed))

    return pages


def places_or_none(right):
    return lambda self: right(self) or ()


MUTANTS = (
    finds("forgets the ids of what it found", "found",
          lambda f: replace(f, sights=tuple(replace(one, id="") for one in f.sights))),
    finds("says nothing of where an invitation leads", "found",
          lambda f: replace(f, sights=tuple(replace(one, projects=None) for one in f.sights))),
    Mutant("takes silence about projects for none", "says no projects", targets.Changeable,
           "places", places_or_none),
    Mutant("reads the first page only", "find: no cursor", Changes, "_pages", first_page_only),
    Mutant("minds the case of an address", "found", changes, "fold_email",
           lambda _: lambda address: address),
    Mutant("passes over what it cannot read", "find: unreadable record", changes, "_goes_by",
           lambda right: lambda record, email: record is not None and right(record, email)),
    Mutant("says nothing of what was made", "found", outcomes, "made", lambda _: lambda _: ""),
)  # fmt: skip
