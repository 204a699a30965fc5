"""The list of keys, and of rules that let in without one."""

from __future__ import annotations

from tenure.inventory import queries
from tenure.inventory.schemas.credentials import CredentialOut, CredentialsQuery
from tenure.lib.actor import Actor
from tenure.lib.listing import Column, Listing
from tenure.lib.paging import Page


def credentials(asked: CredentialsQuery, *, actor: Actor) -> Page[CredentialOut]:
    """Keys, each with whose it is and why somebody should look at it."""
    chosen = queries.CredentialsAsked(
        show=asked.show,
        search=asked.q.strip(),
        sort=asked.sort,
        cursor=asked.cursor,
        limit=asked.limit,
    )
    return queries.credential_page(chosen, actor=actor).each(CredentialOut.of)


CREDENTIALS = Listing(
    name="credentials",
    path="credentials",
    scope="inventory:read",
    permission="accounts.view",
    asks=CredentialsQuery,
    rows=credentials,
    columns=(
        Column("name"),
        Column("hint"),
        Column("kind"),
        Column("state"),
        Column("flags"),
        Column("owner", "owner.name"),
        Column("owner_has_access", "owner.has_access", none="unknown"),
        Column("owner_email", "owner.account.email", none="no account"),
        Column("owner_kind", "owner.account.kind", none="no account"),
        Column("owner_status", "owner.account.status", none="no account"),
        Column("person", "owner.account.person.name", none="nobody"),
        Column("person_email", "owner.account.person.email", none="nobody"),
        Column("person_state", "owner.account.person.state", none="nobody"),
        Column("project", "project.name", none="the organization"),
        Column("provider"),
        Column("conditions"),
        Column("scopes"),
        Column("created_at", none="unknown"),
        Column("expires_at", none="never"),
        Column("last_used_at", none="unknown"),
        Column("ended_at", none="still there"),
        Column("connection", "connection.name"),
        Column("owner_external_id", "owner.external_id"),
        Column("external_id"),
        Column("ref"),
    ),
)
