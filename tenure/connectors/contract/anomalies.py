"""The catalogue of what providers do to those who read them, and what must come out each time.

Pure data. A list of at least three pages is struck on its second page unless the name says
otherwise; a vendor's stage knows how (`stage.py`), the suite checks what came out (`suite.py`).
What no connector can notice is here too, with what it then says: that is for the inventory, whose
brake judges how much of a complete list is gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tenure.connectors.base import CollectionState, FailureKind

# The role that no list of roles has: it has to come out as it went in.
UNHEARD_OF = "galactic_overseer"

Delivered = Literal["everything", "through", "before", "readable", "part", "nothing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Anomaly:
    """One thing a provider does, and what a connector must make of it.

    delivered    rows handed over
    everything      all the provider has
    through         those up to and with the struck page
    before          those before the struck page
    readable        all but those that cannot be read, which are counted
    part            some: nobody can tell from the list
    nothing         none

    `reason` and `remark` are words that must be said. `asked` counts requests to the list, pages
    and further attempts. `wait` is why the caller is asked to pause, for `seconds` at least.
    `holds` is a field and what it holds in every fact. It `lasts` when asking again for the same
    page brings the same, `spreads` when other lists suffer too, and `is_slow` when it takes real
    time unless the connector is told to be impatient.
    """

    name: str
    does: str
    state: CollectionState = "complete"
    kind: FailureKind | None = None
    reason: str = ""
    remark: str = ""
    delivered: Delivered = "everything"
    strikes: Literal["reading", "resuming", "child"] = "reading"
    asked: int | None = None
    wait: Literal["provider", "fault"] | None = None
    seconds: float = 0.0
    holds: tuple[str, object] | None = None
    lasts: bool = True
    spreads: bool = False
    is_slow: bool = False


def _fine(name: str, does: str, **more: object) -> Anomaly:
    return Anomaly(name=name, does=does, **more)  # type: ignore[arg-type]  # a row of the table


def _cut(name: str, does: str, kind: FailureKind, reason: str, **more: object) -> Anomaly:
    said = {"state": "incomplete", "kind": kind, "reason": reason, "delivered": "before"}
    return _fine(name, does, **(said | more))


def _odd(name: str, does: str) -> Anomaly:
    return _cut(name, does, "unreadable", "could not be read", delivered="readable")


def _denied(name: str, does: str) -> Anomaly:
    return _cut(name, does, "missing_scope", "lacks", state="unavailable", delivered="nothing",
                asked=1)  # fmt: skip


PAGES = (
    _fine("nothing odd", "Answers as documented.", asked=3),
    _fine("empty page", "Sends an empty page that says there is more, with a cursor.",
          remark="empty page"),
    _fine("short pages", "Sends half pages that say there is more.", remark="said that there is"),
    _fine("cursor of its own", "Hands out a cursor that is no record's id."),
    _fine("record twice", "Sends the last record of a page again on the next.", remark="twice"),
    _fine("record deleted", "Loses the record the cursor names before the next page is read.",
          lasts=False),
    _fine("record inserted", "Gets a new record while pages are read.", lasts=False),
    _fine("page left out", "Leads past a page, which is never sent: no connector can notice.",
          delivered="part"),
    _fine("half missing", "Leaves out half of the records: no connector can notice.",
          delivered="part"),
    _fine("everyone missing", "Sends an empty list and says that is all.", delivered="part"),
    _cut("repeated cursor", "Hands out again the cursor that led here.", "unreadable",
         "already read", delivered="through"),
    _cut("circle", "Leads from the third page back to the second.", "unreadable", "already read",
         delivered="everything"),
    _cut("no cursor", "Says there is more but not where.", "unreadable", "not where it begins",
         delivered="through"),
    _cut("no word of more", "Does not say whether there is more.", "unreadable",
         "did not say whether there is more", delivered="through"),
    _cut("no data", "Leaves the records out.", "unreadable", "could not be read"),
    _cut("data is an object", "Sends an object where the list should be.", "unreadable",
         "could not be read"),
    _cut("data is null", "Sends null where the list should be.", "unreadable",
         "could not be read"),
    _cut("cursor gone, 400", "Refuses its own cursor, because the record it names is gone.",
         "refused", "no longer accepts the place", asked=2, lasts=False),
    _cut("cursor gone, 404", "Cannot find its own cursor, because the record it names is gone.",
         "refused", "no longer accepts the place", asked=2, lasts=False),
    _cut("place forgotten, 400", "Refuses the cursor after a pause.", "stale_cursor",
         "from its beginning", strikes="resuming", delivered="nothing", asked=1),
    _cut("place forgotten, 404", "Cannot find the cursor after a pause.", "stale_cursor",
         "from its beginning", strikes="resuming", delivered="nothing", asked=1),
)  # fmt: skip

RECORDS = (
    _fine("null e-mail", "Sends null for every e-mail address.", holds=("email", None)),
    _fine("null name", "Sends null for every name.", holds=("name", None)),
    _fine("null role", "Sends null for every role.", holds=("role", None)),
    _fine("unknown role", "Sends a role nobody has heard of.", holds=("role", UNHEARD_OF)),
    _fine("extra fields", "Sends fields nobody has heard of."),
    _fine("missing fields", "Leaves out everything but the required fields."),
    _odd("missing id", "Sends records without an id."),
    _odd("id is a number", "Sends a number for an id."),
    _odd("role is an object", "Sends an object for a role."),
    _odd("time in words", "Sends a word for an instant."),
    _odd("absurd time", "Sends an instant that no calendar has."),
    _odd("record is text", "Sends a text in place of a record."),
    _odd("record is a number", "Sends a number in place of a record."),
    _odd("record is null", "Sends null in place of a record."),
)

REFUSALS = (
    _denied("missing scope, 403", "Says that the key lacks a scope, with status 403."),
    _denied("missing scope, 401", "Says that the key lacks a scope, with status 401."),
    _denied("missing scope, flat", "Says so in a body without an envelope."),
    _denied("missing scope, text", "Says so in a body whose error is a text."),
    _cut("false refusal once", "Tells a good key once that it lacks a scope.", "missing_scope",
         "lacks", asked=2, lasts=False),
    _cut("key revoked", "No longer knows the key.", "invalid_key", "does not accept this key",
         delivered="nothing", asked=1, spreads=True),
    _cut("not offered", "Has no such list.", "not_found", "nothing at this address",
         state="unavailable", delivered="nothing", asked=1),
    _cut("lost on the way", "Has no such list any more when the second page is asked for.",
         "not_found", "nothing at this address", asked=2, lasts=False),
    _cut("parent archived", "Archived whose list it is.", "parent_gone", "archived or deleted",
         state="skipped", strikes="child", delivered="nothing", asked=1),
    _cut("parent deleted", "Deleted whose list it is.", "parent_gone", "archived or deleted",
         state="skipped", strikes="child", delivered="nothing", asked=1),
    _fine("too many requests once", "Wants a pause of a second.", wait="provider", seconds=1.0,
          asked=4, lasts=False),
    _fine("too many requests, no time", "Wants less and does not say for how long.",
          wait="provider", asked=4, lasts=False),
    _cut("too many requests, an hour", "Wants a pause of an hour.", "rate_limited",
         "too many requests", asked=2, lasts=False),
    _cut("too many requests always", "Wants less, however long it is waited for.", "rate_limited",
         "too many requests", wait="provider", asked=9, lasts=False),
    _cut("quota spent", "Says with 429 that the organization's credit is used up.",
         "quota_exhausted", "credit or quota", asked=2, lasts=False),
)  # fmt: skip

ROADS = (
    _fine("fault once", "Reports a fault of its own once.", asked=4, lasts=False),
    _cut("faults always", "Reports a fault of its own, however often it is asked.",
         "provider_error", "fault of its own", asked=6, lasts=False),
    _fine("overloaded once", "Is overloaded once.", asked=4, lasts=False),
    _fine("gateway page once", "Is replaced once by a gateway's page, status 502.", asked=4,
          lasts=False),
    _cut("gateway page always", "Is replaced by a gateway's page, status 502.",
         "not_the_provider", "web page", asked=6, lasts=False),
    _cut("web page, status 200", "Is replaced by a web page that says all is well.",
         "not_the_provider", "web page", asked=2, lasts=False),
    _cut("empty answers", "Answers well, with nothing.", "unreadable", "could not be read",
         asked=6, lasts=False),
    _fine("answer cut once", "Sends half an answer once.", asked=4, lasts=False),
    _cut("answers cut", "Sends half an answer each time.", "unreadable", "could not be read",
         asked=6, lasts=False),
    _fine("reset once", "Breaks the connection off once.", asked=4, lasts=False),
    _cut("resets", "Breaks the connection off each time.", "unreachable", "broke off", asked=6,
         lasts=False),
    _cut("page lost", "Never answers.", "unreachable", "did not answer in time", lasts=False,
         is_slow=True),
    _cut("slow drip", "Trickles the answer in without an end.", "unreachable",
         "did not answer in time", lasts=False, is_slow=True),
)  # fmt: skip

ANOMALIES = (*PAGES, *RECORDS, *REFUSALS, *ROADS)
