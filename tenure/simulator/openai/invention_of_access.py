"""Groups, roles, service accounts and keys of an invented company, with what goes wrong in one.

Of ten keys about two were never used; some belong to people who left the project or the company,
some have expired. Of the admin keys one is a machine's and one has expired.
"""

from __future__ import annotations

from random import Random

from tenure.simulator.openai.company_file import CompanyRole
from tenure.simulator.openai.faults import Faults
from tenure.simulator.openai.furnishing_access import add_role
from tenure.simulator.openai.grants import assign, catalogue
from tenure.simulator.openai.groups import add_project_group, add_to_group, make_group
from tenure.simulator.openai.invention import HISTORY_ENDS, YEAR_S
from tenure.simulator.openai.keys import make_key
from tenure.simulator.openai.model import OWNER, Project, ServiceAccount, User
from tenure.simulator.openai.names import PROJECTS
from tenure.simulator.openai.organization import Organization
from tenure.simulator.openai.places import Place, Principal, organization_place
from tenure.simulator.openai.project_keys import make_project_key, make_service_account

_ROLES = (
    CompanyRole("Auditor", ["api.management.read", "api.usage.read"], "May read everything"),
    CompanyRole("Group manager", ["api.groups.read", "api.groups.write"], "May change groups"),
)
_KEY_MAKER = CompanyRole("Key maker", ["api.keys.write"], "May make keys for everybody")
_TEAMS = ("engineering", "research", "operations", "data", "leads", "contractors")
_IN_THE_PROJECT, _LEFT_THE_PROJECT, _LEFT_THE_COMPANY = 0.7, 0.82, 0.88
_EXPIRED, _EXPIRES = 0.05, 0.3
DAY_S = 86_400


def invent_access(organization: Organization, *, groups: int, keys: int, admin_keys: int) -> None:
    """Add to a company that has people and projects."""
    chance = Random(f"{organization.seed} access")  # noqa: S311 - repeatable on purpose
    users = list(organization.users)
    people = [user for user in users if not user.is_service_account]
    projects = list(organization.projects)
    if projects:
        machines = [user for user in users if user.is_service_account]
        _employ(organization, machines, projects)
    if groups:
        _add_roles(organization, projects)
    for number in range(groups):
        _add_group(organization, chance, number, people, projects)
    if projects:
        for number in range(keys):
            _add_key(organization, chance, number, people, projects)
    for number in range(admin_keys):
        _add_admin_key(organization, number, users)


def _employ(organization: Organization, machines: list[User], projects: list[Project]) -> None:
    for number, machine in enumerate(machines):
        project = projects[number % len(projects)]
        role = "owner" if number % 10 == 9 else "member"  # noqa: PLR2004 - one in ten
        make_service_account(
            organization,
            project.id,
            machine.name or machine.id,
            role=role,
            created_at=machine.added_at,
            user=machine,
            actor=None,
        )


def _add_roles(organization: Organization, projects: list[Project]) -> None:
    for role in _ROLES:
        add_role(organization, organization_place(organization), role)
    for project in projects[::5]:
        add_role(organization, Place("project", project.id), _KEY_MAKER)


def _add_group(
    organization: Organization,
    chance: Random,
    number: int,
    people: list[User],
    projects: list[Project],
) -> None:
    again, which = divmod(number, len(PROJECTS) * len(_TEAMS))
    topic, team = PROJECTS[which % len(PROJECTS)], _TEAMS[which // len(PROJECTS)]
    group = make_group(
        organization,
        f"{topic} {team}{f' {again + 1}' if again else ''}",
        created_at=HISTORY_ENDS - chance.randrange(30 * DAY_S, YEAR_S),
        is_scim_managed=number % 3 == 0,
        actor=None,
    )
    most = min(len(people), 60)
    for user in chance.sample(people, chance.randint(min(1, most), most)):
        add_to_group(organization, group.id, user, actor=None)
    faults, place = Faults(), organization_place(organization)
    if number % 8 == 1:
        role = list(organization.roles)[-1 - number % 2]
        principal = Principal("group", group.id)
        assign(organization, place, principal, role.id, faults=faults, actor=None)
    for project in chance.sample(projects, min(len(projects), chance.randint(1, 3))):
        roles = [*catalogue(organization, Place("project", project.id))]
        role = chance.choice([*roles, *roles[1:2] * 3])
        made_at = max(group.created_at, project.created_at)
        add_project_group(
            organization,
            project.id,
            group,
            role.id,
            faults=faults,
            created_at=made_at,
            actor=None,
        )


def _add_key(
    organization: Organization,
    chance: Random,
    number: int,
    people: list[User],
    projects: list[Project],
) -> None:
    project = projects[number % len(projects)]
    made_at = HISTORY_ENDS - chance.randrange(DAY_S, YEAR_S)
    drawn = chance.random()
    expires_at = None
    if drawn < _EXPIRES:
        ends = HISTORY_ENDS if chance.random() < _EXPIRED / _EXPIRES else HISTORY_ENDS + 2 * YEAR_S
        expires_at = chance.randrange(made_at, ends)
    make_project_key(
        organization,
        project.id,
        _owner(organization, chance, project, people),
        name=f"{project.name} {number + 1}",
        created_at=made_at,
        expires_at=expires_at,
        actor=None,
    )


def _owner(
    organization: Organization, chance: Random, project: Project, people: list[User]
) -> User | ServiceAccount:
    drawn = chance.random()
    machines = list(organization.service_accounts.get(project.id, ()))
    members = list(organization.members[project.id])
    if drawn < _IN_THE_PROJECT and members:
        found = organization.users.get(chance.choice(members).id)
        return found or people[0]
    if drawn < _LEFT_THE_PROJECT or (drawn >= _LEFT_THE_COMPANY and not machines):
        return chance.choice(people)
    if drawn < _LEFT_THE_COMPANY:
        gone = organization.mint("user-")
        return User(
            id=gone,
            name="Somebody who left",
            email=f"{gone[-8:].lower()}@halden.example",
            role="reader",
            added_at=HISTORY_ENDS - YEAR_S,
            created=HISTORY_ENDS - YEAR_S,
        )
    return chance.choice(machines)


def _add_admin_key(organization: Organization, number: int, users: list[User]) -> None:
    owners = [user for user in users if user.role == OWNER]
    machines = [user for user in users if user.is_service_account]
    of_a_machine = bool(machines) and number % 5 == 1
    owner = machines[0] if of_a_machine else owners[number % len(owners)]
    has_expired = number % 5 == 2  # noqa: PLR2004 - one in five
    make_key(
        organization,
        "admin",
        owner,
        name=f"Automation {number + 1}",
        created_at=HISTORY_ENDS - 90 * DAY_S,
        expires_at=HISTORY_ENDS - 10 * DAY_S if has_expired else None,
        last_used_at=None if number % 3 == 0 else HISTORY_ENDS - (number + 1) * DAY_S,
    )
