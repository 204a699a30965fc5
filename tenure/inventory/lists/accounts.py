"""The lists of accounts, of whose they might be, and of people."""

from __future__ import annotations

from tenure.inventory import queries
from tenure.inventory.schemas.accounts import (
    AccountOut,
    AccountsQuery,
    SuggestionOut,
    SuggestionsQuery,
)
from tenure.inventory.schemas.people import PeopleQuery, PersonRow
from tenure.lib.actor import Actor
from tenure.lib.listing import Column, Listing
from tenure.lib.paging import Page


def accounts(asked: AccountsQuery, *, actor: Actor) -> Page[AccountOut]:
    """Accounts, each with whose it is."""
    chosen = queries.AccountsAsked(
        show=asked.show,
        search=asked.q.strip(),
        sort=asked.sort,
        cursor=asked.cursor,
        limit=asked.limit,
    )
    return queries.account_page(chosen, actor=actor).each(AccountOut.of)


def link_suggestions(asked: SuggestionsQuery, *, actor: Actor) -> Page[SuggestionOut]:
    """Whose accounts might be, the surest first."""
    chosen = queries.SuggestionsAsked(asked.show, asked.cursor, asked.limit)
    return queries.suggestion_page(chosen, actor=actor).each(SuggestionOut.of)


def people(asked: PeopleQuery, *, actor: Actor) -> Page[PersonRow]:
    """People, each with the number of accounts that are theirs."""
    chosen = queries.PeopleAsked(
        show=asked.show,
        search=asked.q.strip(),
        department=asked.department.strip(),
        manager=asked.manager.strip(),
        source=asked.source.strip(),
        cursor=asked.cursor,
        limit=asked.limit,
    )
    return queries.people_page(chosen, actor=actor).each(PersonRow.of)


def account_columns(of: str = "") -> tuple[Column, ...]:
    """What every list that has accounts says of them; `of` leads to one from a row."""
    return (
        Column("name", f"{of}name"),
        Column("email", f"{of}email"),
        Column("kind", f"{of}kind"),
        Column("is_break_glass", f"{of}is_break_glass"),
        Column("status", f"{of}status"),
        Column("role", f"{of}role"),
        Column("link", f"{of}link", none="not one person's"),
        Column("person", f"{of}person.name", none="nobody"),
        Column("person_email", f"{of}person.email", none="nobody"),
        Column("person_state", f"{of}person.state", none="nobody"),
        Column("is_leaver", f"{of}is_leaver"),
        Column("since", f"{of}since"),
        Column("last_activity", f"{of}last_activity", none="unknown"),
        Column("last_activity_source", f"{of}last_activity_source"),
        Column("connection", f"{of}connection.name"),
        Column("external_id", f"{of}external_id"),
        Column("ref", f"{of}ref"),
    )


ACCOUNTS = Listing(
    name="accounts",
    path="accounts",
    scope="inventory:read",
    permission="accounts.view",
    asks=AccountsQuery,
    rows=accounts,
    columns=account_columns(),
)
LINK_SUGGESTIONS = Listing(
    name="link-suggestions",
    path="link-suggestions",
    scope="inventory:read",
    permission="accounts.view",
    asks=SuggestionsQuery,
    rows=link_suggestions,
    columns=(
        Column("account", "account.name"),
        Column("account_email", "email"),
        Column("person", "person.name"),
        Column("person_email"),
        Column("method"),
        Column("reason"),
        Column("suggested_at"),
        Column("account_ref", "account.ref"),
        Column("person_ref", "person.ref"),
        Column("ref"),
    ),
)
PEOPLE = Listing(
    name="people",
    path="people",
    scope="people:read",
    permission="people.view",
    asks=PeopleQuery,
    rows=people,
    columns=(
        Column("name"),
        Column("email"),
        Column("state"),
        Column("kind"),
        Column("title"),
        Column("department"),
        Column("manager", none="unknown"),
        Column("starts_on", none="unknown"),
        Column("ends_on", none="none known"),
        Column("ends_at", none="none known"),
        Column("accounts"),
        Column("time_zone"),
        Column("external_id"),
        Column("ref"),
    ),
)
