"""A company of nine and their accounts: one of each case that the pages and links must tell apart.

mei     current, owner            hugo    left three days ago, has access
priya   current, other e-mail     noor    inactive, has access
lena    on leave                  uma     starts in 40 days, has access
zed     current, no account       tomas   began 5 days ago, the account is a year older
olga    left, account gone
labs    an account of nobody      robot   a service account

Search     mei, hugo, priya, and a stranger     Vision   noor owns it; lena
Sandbox    out of scope; labs                   Atlas    archived
"""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from tenure.connections.models import Connection
from tenure.connectors.facts import AccountFact, GrantFact, ResourceFact
from tenure.inventory.models import Account, Resource
from tenure.inventory.operations.exclude_resource import exclude_resource
from tenure.inventory.operations.link_accounts import link_accounts
from tenure.inventory.tests.scripted import ScriptedOrganization, made_connection, read_all
from tenure.lib.clock import now
from tenure.people.operations.import_people import import_people
from tenure.testing.cast import actor_of

DOMAIN = "halden.example"


def day(days: int) -> str:
    return (now() + timedelta(days=days)).date().isoformat()


def take_people(rows: list[dict[str, str]]) -> None:
    """Import these people as the access manager would."""
    columns = dict.fromkeys(name for row in rows for name in row)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(columns), restval="")
    writer.writeheader()
    writer.writerows(rows)
    content = out.getvalue().encode()
    import_people(content=content, is_full=False, is_confirmed=True, actor=actor_of("mara"))


def person(name: str, full_name: str, **columns: str) -> dict[str, str]:
    return {"email": f"{name}@{DOMAIN}", "name": full_name, **columns}


def account(name: str, /, **fields: object) -> AccountFact:
    said = {"email": f"{name}@{DOMAIN}", "name": name.title(), "role": "reader"} | fields
    raw = f'{{"id": "user-{name}", "role": "{said["role"]}", "key": "sk-admin-abcdefghijklmnop"}}'
    return AccountFact(external_id=f"user-{name}", raw=raw.encode(), **said)


def people() -> list[dict[str, str]]:
    return [
        person("mei", "Mei Tanaka", department="Machine learning", title="Director"),
        person("hugo", "Hugo Castellanos", end_date=day(-3), start_date=day(-400)),
        person("priya", "Priya Raman", other_emails="p.raman@mail.example"),
        person("noor", "Noor el-Amin", status="inactive"),
        person("lena", "Lena Vogt", status="on_leave", manager_email=f"mei@{DOMAIN}"),
        person("uma", "Uma Diaz", start_date=day(40)),
        person("zed", "Zed Olsen", external_id="E-9"),
        person("tomas", "Tomas Berg", start_date=day(-5)),
        person("olga", "Olga Ivanova", end_date=day(-60)),
    ]


def accounts() -> list[AccountFact]:
    year_ago = now() - timedelta(days=365)
    return [
        account("mei", name="Mei Tanaka", role="owner", added_at=year_ago),
        account("hugo", name="Hugo Castellanos", added_at=year_ago),
        account("priya", name="Priya Raman", email="P.Raman@mail.example", added_at=year_ago),
        account("noor", name="Noor el-Amin"),
        account("lena", name="Lena Vogt"),
        # Seen 40 days before her first day: too early to be linked by itself.
        account("uma", name="Uma Diaz"),
        account("tomas", name="Tomas Berg", added_at=year_ago),
        account("labs", name="", email=f"labs@{DOMAIN}"),
        account("robot", name="ingest-batch", email=None, is_service=True),
    ]


def projects() -> list[ResourceFact]:
    created, archived = now() - timedelta(days=300), now() - timedelta(days=9)
    return [
        ResourceFact(
            external_id=f"proj_{name.lower()}",
            kind="project",
            name=name,
            created_at=created,
            archived_at=archived if name == "Atlas" else None,
            raw=f'{{"id": "proj_{name.lower()}", "name": "{name}"}}'.encode(),
        )
        for name in ("Search", "Vision", "Sandbox", "Atlas")
    ]


def members() -> dict[str, list[GrantFact]]:
    month_ago = now() - timedelta(days=30)

    def member(name: str, role: str = "member") -> GrantFact:
        return GrantFact(
            external_id=f"user-{name}",
            principal_kind="account",
            principal_id=f"user-{name}",
            entitlement_id=role,
            resource_id="the project",
            began_at=None if name == "priya" else month_ago,
            raw=f"{name} {role}".encode(),
        )

    return {
        "proj_search": [member("mei"), member("hugo"), member("priya"), member("ghost")],
        "proj_vision": [member("noor", "owner"), member("lena")],
        "proj_sandbox": [member("labs")],
    }


def company(*, name: str = "OpenAI") -> Connection:
    """The company, read, imported and linked."""
    monkeypatch = pytest.MonkeyPatch()
    connection = made_connection()
    connection.name = name
    connection.save(update_fields=["name"])
    take_people(people())
    read_company(connection, monkeypatch, [*accounts(), account("olga", name="Olga Ivanova")])
    link_accounts(actor=actor_of("ada"))
    reason = "Play without keys or data"
    exclude_resource(resource_ref=project_of("Sandbox").ref, reason=reason, actor=actor_of("mara"))
    read_company(connection, monkeypatch, accounts())
    return connection


def read_company(connection: Connection, monkeypatch, users: list[AccountFact]) -> None:
    said = ScriptedOrganization(users=users, projects=projects(), members=members())
    assert read_all(connection, monkeypatch, said).status == "complete"


def account_of(name: str) -> Account:
    return Account.objects.get(external_id=f"user-{name}")


def project_of(name: str) -> Resource:
    return Resource.objects.filter(name=name).latest("id")
