"""OpenAI connectors that each get one thing wrong, as somebody once did or might."""

from __future__ import annotations

import re

from msgspec import DecodeError, Raw
from msgspec.structs import replace

from tenure.connectors.base import BEGINNING, CollectionEnd, Place, ProviderError
from tenure.connectors.contract.mutants import Mutant
from tenure.connectors.openai import reading, wire
from tenure.connectors.openai.connector import OpenAIConnector
from tenure.connectors.openai.patience import Patience
from tenure.connectors.openai.reading import Reader

COMPLETE = CollectionEnd(state="complete")
NOBODY = reading._Fetched(wire.ListPage(data=[], has_more=False), None, "")


def ends(name, aimed_at, is_end):
    """Takes for the end what is none: `is_end(reading, body)`."""

    def turned(right):
        return lambda r, body: COMPLETE if is_end(r, body) else right(r, body)

    return Mutant(name, aimed_at, reading, "_end", turned)


def fails(name, aimed_at, as_end):
    """Ends a list that failed in another way: `as_end(end, error, reading)`."""

    def turned(right):
        return lambda error, r: as_end(right(error, r), error, r)

    return Mutant(name, aimed_at, reading, "failed", turned)


def fetches(name, aimed_at, instead):
    """Makes something else of a failure: `instead(reader, error, reading)`."""

    def turned(right):
        def fetch(self, r):
            got = right(self, r)
            return instead(self, got, r) if isinstance(got, ProviderError) else got

        return fetch

    return Mutant(name, aimed_at, Reader, "_fetch", turned)


def pauses(name, aimed_at, pause):
    """Waits differently: `pause(right, patience, error, attempt)`."""

    def turned(right):
        return lambda self, error, attempt: pause(right, self, error, attempt)

    return Mutant(name, aimed_at, Patience, "pause", turned)


def pages(name, aimed_at, change):
    """Hands over other pages: `change(page, reading)`."""
    return Mutant(
        name, aimed_at, reading, "_page", lambda right: lambda r, f: change(right(r, f), r)
    )


def reads(name, aimed_at, **other):
    """Reads with other options: each a function of what was given."""

    def turned(right):
        def read(self, listing, collection, **given):
            return right(
                self, listing, collection, **given | {n: f(given[n]) for n, f in other.items()}
            )

        return read

    return Mutant(name, aimed_at, Reader, "read", turned)


def goes_on_at_the_end(right):
    def end(r, body):
        is_last = body.has_more is False and body.data
        return right(r, replace(body, has_more=True) if is_last else body)

    return end


def follows_once_more(right):
    followed = set()

    def end(r, body):
        found = right(r, body)
        if found is None or "already read" not in found.reason:
            return found
        if id(r) in followed:
            return COMPLETE
        followed.add(id(r))
        return None

    return end


def forgets_the_seen(right):
    def end(r, body):
        r.seen.clear()
        return right(r, body)

    return end


def without_unreadable(page, r):
    r.unreadable = 0
    return replace(page, received=page.recognized + len(page.facts))


def without_nulls(page, _):
    facts = [fact for fact in page.facts if getattr(fact, "email", "") is not None]
    return replace(page, facts=facts, received=page.received - len(page.facts) + len(facts))


def with_known_roles(page, _):
    known = ("owner", "reader", None)
    facts = [
        fact if getattr(fact, "role", None) in known else replace(fact, role="reader")
        for fact in page.facts
    ]
    return replace(page, facts=facts)


def without_a_full_last_page(page, _):
    is_full = page.is_last and page.received >= 100
    return replace(page, facts=[], received=0) if is_full else page


def decodes_first(right):
    def facts(r, items):
        recognizes, r.recognizes = r.recognizes, None
        found, _, aside = right(r, items)
        r.recognizes = recognizes
        new = [fact for fact in found if not (recognizes and recognizes(fact.raw))]
        return new, len(found) - len(new), aside

    return facts


def numbers_as_ids(right):
    def facts(r, items):
        return right(r, [Raw(re.sub(rb'"id":(\d+)', rb'"id":"\1"', bytes(i))) for i in items])

    return facts


class Salvaging:
    """Decodes what is left of a body that was cut."""

    def __init__(self, right):
        self.right = right

    def decode(self, body):
        try:
            return self.right.decode(body)
        except DecodeError:
            return self.right.decode(body[: body.rfind(b"},{") + 1] + b'],"has_more":false}')


class Lenient(Salvaging):
    """Takes null for an empty list."""

    def decode(self, body):
        return self.right.decode(body.replace(b'"data":null', b'"data":[]'))


def patient_again(error):
    error.may_pass = True
    return error


def closes_all(reader, error, _):
    reader.close()
    return error


def shows_the_key(right):
    def read(self, *which, **options):
        for event in right(self, *which, **options):
            if isinstance(event, CollectionEnd) and event.reason:
                yield replace(event, reason=f"{event.reason} {self._credentials.api_key}.")
            else:
                yield event

    return read


def other_waits(**change):
    return lambda right: (
        lambda **given: right(
            **given | {name: value(given[name]) for name, value in change.items()}
        )
    )


MUTANTS = (
    Mutant("asks on after the end", "nothing odd", reading, "_end", goes_on_at_the_end),
    ends("takes an empty page for the end", "empty page", lambda _, body: not body.data),
    ends("takes a short page for the end", "short pages", lambda _, body: len(body.data) < 100),
    ends("takes a missing cursor for the end", "no cursor",
         lambda _, body: body.has_more and not body.last_id),
    ends("takes a missing has_more for the end", "no word of more",
         lambda _, body: body.has_more is None),
    ends("takes a repeated cursor for the end", "repeated cursor",
         lambda r, body: body.last_id == r.place.cursor),
    Mutant("follows a repeated cursor once more, then calls it the end", "repeated cursor",
           reading, "_end", follows_once_more),
    Mutant("remembers only the last cursor", "circle", reading, "_end", forgets_the_seen),
    Mutant("keeps no cursors in its places", "circle", reading, "_onward",
           lambda _: lambda _, cursor: Place(cursor=cursor)),
    reads("forgets at a pause which cursors it went through", "circle",
          resume=lambda place: replace(place, visited=())),
    reads("begins again after a pause", "nothing odd", resume=lambda _: BEGINNING),
    pages("leaves out what it cannot read", "missing id", without_unreadable),
    Mutant("calls a list complete with records it could not read", "missing id", reading,
           "_with_unreadable", lambda _: lambda end, _: end),
    pages("drops records without an e-mail address", "null e-mail", without_nulls),
    pages("turns an unknown role into reader", "unknown role", with_known_roles),
    pages("says nothing of a record that came twice", "record twice",
          lambda page, _: replace(page, remarks=())),
    pages("drops the page on which a list breaks off", "no cursor", without_a_full_last_page),
    Mutant("takes a number for an id", "id is a number", reading, "_facts", numbers_as_ids),
    Mutant("takes an absurd instant for none", "absurd time", wire, "instant",
           lambda right: lambda at: right(at if at and abs(at) < 1e11 else None)),
    Mutant("keeps what is left of a cut answer", "answers cut", reading, "_list_page", Salvaging),
    Mutant("takes null for an empty list", "data is null", reading, "_list_page", Lenient),
    reads("recognizes everything", "nothing odd", recognizes=lambda given: given and bool),
    reads("recognizes nothing", "nothing odd", recognizes=lambda _: None),
    Mutant("decodes what it recognizes", "missing id", reading, "_facts", decodes_first),
    fetches("takes 403 for an empty list", "missing scope, 403",
            lambda _, error, __: NOBODY if error.status == 403 else error),
    fetches("takes a web page for an empty list", "web page, status 200",
            lambda _, error, __: NOBODY if error.status == 200 else error),
    fetches("takes 404 on a later page for the end", "lost on the way",
            lambda _, error, r: NOBODY if error.status == 404 and r.place.cursor else error),
    fetches("asks again when the quota is spent", "quota spent",
            lambda _, error, __: patient_again(error)),
    fetches("gives up every list when one fails", "false refusal once", closes_all),
    fails("calls a list complete that broke off", "faults always",
          lambda end, _, r: COMPLETE if r.place.cursor else end),
    fails("takes a forgotten place for the end", "place forgotten, 400",
          lambda end, error, _: COMPLETE if error.kind == "stale_cursor" else end),
    fails("does not say that a place was forgotten", "place forgotten, 404",
          lambda end, _, __: replace(end, kind=end.kind and "refused")),
    fails("says to begin again when a cursor is gone in the middle", "cursor gone, 400",
          lambda end, error, _: replace(end, kind=error.kind)),
    fails("takes an archived project for one without members", "parent archived",
          lambda end, error, _: COMPLETE if error.kind == "parent_gone" else end),
    fails("takes a list that is not offered for an empty one", "not offered",
          lambda end, error, _: COMPLETE if error.kind == "not_found" else end),
    pauses("ignores Retry-After", "too many requests once",
           lambda right, self, error, attempt: right(
               self, ProviderError(error.kind, "", may_pass=error.may_pass), attempt)),
    pauses("waits for an hour", "too many requests, an hour",
           lambda right, self, error, attempt: right(self, error, attempt) or error.retry_after),
    pauses("gives up at the first fault", "fault once",
           lambda right, self, error, _: right(self, error, 99)),
    pauses("never gives up", "faults always",
           lambda right, self, error, _: right(self, error, 1)),
    Mutant("forgets at a pause how often it tried", "too many requests always", reading, "Wait",
           other_waits(place=lambda place: replace(place, attempt=0))),
    Mutant("calls every pause a fault", "too many requests once", reading, "Wait",
           other_waits(because=lambda _: "fault")),
    Mutant("keeps to no budget", "the budget", Reader, "__init__",
           lambda right: lambda self, get, **given: right(self, get, **given | {"pacer": None})),
    Mutant("shows the key", "faults always", OpenAIConnector, "read", shows_the_key),
    Mutant("goes on asking when it was closed", "closing", Reader, "close",
           lambda _: lambda _: None),
)  # fmt: skip
