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


class SpendOut(Schema):
    """What an account spent in thirty days; `why` is said where there is no amount.

    The amount is a decimal number as text, exact to the millionth.
    """

    amount: str | None
    currency: str | None
    days: int
    read_at: Instant | None
    why: str


class ActivityFields(Schema):
    """What the detail of an account says of its activity and its spend.

    `last_login` is a sign-in that the provider's audit log tells of, and nothing else.
    """

    last_login: Instant | None
    activity: list[ActivityOut]
    spend: SpendOut

    @classmethod
    def about_account(cls, account: Any) -> ActivityFields:  # noqa: ANN401 - an account found by its ref
        activity, spend = activity_wording.of_account(account), activity_wording.spend(account)
        return ActivityFields(
            last_login=activity.login.at,
            activity=[ActivityOut.of(line) for line in activity.lines],
            spend=SpendOut(
                amount=None if spend.amount is None else f"{spend.amount:.6f}",
                currency=spend.currency or None,
                days=30,
                read_at=spend.read_at,
                why=spend.why,
            ),
        )
