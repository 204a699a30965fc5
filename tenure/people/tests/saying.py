"""What tests say of people, in few words: files of sources, and what became of somebody."""

from __future__ import annotations

from datetime import datetime

from tenure.people import queries
from tenure.people.models import PeopleImport, Person
from tenure.people.operations.add_people_source import add_people_source
from tenure.people.operations.import_people import import_people
from tenure.testing.cast import actor_of

ADA = "ada@h.example"


def source(name: str, precedence: int = 40, **given) -> None:
    add_people_source(
        name=name, precedence=precedence, expected_days=35, actor=actor_of("ada"), **given
    )


def take(text: str, *, of: str = "CSV", is_full: bool = False) -> PeopleImport:
    """Import a file written as `header` and lines, parted by blanks."""
    content = "\n".join(text.split()).encode()
    return import_people(
        content=content, source=of, is_full=is_full, is_confirmed=True, actor=actor_of("mara")
    )


def somebody(email: str = ADA) -> Person:
    return queries.person_by_email(email, actor=actor_of("mara"))


def state(email: str = ADA, at: datetime | None = None) -> str:
    people = queries.with_state(queries.people(actor=actor_of("mara")), at=at)
    return people.get(email_key=email).state


def history(email: str = ADA) -> list[tuple[str, str, str]]:
    """Field, before and after, the newest first."""
    changes = queries.changes_of(somebody(email), actor=actor_of("mara"))
    return list(changes.values_list("field", "before", "after"))
