"""Looking at one target, and the one request that changes it. Nothing is tried a second time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import msgspec

from tenure.connectors.base import ProviderError
from tenure.connectors.changing import (
    Change,
    Changed,
    Found,
    Identity,
    Sight,
    Target,
    TargetKind,
)
from tenure.connectors.openai import errors, listings, organization, outcomes, targets, wire
from tenure.lib.outbound import NotReached
from tenure.lib.text import fold_email

if TYPE_CHECKING:
    from tenure.connectors.openai.addresses import Asking
    from tenure.connectors.openai.client import Answer, Client

_MOST_PAGES = 20_000
_Unreadable = (msgspec.DecodeError, UnicodeDecodeError)


class Changes:
    """The half of the connector that changes things, over a client made when it is needed."""

    def __init__(self, client: Callable[[], Client]) -> None:
        self._client = client

    def look(self, target: Target) -> Sight:
        row = targets.ROWS[target.kind]
        answer = self._client().read(row.read, *_checked(target))
        if error := answer.failure():
            if outcomes.is_gone(answer, error):
                return _sight(None, answer)
            raise outcomes.of_a_target(error)
        record = _record(answer.body)
        # An answer about somebody else says nothing of who was asked for.
        if record is None or record.id != target.id:
            raise errors.unreadable()
        return _sight(record, answer)

    def look_in_list(self, target: Target, identity: Identity) -> Sight:
        row, answer = targets.ROWS[target.kind], None
        *whose, _ = _checked(target)
        narrowed = {"email": identity.email} if row.by_email and identity.email else {}
        for answer, page in self._pages(row.listing, *whose, **narrowed):
            if sight := _among(page.data, target, answer):
                return sight
        assert answer is not None  # noqa: S101 - there is a first page, or an error
        return _sight(None, answer)

    def find(self, kind: TargetKind, email: str) -> Found:
        row, answer, sights = targets.ROWS[kind], None, list[Sight]()
        narrowed = {"email": email} if row.by_email else {}
        for answer, page in self._pages(row.listing, **narrowed):
            records = map(_record, page.data)
            sights += [_found(record, answer) for record in records if _goes_by(record, email)]
        assert answer is not None  # noqa: S101 - there is a first page, or an error
        return Found(
            sights=tuple(sights), organization=answer.organization, request_id=answer.request_id
        )

    def organization(self) -> str:
        answer = self._client().get(listings.ROLES.endpoint, limit=listings.ROLES.kind.page_rows)
        try:
            page = msgspec.json.decode(answer.body, type=wire.ListPage)
            named = organization.in_roles(
                msgspec.json.decode(raw, type=wire.Identified) for raw in page.data
            )
        except _Unreadable:
            named = None
        if named is None:
            raise errors.unreadable()
        if len(named) > 1:
            raise ProviderError("wrong_organization", outcomes.TWO_ORGANIZATIONS)
        return named.pop() if named else ""

    def change(self, change: Change) -> Changed:
        asking, failure = _asking(change), None
        try:
            answer = self._client().send(asking)
        except NotReached as error:
            failure = outcomes.not_answered(error)
        else:
            failure = outcomes.failed(answer, change)
        if failure is not None:
            raise failure
        return Changed(
            status=answer.status,
            request=f"{asking.method} {asking.path}",
            organization=answer.organization,
            request_id=answer.request_id,
            id=outcomes.made(answer) if change.action == "add" else "",
        )

    def _pages(
        self, listing: listings.Listing, *whose: str, **narrowed: str
    ) -> Iterator[tuple[Answer, wire.ListPage]]:
        """Every page. Raises ProviderError where a list does not lead to its end."""
        seen: set[str] = set()
        asked = {"limit": listing.kind.page_rows, **listing.parameters, **narrowed}
        while len(seen) < _MOST_PAGES:
            answer = self._client().read(listing.endpoint, *whose, **asked)
            if error := answer.failure():
                raise outcomes.of_a_target(error, of_parent=bool(whose))
            page = _page(answer.body)
            if page is None:
                raise errors.unreadable()
            yield answer, page
            if page.has_more is False:
                return
            cursor = page.last_id if listing.cursor == "last_id" else page.next
            if page.has_more is None or not cursor or cursor in seen:
                break
            seen.add(cursor)
            asked["after"] = cursor
        raise ProviderError("unreadable", outcomes.CUT_SHORT, may_pass=True)


def _asking(change: Change) -> Asking:
    """The request that a change is. Raises ChangeFailed for one that cannot be sent."""
    # Here and not above: the SDK takes a second to import.
    from tenure.connectors.openai import addresses

    target = change.target
    row = targets.ROWS[target.kind]
    whose = targets.whose(target)
    if not whose:
        raise outcomes.nothing_named()
    if change.action == "remove":
        return addresses.change(row.remove, *whose)
    if change.action == "change" and row.alter is not None:
        return addresses.change(row.alter, *whose, role=change.role)
    if change.action == "add" and row.add is not None:
        return addresses.change(row.add, *whose[:-1], **row.given(change))
    raise outcomes.impossible(change)


def _checked(target: Target) -> tuple[str, ...]:
    if whose := targets.whose(target):
        return whose
    raise ProviderError("bad_input", outcomes.NOTHING_NAMED)


def _among(records: list[msgspec.Raw], target: Target, answer: Answer) -> Sight | None:
    """The target, if it is one of these. What cannot be read might be it."""
    for raw in records:
        found = _id(raw)
        record = _record(raw) if found == target.id else None
        if record is not None:
            return _sight(record, answer)
        if found in (None, target.id):
            raise errors.unreadable()
    return None


def _goes_by(record: targets.Changeable | None, email: str) -> bool:
    """Whether a record has an address. One that cannot be read might."""
    if record is None:
        raise errors.unreadable()
    return fold_email(record.identity().email) == fold_email(email)


def _found(record: targets.Changeable | None, answer: Answer) -> Sight:
    assert record is not None  # noqa: S101 - it has an address
    return msgspec.structs.replace(_sight(record, answer), id=record.id)


def _sight(record: targets.Changeable | None, answer: Answer) -> Sight:
    return Sight(
        identity=record.identity() if record else None,
        organization=answer.organization,
        status=(record and record.status) or "",
        request_id=answer.request_id,
        projects=record.places() if record else None,
    )


def _record(raw: bytes | msgspec.Raw) -> targets.Changeable | None:
    try:
        return targets.decoded(raw)
    except _Unreadable:
        return None


def _id(raw: msgspec.Raw) -> str | None:
    try:
        return msgspec.json.decode(raw, type=wire.Identified).id
    except _Unreadable:
        return None


def _page(body: bytes) -> wire.ListPage | None:
    try:
        return msgspec.json.decode(body, type=wire.ListPage)
    except _Unreadable:
        return None
