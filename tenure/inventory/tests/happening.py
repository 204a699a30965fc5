"""What may happen in an organization, each with somebody and a number to choose by."""

from __future__ import annotations

from tenure.inventory.tests.test_whole_organization import word_of


def people(openai) -> list[str]:
    """Not the owners whose keys are used."""
    return [one["id"] for one in openai.users() if one["email"] and one["role"] != "owner"]


def projects(openai) -> list[dict]:
    return [one for one in openai.projects() if one["archived_at"] is None]


def change_role(openai, who: str, n: int) -> None:
    role = ("owner", "reader")[n % 2]
    everybody = openai.users()[2:]
    openai.change_user(everybody[n % len(everybody)]["id"], role=role)


def join_project(openai, who: str, n: int) -> None:
    project = projects(openai)[n % len(projects(openai))]
    openai.put_member(project["id"], who, role=("member", "viewer", "owner")[n % 3])


def leave_project(openai, who: str, n: int) -> None:
    project = projects(openai)[n % len(projects(openai))]
    if members := project["members"]:
        leaving = members[n % len(members)]["id"]
        for role, whose in held_by_users(openai, project["id"]):
            if whose == leaving:
                openai.unassign(role, whose, project=project["id"])
        openai.remove_member(project["id"], leaving)


def join_group(openai, who: str, n: int) -> None:
    if groups := openai.groups():
        openai.add_to_group(groups[n % len(groups)]["id"], who)


def leave_group(openai, who: str, n: int) -> None:
    found = [(one["id"], member["id"]) for one in openai.groups() for member in one["members"]]
    if found:
        openai.remove_from_group(*found[n % len(found)])


def give_group(openai, who: str, n: int) -> None:
    groups, roles = openai.groups(), custom_roles(openai)
    if groups:
        group, project = groups[n % len(groups)]["id"], projects(openai)[0]["id"]
        if n % 3 == 0 and roles:
            openai.assign(roles[n % len(roles)], group)
        elif n % 3 == 1:
            openai.assign("owner", group)
        else:
            openai.assign(("member", "viewer")[n // 3 % 2], group, project=project)


def take_from_group(openai, who: str, n: int) -> None:
    groups = [one for one in openai.groups() if one["roles"]]
    if groups:
        group = groups[n % len(groups)]
        openai.unassign(group["roles"][n % len(group["roles"])], group["id"])


def take_project_from_group(openai, who: str, n: int) -> None:
    project = projects(openai)[0]["id"]
    held = {
        one["fact"]["subject_id"]
        for one in openai.history()
        if one["end"] is None and one["fact"]["resource_id"] == project
    }
    for group in [one["id"] for one in openai.groups() if one["id"] in held][:1]:
        openai.remove_project_group(project, group)


def custom_roles(openai, **place: str) -> list[str]:
    return [one["id"] for one in openai.roles(**place) if not one["predefined_role"]]


def held_by_users(openai, where: str) -> list[tuple[str, str]]:
    """Custom roles that are held there, each with who holds it."""
    held = [one["fact"] for one in openai.history() if one["end"] is None]
    return [
        (fact["id"], fact["subject_id"])
        for fact in held
        if (fact["kind"], fact["subject_type"], fact["resource_id"]) == ("role", "user", where)
        and word_of(fact["id"]) == fact["id"]
    ]


def make_role(openai, who: str, n: int) -> None:
    openai.add_role(f"Role {len(openai.history())}", permissions=["api.groups.read"])


def give_user(openai, who: str, n: int) -> None:
    if roles := custom_roles(openai):
        openai.assign(roles[n % len(roles)], who)


def take_from_user(openai, who: str, n: int) -> None:
    if held := held_by_users(openai, openai.organization_id):
        openai.unassign(*held[n % len(held)])


def make_project_role(openai, who: str, n: int) -> None:
    name, project = f"Role {len(openai.history())}", projects(openai)[0]["id"]
    openai.add_role(name, permissions=["api.model.request"], project=project)


def give_member(openai, who: str, n: int) -> None:
    project = projects(openai)[0]
    roles, members = custom_roles(openai, project=project["id"]), project["members"]
    if roles and members:
        member = members[n % len(members)]["id"]
        openai.assign(roles[n % len(roles)], member, project=project["id"])


def take_from_member(openai, who: str, n: int) -> None:
    project = projects(openai)[0]["id"]
    if held := held_by_users(openai, project):
        openai.unassign(*held[n % len(held)], project=project)


def machines(openai) -> list[tuple[str, dict]]:
    found = [one["id"] for one in projects(openai)]
    return [(project, one) for project in found for one in openai.service_accounts(project)]


def make_machine(openai, who: str, n: int) -> None:
    project = projects(openai)[n % len(projects(openai))]["id"]
    name, role = f"Machine {len(openai.history())}", ("member", "owner", "none")[n % 3]
    openai.add_service_account(project, name, role=role)


def change_machine(openai, who: str, n: int) -> None:
    if found := machines(openai):
        project, machine = found[n % len(found)]
        role = ("none", "member", "owner")[n % 3]
        openai.change_service_account(project, machine["name"], role=role)


def remove_machine(openai, who: str, n: int) -> None:
    if found := machines(openai):
        project, machine = found[n % len(found)]
        openai.remove_service_account(project, machine["name"])


def add_person(openai, who: str, n: int) -> None:
    openai.add_user(f"new{len(openai.history())}@halden.example")


def remove_person(openai, who: str, n: int) -> None:
    openai.remove_user(who)


def archive(openai, who: str, n: int) -> None:
    if len(projects(openai)) > 1:
        openai.change_project(projects(openai)[-1]["id"], archived=True)


def found_project(openai, who: str, n: int) -> None:
    openai.add_project(f"Project {n}", members=[{"email": openai.users()[0]["email"]}])


def make_group(openai, who: str, n: int) -> None:
    openai.add_group(f"Group {len(openai.history())}", members=[])


def remove_group(openai, who: str, n: int) -> None:
    if len(groups := openai.groups()) > 1:
        openai.remove_group(groups[-1]["id"])


HAPPENINGS = (
    *(change_role, join_project, join_project, leave_project, join_group, join_group),
    *(leave_group, give_group, give_group, take_from_group, take_project_from_group),
    *(make_role, give_user, give_user, take_from_user, add_person, remove_person),
    *(make_project_role, give_member, give_member, take_from_member),
    *(make_machine, change_machine, remove_machine),
    *(archive, found_project, make_group, remove_group),
)
