"""The list of bundles: rows as endpoints and exports show them."""

from __future__ import annotations

from tenure.evidence import queries
from tenure.evidence.schemas import EvidenceOut, EvidenceQuery
from tenure.lib.actor import Actor
from tenure.lib.endpoints import PageQuery
from tenure.lib.listing import Column, Listing, narrowed_by
from tenure.lib.paging import Page, Sort, page

NEWEST_FIRST = Sort("newest", ("-requested_at",))


def evidence(asked: EvidenceQuery, *, actor: Actor) -> Page[EvidenceOut]:
    """Bundles, the newest first."""
    said = asked.model_dump(exclude=set(PageQuery.model_fields))
    mine = queries.builds(actor=actor).filter(**{name: v for name, v in said.items() if v})
    filters = narrowed_by(asked)
    some = page(mine, sort=NEWEST_FIRST, cursor=asked.cursor, filters=filters, limit=asked.limit)
    return some.each(EvidenceOut.of)


EVIDENCE = Listing(
    name="evidence",
    path="evidence",
    scope="evidence:read",
    permission="evidence.view",
    asks=EvidenceQuery,
    rows=evidence,
    columns=(
        Column("title"),
        Column("kind"),
        Column("state"),
        Column("requested_by"),
        Column("requested_at"),
        Column("signed_at", none="not signed"),
        Column("rows"),
        Column("exceptions", none="not finished"),
        Column("sha256", none="not finished"),
        Column("fingerprint", none="not signed"),
        Column("ref"),
    ),
)
LISTS = (EVIDENCE,)
