from __future__ import annotations

from typing import Any, Self

from ninja import Schema

from tenure.inventory import activity_wording
from tenure.inventory.activity_wording import SourceLine
from tenure.lib.endpoints import Instant


class ActivityOut(Schema):
    """What one source says of when an account was last active; `why` is said where it says nothing.

    `precision` is day where no more than the day is known: `at` is when that began, in UTC.
    """

    source: str
    what: str
    at: Instant | None
    precision: str | None
    heard_at: Instant | None
    why: str

    @classmethod
    def of(cls, line: SourceLine) -> Self:
        return cls(
            source=line.source,
            what=line.label,
            at=line.at,
            precision=line.precision,
            heard_at=line.heard_at,
            why=line.why,
        )


def activity_fields(account: Any) -> dict[str, Any]:  # noqa: ANN401 - an account found by its ref
    """What the detail of an account says of its activity."""
    activity = activity_wording.of_account(account)
    return {
        "last_login": activity.login.at,
        "activity": [ActivityOut.of(line) for line in activity.lines],
    }
