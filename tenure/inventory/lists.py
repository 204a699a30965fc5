"""The lists of accounts, people, projects and syncs: rows as endpoints and exports show them."""

from __future__ import annotations

from uuid import UUID

from tenure.connections.queries import connection_by_name, connection_by_ref
from tenure.inventory import queries
from tenure.inventory.schemas.accounts import (
    AccountOut,
    AccountsQuery,
    SuggestionOut,
    SuggestionsQuery,
)
from tenure.inventory.schemas.people import PeopleQuery, PersonRow
from tenure.inventory.schemas.projects import ProjectOut, ProjectsQuery, ReachOut, ReachQuery
from tenure.inventory.schemas.runs import RunOut
from tenure.lib.actor import Actor
from tenure.lib.endpoints import PageQuery
from tenure.lib.listing import Column, Listing, Within
from tenure.lib.paging import Page, Sort, page

_NEWEST_FIRST = Sort("newest", ("-queued_at",))


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


def projects(asked: ProjectsQuery, *, actor: Actor) -> Page[ProjectOut]:
    """Projects: in scope or not, how many reach them, and how fresh that is."""
    chosen = queries.ProjectsAsked(
        show=asked.show, search=asked.q.strip(), cursor=asked.cursor, limit=asked.limit
    )
    some = queries.project_page(chosen, actor=actor)
    reach = queries.reach_of(some.rows, actor=actor)
    return some.each(lambda one: ProjectOut.of(one, reach.get(one.pk)))


def project_accounts(asked: ReachQuery, *, of: UUID, actor: Actor) -> Page[ReachOut]:
    """The accounts that reach a project, and by which ways."""
    project, _ = queries.project_by_ref(of, actor=actor)
    some = queries.reaching_page(
        project, show=asked.show, cursor=asked.cursor, limit=asked.limit, actor=actor
    )
    grants = queries.grants_on(project, some.rows, actor=actor)
    held: dict[int | None, list[queries.GrantLine]] = {}
    for grant in grants:
        if grant.ended_at is None:
            held.setdefault(grant.account_id, []).append(grant)
    return some.each(lambda account: ReachOut.of(account, held.get(account.pk, [])))


def runs(asked: PageQuery, *, of: UUID, actor: Actor) -> Page[RunOut]:
    """The syncs of a connection, the newest first."""
    mine = queries.runs_of(connection_by_ref(of, actor=actor), actor=actor)
    return page(
        mine,
        sort=_NEWEST_FIRST,
        cursor=asked.cursor,
        filters={"connection": of},
        limit=asked.limit,
    ).each(RunOut.of)


def _account(of: str = "") -> tuple[Column, ...]:
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
    columns=_account(),
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
PROJECTS = Listing(
    name="projects",
    path="projects",
    scope="inventory:read",
    permission="accounts.view",
    asks=ProjectsQuery,
    rows=projects,
    columns=(
        Column("name"),
        Column("state"),
        Column("members", none="unknown"),
        Column("owners", none="unknown"),
        Column("leavers", none="unknown"),
        Column("read_at", none="never read"),
        Column("is_out_of_scope"),
        Column("scope_reason"),
        Column("scope_decided_by"),
        Column("scope_decided_at", none="not decided"),
        Column("connection", "connection.name"),
        Column("external_id"),
        Column("ref"),
    ),
)
PROJECT_ACCOUNTS = Listing(
    name="project-accounts",
    path="projects/{uuid:ref}/accounts",
    scope="inventory:read",
    permission="accounts.view",
    asks=ReachQuery,
    rows=project_accounts,
    within=Within("project", lambda name, actor: queries.project_by_name(name, actor=actor).ref),
    columns=(
        Column("ways", "ways_in_words"),
        Column("member_since", none="not a member"),
        *_account("account."),
    ),
)
RUNS = Listing(
    name="runs",
    path="connections/{uuid:ref}/runs",
    scope="connections:read",
    permission="connections.view",
    asks=PageQuery,
    rows=runs,
    within=Within("connection", lambda name, actor: connection_by_name(name, actor=actor).ref),
    columns=(
        Column("connection", "connection.name"),
        Column("status"),
        Column("trigger"),
        Column("reason"),
        Column("queued_at"),
        Column("started_at", none="not started"),
        Column("finished_at", none="not finished"),
        Column("pages"),
        Column("requests"),
        Column("added"),
        Column("changed"),
        Column("ended"),
        Column("ref"),
    ),
)
LISTS = (ACCOUNTS, LINK_SUGGESTIONS, PEOPLE, PROJECTS, PROJECT_ACCOUNTS, RUNS)
