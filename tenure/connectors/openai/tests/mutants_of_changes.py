"""OpenAI connectors that each get one thing about changes wrong, as somebody once did or might."""

from __future__ import annotations

from msgspec.structs import replace

from tenure.connectors.base import ProviderError
from tenure.connectors.changing import ChangeFailed, Identity, Sight
from tenure.connectors.contract.mutants import Mutant
from tenure.connectors.openai import changes, errors, outcomes, targets
from tenure.connectors.openai.changes import Changes
from tenure.connectors.openai.client import Answer, _Wire
from tenure.connectors.openai.connector import OpenAIConnector

NOBODY = Sight(identity=None, organization="halden", request_id="req_1")


def says(name, aimed_at, **wrong):
    """Says something else of a change that brought no good answer: fields by name."""

    def turned(right):
        def change(self, change):
            try:
                return right(self, change)
            except ChangeFailed as failure:
                told = failure
            for field, value in wrong.items():
                setattr(told, field, value(told))
            raise told

        return change

    return Mutant(name, aimed_at, Changes, "change", turned)


def blind(name, aimed_at, look, fits):
    """Takes a failed read for an absence: those that `fits`."""

    def turned(right):
        def looks(self, *asked):
            try:
                return right(self, *asked)
            except ProviderError as error:
                failure = error
            if fits(failure):
                return NOBODY
            raise failure

        return looks

    return Mutant(name, aimed_at, Changes, look, turned)


def again(fits):
    """Sends once more what failed."""

    def turned(right):
        def change(self, change):
            try:
                return right(self, change)
            except ChangeFailed as failure:
                told = failure
            if fits(told):
                return right(self, change)
            raise told

        return change

    return turned


def looks_first(right):
    def change(self, change):
        self.look(change.target)
        return right(self, change)

    return change


def from_the_other(look):
    """One read stands for the other."""

    def turned(right):
        if look == "look":
            return lambda self, target: self.look_in_list(target, Identity())
        return lambda self, target, _: self.look(target)

    return turned


def first_page_only(right):
    def pages(self, listing, *whose, **narrowed):
        yield next(right(self, listing, *whose, **narrowed))

    return pages


def stops_where_it_breaks(right):
    def pages(self, *asked, **narrowed):
        try:
            yield from right(self, *asked, **narrowed)
        except ProviderError as error:
            failure = error
        else:
            return
        if failure.kind != "unreadable":
            raise failure

    return pages


def with_the_key(right):
    def change(self, change):
        try:
            return right(self, change)
        except ChangeFailed as failure:
            told = failure
        told.args = (f"{told} {self._credentials.api_key}.",)
        raise told

    return change


def although_closed(right):
    def handle_request(self, request):
        closed, self._is_closed = self._is_closed, False
        try:
            return right(self, request)
        finally:
            self._is_closed = closed
            if closed:
                self._network.close()

    return handle_request


class Whoever(str):
    """An id that is anybody's."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False


MUTANTS = (
    says("takes a fault for a no", "change: done, fault",
         outcome=lambda f: "refused" if f.kind == "provider_error" else f.outcome),
    says("takes silence for not sent", "change: done, no answer",
         outcome=lambda f: "not_sent" if f.kind == "unreachable" else f.outcome),
    says("takes a gateway's page for a no", "change: done, web page",
         outcome=lambda f: "refused" if f.kind == "not_the_provider" else f.outcome),
    says("takes a no for unknown", "change: refused",
         outcome=lambda f: "unknown" if f.kind == "refused" else f.outcome),
    says("calls what is gone a plain no", "change: gone before",
         kind=lambda f: "refused" if f.kind == "not_found" else f.kind),
    says("forgets the pause that was asked for", "change: too many requests",
         retry_after=lambda _: None),
    Mutant("takes any 2xx for done", "change: done, cut", outcomes, "_unlike",
           lambda _: lambda *_: None),
    Mutant("does not notice a web page", "change: done, page that is well", errors,
           "looks_like_html", lambda _: lambda *_: False),
    Mutant("sends again after a fault", "change: fault", Changes, "change",
           again(lambda f: f.kind == "provider_error")),
    Mutant("sends again after a conflict", "change: conflict", Changes, "change",
           again(lambda f: f.status == 409)),
    Mutant("sends again what was not answered", "change: never answered", Changes, "change",
           again(lambda f: f.kind == "unreachable")),
    Mutant("reads in secret before it changes", "change: done", Changes, "change", looks_first),
    Mutant("says nothing of whose organization answered", "change: done", Answer, "organization",
           lambda _: property(lambda _: "")),
    Mutant("says nothing of the request", "change: done", Answer, "request_id",
           lambda _: property(lambda _: None)),
    Mutant("says nothing of who it is", "sight", targets.Changeable, "identity",
           lambda right: lambda self: replace(right(self), email="")),
    blind("takes a missing scope for an absence", "look: no scope", "look",
          lambda e: e.kind == "missing_scope"),
    blind("takes a fault for an absence", "look: fault", "look",
          lambda e: e.kind == "provider_error"),
    blind("takes silence for an absence", "look: never answered", "look",
          lambda e: e.kind == "unreachable"),
    blind("takes a web page for an absence", "look: web page", "look",
          lambda e: e.kind == "not_the_provider"),
    blind("takes half an answer for an absence", "look: cut", "look",
          lambda e: e.kind == "unreadable"),
    blind("takes a plain no for an absence", "look: refused", "look",
          lambda e: e.kind == "refused"),
    blind("takes too many requests for an absence", "look: too many requests", "look",
          lambda e: e.kind == "rate_limited"),
    blind("takes an archived project for an absence", "look: parent gone", "look",
          lambda e: e.kind == "parent_gone"),
    blind("takes the list of an archived project for empty", "list: parent gone", "look_in_list",
          lambda e: e.kind == "parent_gone"),
    blind("takes a list without a scope for empty", "list: no scope", "look_in_list",
          lambda e: e.kind == "missing_scope"),
    Mutant("reads the first page only", "list: no cursor", Changes, "_pages", first_page_only),
    Mutant("ends a list where it breaks", "list: circle", Changes, "_pages",
           stops_where_it_breaks),
    Mutant("passes over what it cannot read", "list: unreadable record", changes, "_id",
           lambda right: lambda raw: right(raw) or ""),
    Mutant("takes the list's word for the read's", "list lags", Changes, "look",
           from_the_other("look")),
    Mutant("takes the read's word for the list's", "read lags", Changes, "look_in_list",
           from_the_other("look_in_list")),
    Mutant("does not compare the id", "another", changes, "_record",
           lambda right: lambda raw: (record := right(raw)) and replace(record, id=Whoever())),
    Mutant("names its own organization", "organization", OpenAIConnector, "organization",
           lambda _: lambda self: self._credentials.organization_id),
    Mutant("sends what an empty id leads to", "not sent", targets, "whose",
           lambda _: lambda target: (target.parent_id, target.id)),
    Mutant("goes on when it was closed", "not sent", _Wire, "handle_request", although_closed),
    Mutant("shows the key", "change: refused", OpenAIConnector, "change", with_the_key),
)  # fmt: skip
