"""What an organization has and what the inventory says it has, in the same shape, to be compared.

{"users": {id: (e-mail, name, role)}, "invites": {id: (e-mail, role, status)},
 "projects": {id: (name, is archived)}, "groups": {id: name}, "roles": {word or id: name},
 "admin_keys": {id: name}, "project_users:PROJECT": {id: role}, "project_roles:PROJECT": …,
 "service_accounts:PROJECT": {id: role}, "project_keys:PROJECT": {id: name},
 "group_users:GROUP": {id: member}}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Sum

from tenure.connections.models import Connection
from tenure.inventory.models import (
    Account,
    AccountChange,
    Credential,
    CredentialChange,
    Entitlement,
    Grant,
    Invitation,
    InvitationChange,
    Resource,
    ResourceChange,
    SyncMark,
    SyncRun,
)
from tenure.simulator.openai.running import RunningSimulator

Lists = dict[str, dict[str, object]]


def truth(simulator: RunningSimulator) -> Lists:
    """What the organization has now, whatever it says."""
    projects = simulator.projects()
    lists: Lists = {
        "users": {
            u["id"]: (u["email"] or "", u["name"] or "", u["role"] or "") for u in simulator.users()
        },
        "invites": {i["id"]: (i["email"], i["role"], i["status"]) for i in simulator.invites()},
        "projects": {p["id"]: (p["name"], p["archived_at"] is not None) for p in projects},
    }
    for project in projects:
        if project["archived_at"] is None:
            lists |= _below(simulator, project)
    lists["groups"] = {group["id"]: group["name"] for group in simulator.groups()}
    lists["roles"] = _roles(simulator.roles())
    lists["admin_keys"] = {key["id"]: key["name"] for key in simulator.admin_keys()}
    for group in simulator.groups():
        members = {member["id"]: "member" for member in group["members"]}
        lists[f"group_users:{group['id']}"] = members
    return {key: rows for key, rows in lists.items() if rows}


def _below(simulator: RunningSimulator, project: dict[str, Any]) -> Lists:
    which = project["id"]
    services = simulator.service_accounts(which)
    return {
        f"project_users:{which}": {one["id"]: one["role"] for one in project["members"]},
        f"service_accounts:{which}": {one["id"]: one["role"] for one in services},
        f"project_keys:{which}": {one["id"]: one["name"] for one in simulator.project_keys(which)},
        f"project_roles:{which}": _roles(simulator.roles(project=which)),
    }


def _roles(roles: list[dict[str, Any]]) -> dict[str, object]:
    return {role["name"] if role["predefined_role"] else role["id"]: role["name"] for role in roles}


def inventory(connection: Connection) -> Lists:
    """What is there now according to us."""
    accounts = Account.objects.filter(connection=connection, is_listed=True)
    accounts = accounts.exclude(status="gone")
    invitations = Invitation.objects.filter(connection=connection, ended_at=None)
    resources = Resource.objects.filter(connection=connection, ended_at=None)
    lists: Lists = {
        "users": {a.external_id: (a.email, a.name, a.role) for a in accounts},
        "invites": {i.external_id: (i.email, i.role, i.status) for i in invitations},
        "projects": {
            r.external_id: (r.name, r.archived_at is not None)
            for r in resources.filter(kind="project")
        },
        "groups": {r.external_id: r.name for r in resources.filter(kind="group")},
    }
    # What roles and keys a project had is known after it, too.
    over = resources.model.objects.exclude(pk__in=resources.filter(archived_at=None).values("pk"))
    roles = Entitlement.objects.filter(connection=connection, ended_at=None)
    roles = roles.exclude(resource__in=over.values("pk"))
    for role in roles.exclude(collection=None).select_related("collection"):
        lists.setdefault(role.collection.key, {})[role.external_id] = role.name
    keys = Credential.objects.filter(connection=connection, ended_at=None)
    for key in keys.exclude(resource__in=over.values("pk")):
        lists.setdefault(key.collection.key, {})[key.external_id] = key.name
    grants = Grant.objects.filter(collection__connection=connection, ended_at=None)
    told = ("project_users", "service_accounts", "group_users")
    for grant in grants.filter(collection__kind__in=told).select_related(
        "collection", "entitlement"
    ):
        of_list = lists.setdefault(grant.collection.key, {})
        of_list[grant.external_id] = grant.entitlement.external_id
    return {key: rows for key, rows in lists.items() if rows}


def check_promises(connection: Connection, *, newest: int = 100) -> None:
    """What is true at every moment between two transactions, however they came about.

    Counts are those of the `newest` runs.
    """
    runs = SyncRun.objects.filter(connection=connection)
    assert runs.filter(status__in=SyncRun.OPEN).count() <= 1
    over = runs.exclude(status__in=SyncRun.OPEN)
    assert not SyncMark.objects.filter(reading__run__in=over).exists()
    for run in over.order_by("-id")[:newest]:
        _check_counts(run)
    _check_grants(connection)
    steps = (
        (AccountChange, "account", ("email", "name", "role")),
        (InvitationChange, "invitation", ("email", "role", "status")),
        (ResourceChange, "resource", ("name",)),
        (CredentialChange, "credential", ("name",)),
    )
    for model, of, fields in steps:
        changes = model.objects.filter(**{f"{of}__connection": connection}).order_by(of, "id")
        _check_history(changes.select_related(of), of, fields)
        rows = model._meta.get_field(of).related_model.objects.filter(connection=connection)
        if of == "resource":  # it is there before anything is read
            rows = rows.exclude(kind="organization")
        assert not rows.exclude(changes__kind="appeared").exists()


def _check_counts(run: SyncRun) -> None:
    rows = list(run.collections.all())
    for row in rows:
        told = {name: getattr(row, name) for name in ("received", "stored", "added", "changed")}
        if row.finished_at:
            assert row.received == row.stored + row.repeated + row.set_aside, (row.key, told)
            assert row.stored == row.added + row.changed + row.unchanged, (row.key, told)
    if run.status in ("complete", "partial", "held"):
        sums = run.collections.aggregate(*(Sum(name) for name in ("pages", "received", "ended")))
        assert (run.pages, run.received) == (sums["pages__sum"], sums["received__sum"])
        assert run.ended >= sums["ended__sum"]
        assert all(row.finished_at for row in rows)


def _check_grants(connection: Connection) -> None:
    """One after the other, and each begins before it ends."""
    grants = Grant.objects.filter(collection__connection=connection)
    assert not grants.filter(ended_at__lt=F("began_at")).exists()
    assert not grants.filter(ended_not_before__lt=F("began_at")).exists()
    assert not grants.filter(ended_not_before__gt=F("ended_at")).exists()
    assert not grants.filter(began_not_before__gt=F("began_at")).exists()
    previous: Grant | None = None
    for grant in grants.order_by("collection", "external_id", "id"):
        one = (grant.collection_id, grant.external_id)
        if previous and one == (previous.collection_id, previous.external_id):
            assert previous.ended_at is not None
            assert grant.began_at >= (previous.ended_not_before or previous.ended_at)
        previous = grant


def _check_history(changes: Iterable[object], of: str, fields: tuple[str, ...]) -> None:
    """The steps of each row lead from its appearance to what it is now."""
    alive: dict[int, bool] = {}
    told: dict[tuple[int, str], str] = {}
    rows, last = {}, {}
    for step in changes:
        row = rows.setdefault(getattr(step, of).pk, getattr(step, of))
        if step.kind == "changed":
            assert told.get((row.pk, step.field), step.before) == step.before
            told[row.pk, step.field] = step.after
            continue
        before = {"appeared": None, "ended": True, "reappeared": False}[step.kind]
        assert alive.get(row.pk) is before, (row, step.kind)
        alive[row.pk] = step.kind != "ended"
        last[row.pk, alive[row.pk]] = (step.not_before, step.at, step.known_by)
    for pk, row in rows.items():
        assert alive[pk] is (row.ended_at is None)
        began = (row.began_not_before, row.began_at, row.began_known_by)
        assert last[pk, True] == began
        if row.ended_at:
            ended = (row.ended_not_before, row.ended_at, row.ended_known_by)
            assert last[pk, False] == ended
            assert row.began_at <= row.ended_at
        for name in fields:
            assert told.get((pk, name), getattr(row, name)) == getattr(row, name)


def differences(ours: Lists, theirs: Lists) -> dict[str, object]:
    """What differs, by list, short enough to read in a failure."""
    found = {}
    for key in sorted({*ours, *theirs}):
        mine, yours = Counter(ours.get(key, {}).items()), Counter(theirs.get(key, {}).items())
        if mine != yours:
            found[key] = {"only ours": [*(mine - yours)][:5], "only theirs": [*(yours - mine)][:5]}
    return found
