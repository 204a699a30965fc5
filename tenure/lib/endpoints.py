"""Endpoints of the API, as a slice declares them in its `api.py`.

    endpoints = Endpoints("Accounts")

    @endpoints.reads("/accounts", scope="inventory:read", permission="accounts.view",
                     answers=AccountPage)
    def accounts(request: ActorRequest, asked: Query[AccountsQuery]) -> AccountPage:
        some = queries.account_page(…, actor=request.actor)
        return AccountPage.of(some, AccountOut.of)

What an endpoint demands is enforced by `tenure.api`; one that demands nothing is refused to
everybody. What an operation or a query raises becomes a problem document there too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, NamedTuple, Self, TypeVar

from ninja import Router, Schema
from ninja.constants import NOT_SET
from pydantic import (
    AfterValidator,
    AwareDatetime,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    field_validator,
)

from tenure.lib import paging
from tenure.lib.clock import rfc3339

MOST = 500
Row = TypeVar("Row")
View = TypeVar("View", bound=Callable[..., Any])

IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "description": "The same key with the same request is answered as it was the first time, "
    "and makes nothing twice, for 24 hours.",
}


class Demand(NamedTuple):
    """Which scope the token needs, which permission its user needs, and how it may be refused.

    `creates` says that the endpoint honours an Idempotency-Key.
    """

    scope: str
    permission: str
    refuses: tuple[int, ...]
    creates: bool = False


def demand_of(view: object) -> Demand | None:
    """What an endpoint demands; None when nobody has decided."""
    return getattr(view, "tenure_demand", None)


_READS = (400, 401, 403, 404, 422, 429)
_CHANGES = (*_READS, 409)


class Endpoints(Router):
    """The endpoints of one slice, under one heading of the documentation."""

    def __init__(self, heading: str) -> None:
        super().__init__(tags=[heading])

    def reads(
        self, path: str, *, scope: str, permission: str, answers: type[Schema]
    ) -> Callable[[View], View]:
        """GET: shows, and changes nothing."""
        return self._declare("GET", path, Demand(scope, permission, _READS), {200: answers})

    def changes(
        self, path: str, *, scope: str, permission: str, answers: type[Schema]
    ) -> Callable[[View], View]:
        """POST: takes something from the state it is in to another, or is a conflict."""
        return self._declare("POST", path, Demand(scope, permission, _CHANGES), {200: answers})

    def creates(
        self, path: str, *, scope: str, permission: str, answers: type[Schema], status: int = 201
    ) -> Callable[[View], View]:
        """POST: makes something, once for each Idempotency-Key. 202 for what takes its time."""
        demand = Demand(scope, permission, (*_CHANGES, 413), creates=True)
        return self._declare("POST", path, demand, {status: answers})

    def exports(
        self, path: str, *, scope: str, permission: str, media_types: Sequence[str]
    ) -> Callable[[View], View]:
        """GET: hands out a file of one of these types."""
        file = {name: {"schema": {"type": "string", "format": "binary"}} for name in media_types}
        extra = {"responses": {200: {"description": "A file", "content": file}}}
        return self._declare("GET", path, Demand(scope, permission, _READS), {}, extra)

    def _declare(
        self,
        method: str,
        path: str,
        demand: Demand,
        answers: dict[int, type[Schema]],
        more_of_it: dict[str, Any] | None = None,
    ) -> Callable[[View], View]:
        extra: dict[str, Any] = {"x-scope": demand.scope, "x-permission": demand.permission}
        extra |= more_of_it or {}
        if demand.creates:
            extra["parameters"] = [dict(IDEMPOTENCY_KEY)]

        def declared(view: View) -> View:
            view.tenure_demand = demand  # type: ignore[attr-defined] # read back above
            said, _, more = (view.__doc__ or view.__name__).partition("\n\n")
            add = self.api_operation(
                [method],
                path,
                response=answers or NOT_SET,
                summary=" ".join(said.split()).rstrip("."),
                description=" ".join(more.split()),
                openapi_extra=extra,
            )
            return add(view)

        return declared


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("give an instant between the years 1 and 9999") from None


# An instant that leaves the product, and one that comes in.
Instant = Annotated[
    datetime,
    PlainSerializer(rfc3339, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class Given(Schema):
    """What comes in: nothing that we do not know, and no text that a database cannot hold."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="after")
    @classmethod
    def _is_storable(cls, value: object) -> object:
        if isinstance(value, str) and "\0" in value:
            raise ValueError("leave out the NUL character")
        return value


class PageQuery(Given):
    """Which page of a list: the one after `cursor`, or the first."""

    cursor: str = Field("", description="page.next of the page before.", max_length=2000)
    limit: int = Field(50, ge=1, le=MOST, description="How many rows at most.")


def one_of(names: object, default: Any, says: str = "") -> Any:  # noqa: ANN401 - a field's default
    """A field that takes one of these names and no other; `...` as default demands one."""
    known = [str(name) for name in names]  # type: ignore[attr-defined] # any iterable
    extra: dict[str, Any] = {"enum": known}
    return Field(
        default, pattern=f"^({'|'.join(known)})$", description=says, json_schema_extra=extra
    )


class NextPage(Schema):
    """Where the list goes on; null at its end."""

    next: str | None


class PageOf(Schema, Generic[Row]):
    """Some rows of a list, and where it goes on."""

    data: list[Row]
    page: NextPage

    @classmethod
    def of(cls, some: paging.Page[Any], shown: Callable[[Any], Row] | None = None) -> Self:
        """The page of a query, each row as it is shown; of a listing, whose rows are so already."""
        rows = some.rows if shown is None else [shown(row) for row in some.rows]
        return cls(data=rows, page=NextPage(next=some.next))


class Named(Schema):
    """Something of ours in a few words: its ref, by which it is found, and its name."""

    ref: str
    name: str

    @classmethod
    def of(cls, thing: Any) -> Self:  # noqa: ANN401 - whatever has a ref and a name
        return cls(ref=str(thing.ref), name=str(thing))


class Mistake(Schema):
    """One thing that is wrong with a request: where, and what."""

    field: str
    message: str


class Problem(Schema):
    """Why a request was refused (RFC 9457). `type` is stable; `detail` is a sentence for people."""

    type: str
    title: str
    status: int
    detail: str
    field: str | None = None
    errors: list[Mistake] = []
