"""No two people hold one address: whoever held it keeps it, whatever a weaker source says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tenure.lib.text import fold_email
from tenure.people.directory import Directory
from tenure.people.models import Person
from tenure.people.reading import Reading

if TYPE_CHECKING:
    from tenure.people.importing import Plan


def settle(
    plan: Plan, directory: Directory, before: Mapping[int, Mapping[str, object]], reading: Reading
) -> None:
    """Where what is planned gives two people one identifier, the later of them goes without.

    Somebody known keeps the identifier they had; the line of somebody new is rejected.
    """
    for name in ("email_key", "external_id"):
        while clashing := _clashing(plan, directory, name):
            for person in clashing:
                if person.pk is None:
                    _reject(plan, person, reading)
                    continue
                external_id, email = before[person.pk]["external_id"], before[person.pk]["email"]
                if name == "external_id":
                    person.external_id = str(external_id)
                else:
                    person.email, person.email_key = str(email), fold_email(str(email))
                # Who went back comes first: the next look finds those who took what is theirs.
                plan.changed.remove(person)
                plan.changed.insert(0, person)


def _clashing(plan: Plan, directory: Directory, name: str) -> list[Person]:
    written = {person.pk for person in plan.changed}
    held = {
        getattr(person, name)
        for pk, person in directory.people.items()
        if pk not in written and getattr(person, name)
    }
    clashing = []
    for person in (*plan.changed, *plan.created):
        identifier = getattr(person, name)
        if identifier in held:
            clashing.append(person)
        elif identifier:
            held.add(identifier)
    return clashing


def _reject(plan: Plan, person: Person, reading: Reading) -> None:
    line = next(line for line, whose in plan.lines.items() if whose is person)
    reading.reject(
        line,
        "email or external_id is somebody else's by a stronger source; mend one of them",
        email=person.email,
        external_id=person.external_id,
    )
    plan.created = [one for one in plan.created if one is not person]
    plan.records = [one for one in plan.records if one[0] is not person]
    del plan.lines[line]
