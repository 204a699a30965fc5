"""A guard for rows of which something may still become, until they are sealed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Model

from tenure.audit.guards import FUNCTION, PREFIX, taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """No row is ever deleted. `frozen` fields stay as they were when the row was made, and once
    `when` holds of a row, nothing of it changes any more.

    `when` is SQL that both databases understand, about the columns of OLD.
    """

    frozen: tuple[str, ...] = ()
    when: str = ""

    def triggers(self, model: type[Model], vendor: str) -> dict[str, str]:
        """Name -> CREATE TRIGGER statement."""
        return dict(self._postgresql(model) if vendor == "postgresql" else self._sqlite(model))

    def _postgresql(self, model: type[Model]) -> Iterator[tuple[str, str]]:
        table = model._meta.db_table
        changed = self._refused(model, "IS DISTINCT FROM")
        for event, level, when in (
            ("UPDATE", "ROW", f"WHEN ({changed}) "),
            ("DELETE", "ROW", ""),
            ("TRUNCATE", "STATEMENT", ""),
        ):
            name = f"{PREFIX}{event.lower()}"
            statement = (
                f'CREATE TRIGGER {name} BEFORE {event} ON "{table}" FOR EACH {level} '
                f"{when}EXECUTE FUNCTION {FUNCTION}('sealed')"
            )
            yield name, statement

    def _sqlite(self, model: type[Model]) -> Iterator[tuple[str, str]]:
        table = model._meta.db_table
        changed = self._refused(model, "IS NOT")
        for event, when in (("UPDATE", changed), ("DELETE", ""), ("INSERT", taken(model))):
            name = f"{PREFIX}{event.lower()}_{table}"
            statement = (
                f'CREATE TRIGGER {name} BEFORE {event} ON "{table}" '
                f"{f'WHEN {when} ' if when else ''}BEGIN SELECT RAISE(ABORT, "
                f"'{event} on {table} refused: its rows are sealed'); END"
            )
            yield name, statement

    def _refused(self, model: type[Model], differs: str) -> str:
        """When an UPDATE is refused."""
        columns = {field.name: field.column for field in model._meta.concrete_fields}
        changed = [
            f'NEW."{columns[name]}" {differs} OLD."{columns[name]}"'
            for name in ("id", *self.frozen)
        ]
        return " OR ".join([f"({self.when})", *changed] if self.when else changed)
