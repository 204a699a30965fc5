"""Whatever is done in whatever order, the audit log and the truth tell the same story."""

from __future__ import annotations

import contextlib
from collections import Counter
from random import Random

import pytest

from tenure.simulator.openai.levers import SimulatorRefusedError

EVENTS = {
    "role.assignment": ("created", "deleted"),
    "tenant.group.member": ("added", "removed"),
    "api_key": ("created", "deleted"),
    "service_account": ("created", "deleted"),
    "user": ("added", "deleted"),
    "invite": ("sent", "deleted"),
}


def subject(event, kind):
    detail = event[event["type"]]
    if kind == "role.assignment":
        return detail["principal_id"], detail["resource_id"], detail["id"]
    if kind == "tenant.group.member":
        return detail["data"]["user_id"], detail["id"]
    return (detail["id"],)


def told(openai):
    """By what the log says: how often each thing began and ended, and in which seconds."""
    began, ended = Counter(), Counter()
    for event in openai.control("GET", "/events")["events"]:
        for kind, (first, last) in EVENTS.items():
            if event["type"] in {f"{kind}.{first}", f"{kind}.{last}"}:
                counts = began if event["type"].endswith(first) else ended
                counts[kind, *subject(event, kind)] += 1
    return began, ended


def named(fact):
    kind, who, where = fact["kind"], fact["subject_id"], fact["resource_id"]
    return {
        "role": ("role.assignment", who, where, fact["id"]),
        "group_member": ("tenant.group.member", who, where),
        "credential": ("api_key", fact["id"]),
        "service_account": ("service_account", who),
        "account": ("user", who),
        "invite": ("invite", fact["id"]),
    }[kind]


def true(openai, since):
    began, ended = Counter(), Counter()
    machines = {
        one["fact"]["subject_id"]
        for one in openai.history()
        if one["fact"]["kind"] == "service_account"
    }
    for one in openai.history():
        if one["fact"]["kind"] == "account" and one["fact"]["subject_id"] in machines:
            continue
        if one["begin"] > since:
            began[named(one["fact"])] += 1
        if one["end"] is not None:
            ended[named(one["fact"])] += 1
    return began, ended


def act(openai, chance):
    """One change of any sort; some make no sense and are refused."""
    people = [u["id"] for u in openai.users() if not u["is_service_account"]]
    who, group, project = (
        chance.choice(people),
        f"G{chance.randrange(3)}",
        f"P{chance.randrange(2)}",
    )
    role = chance.choice(["owner", "member", "viewer", "Custom"])
    machine, number = f"M{chance.randrange(2)}", chance.randrange(10**6)
    deeds = [
        lambda: openai.add_user(f"u{number}@halden.example"),
        lambda: openai.remove_user(who),
        lambda: openai.change_user(who, role=chance.choice(["owner", "reader"])),
        lambda: openai.add_to_group(group, who),
        lambda: openai.remove_from_group(group, who),
        lambda: openai.assign("Auditor", chance.choice([who, group])),
        lambda: openai.unassign("Auditor", chance.choice([who, group])),
        lambda: openai.assign(role, chance.choice([who, group]), project=project),
        lambda: openai.unassign(role, chance.choice([who, group]), project=project),
        lambda: openai.put_member(project, who, role=chance.choice(["owner", "member"])),
        lambda: openai.remove_member(project, who),
        lambda: openai.remove_project_group(project, group),
        lambda: openai.add_service_account(project, machine),
        lambda: openai.change_service_account(project, machine, role="owner"),
        lambda: openai.remove_service_account(project, machine),
        lambda: openai.add_project_key(project, chance.choice([who, machine])),
        lambda: openai.remove_project_key(project, openai.project_keys(project)[0]["id"]),
        lambda: openai.add_admin_key(who),
        lambda: openai.remove_admin_key(openai.admin_keys()[-1]["id"]),
        lambda: openai.add_invite(f"i{number}@halden.example", created_at="-0s"),
        lambda: openai.remove_invite(openai.invites()[-1]["email"]),
        lambda: (openai.remove_group(group), openai.add_group(group)),
    ]
    with contextlib.suppress(SimulatorRefusedError, IndexError):
        chance.choice(deeds)()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_log_and_the_truth_tell_the_same_story(openai, seed):
    chance = Random(seed)  # noqa: S311 - repeatable on purpose
    since = openai.state()["now"]
    for project in ("P0", "P1"):
        openai.add_project(project)
        openai.add_role("Custom", project=project)
    openai.add_role("Auditor")
    for group in ("G0", "G1", "G2"):
        openai.add_group(group)
    for _ in range(150):
        act(openai, chance)
        openai.advance(chance.randrange(1, 500))
    began, ended = true(openai, since)
    assert len(began) > 20
    assert len(ended) > 10
    assert told(openai) == (began, ended)


@pytest.mark.parametrize("seed", [4, 5])
def test_the_truth_of_now_is_what_the_api_lists(openai, wire, seed):
    chance = Random(seed)  # noqa: S311 - repeatable on purpose
    for project in ("P0", "P1"):
        openai.add_project(project)
        openai.add_role("Custom", project=project)
    openai.add_role("Auditor")
    for group in ("G0", "G1", "G2"):
        openai.add_group(group)
    for _ in range(80):
        act(openai, chance)
        openai.advance(60)
    held = {
        (one["fact"]["subject_id"], one["fact"]["resource_id"], one["fact"]["id"])
        for one in openai.history(at=openai.state()["now"])
        if one["fact"]["kind"] == "role"
    }
    listed = set()
    places = {openai.organization_id: "/organization"} | {
        p["id"]: f"/projects/{p['id']}" for p in openai.projects()
    }
    principals = [("users", u["id"]) for u in openai.users()]
    principals += [("groups", g["id"]) for g in openai.groups()]
    for place, path in places.items():
        for kind, who in principals:
            for role in wire.get(f"{path}/{kind}/{who}/roles").json["data"]:
                if not role["assignment_sources"]:
                    listed.add((who, place, role["id"]))
    assert listed == held
