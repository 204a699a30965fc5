"""The list of access requests: rows as its endpoint and its exports show them."""

from __future__ import annotations

from tenure.access_requests import queries
from tenure.access_requests.queries.requests import NEWEST, OLDEST
from tenure.access_requests.schemas import RequestOut, RequestsQuery
from tenure.lib.actor import Actor
from tenure.lib.listing import Column, Listing, narrowed_by
from tenure.lib.paging import Page, page


def access_requests(asked: RequestsQuery, *, actor: Actor) -> Page[RequestOut]:
    """Access requests, the newest first; those that wait for one, the oldest first."""
    some = {
        "all": queries.requests,
        "mine": queries.requests_of_me,
        "to_answer": queries.requests_for_me_to_answer,
    }[asked.whose](actor=actor)
    found = page(
        queries.with_steps(of=some.filter(state__in=queries.SHOWS[asked.show])),
        sort=OLDEST if asked.whose == "to_answer" else NEWEST,
        cursor=asked.cursor,
        filters=narrowed_by(asked),
        limit=asked.limit,
    )
    return found.each(RequestOut.of)


REQUESTS = Listing(
    name="requests",
    path="requests",
    scope="requests:read",
    permission="requests.view",
    asks=RequestsQuery,
    rows=access_requests,
    columns=(
        Column("number"),
        Column("state"),
        Column("title"),
        Column("connection", "connection.name"),
        Column("resource", "resource.name"),
        Column("role"),
        Column("is_privileged"),
        Column("person", "person.name"),
        Column("asked_by"),
        Column("reason"),
        Column("days", none="not a number of days"),
        Column("until", none="not a day"),
        Column("ends_at", none="no end, or not known yet"),
        Column("policy"),
        Column("step"),
        Column("asked_at"),
        Column("approved_at", none="not approved"),
        Column("provisioned_at", none="not given"),
        Column("verified_at", none="not verified"),
        Column("over_at", none="not over"),
        Column("state_reason"),
        Column("differs"),
        Column("ref"),
    ),
)
LISTS = (REQUESTS,)
