"""The lists of projects, and of who reaches one."""

from __future__ import annotations

from uuid import UUID

from tenure.inventory import queries
from tenure.inventory.lists.accounts import account_columns
from tenure.inventory.schemas.projects import ProjectOut, ProjectsQuery, ReachOut, ReachQuery
from tenure.lib.actor import Actor
from tenure.lib.listing import Column, Listing, Within
from tenure.lib.paging import Page


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
        *account_columns("account."),
    ),
)
