"""Halden Optics: an invented company, and the OpenAI organization its people use.

What HR says (a CSV) and what OpenAI has (a company file for the simulator) are made together from
one seed and one day, and disagree exactly where companies disagree: seven people have left and
kept their account, one invitation waits for somebody who is gone, and some accounts are nobody's
until a human says whose they are (`deciding.py`). Some accounts were not used for months, of some
only the traffic tells, and of some nobody knows whether they are used at all.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from tenure.demo.machines import admin_keys, give_machines, groups, identity_providers
from tenure.demo.projects import make_projects
from tenure.simulator.openai.names import FIRST, LAST

DOMAIN = "halden.example"
STAFF = 221
ADMIN = "ada.lindqvist@halden.example"
REVIEWER = "jonas.weber@halden.example"
EMPLOYEE = "priya.raman@halden.example"
NEWCOMER = "nora.lie@halden.example"
AUDITOR = "auditor@norrfjord-audit.example"
SECOND = "mei.tanaka@halden.example"
SHARED = f"labs@{DOMAIN}"
SERVICE = f"gpu-batch@{DOMAIN}"
BREAK_GLASS = f"emergency@{DOMAIN}"
OUTSIDERS = ("d.osei@partner-lab.example", "marek.k@gmail.example")

_DEPARTMENTS: dict[str, tuple[str, ...]] = {
    "Platform": ("Backend engineer", "Site reliability engineer", "Staff engineer"),
    "Machine learning": ("ML engineer", "Senior ML engineer", "Research engineer"),
    "Vision research": ("Researcher", "Senior researcher", "Research intern"),
    "Product": ("Product manager", "Designer", "Data analyst"),
    "Support": ("Support engineer", "Support lead", "Technical writer"),
    "Finance": ("Data analyst", "Controller", "Accountant"),
    "Sales": ("Solutions engineer", "Account executive", "Sales engineer"),
}
# Days after which an account may have been used and forgotten.
_LONG_HERE = 165
_ZONES = ("Europe/Oslo", "Europe/Oslo", "Europe/Berlin", "America/New_York", "Asia/Kolkata")
# name, title, department, kind, days since the last day of work
_LEAVERS = (
    ("Tomasz Zieliński", "Contractor, search", "Machine learning", "contractor", 21),
    ("Farid Nazari", "Researcher", "Vision research", "employee", 9),
    ("Noor el-Amin", "Data analyst", "Finance", "employee", 5),
    ("Hugo Castellanos", "Senior ML engineer", "Machine learning", "employee", 3),
    ("Daniel Kowalczyk", "Backend engineer", "Platform", "employee", 3),
    ("Chloé Martin", "Designer", "Product", "employee", 2),
    ("Samuel Adeyemi", "Support lead", "Support", "employee", 1),
)
_IN_ORDER = (
    ("Greta Lindholm", "Controller", "Finance", 4),
    ("Otto Brandvik", "Sales engineer", "Sales", 2),
    ("Sofie Haugen", "Product manager", "Product", -9),
)
_NAMED = (
    ("Ada Lindqvist", "Head of security", "Platform", "owner"),
    ("Jonas Weber", "Director of platform", "Platform", "owner"),
    ("Mei Tanaka", "Director of machine learning", "Machine learning", "owner"),
    ("Priya Raman", "ML engineer", "Machine learning", "reader"),
)


@dataclass
class Company:
    """The two sides of one day: `people` are rows for HR's CSV, `openai` a company file."""

    people: list[dict[str, str]] = field(default_factory=list)
    openai: dict[str, object] = field(default_factory=dict)

    def csv(self) -> str:
        out = io.StringIO()
        writer = csv.DictWriter(out, list(self.people[0]))
        writer.writeheader()
        writer.writerows(self.people)
        return out.getvalue()


@dataclass
class _Maker:
    chance: Random
    today: date
    people: list[dict[str, str]] = field(default_factory=list)
    users: list[dict[str, object]] = field(default_factory=list)
    usage: list[dict[str, object]] = field(default_factory=list)
    logins: list[dict[str, object]] = field(default_factory=list)

    def person(
        self,
        name: str,
        title: str,
        department: str,
        *,
        kind: str = "employee",
        started: int = 0,
        left: int | None = None,
        status: str = "active",
    ) -> str:
        """Add somebody to the directory; `started` and `left` are days ago. Returns the address."""
        email = _address(name)
        self.people.append(
            {
                "email": email,
                "external_id": f"H{len(self.people) + 1001}",
                "name": name,
                "status": status,
                "start_date": self._day(started or self.chance.randrange(40, 2200)),
                "end_date": "" if left is None else self._day(left),
                "manager_email": _address(_manager_of(department, name)),
                "department": department,
                "title": title,
                "kind": kind,
                "time_zone": self.chance.choice(_ZONES),
            }
        )
        return email

    def account(
        self, email: str | None, name: str | None, *, age: int, role: str = "reader"
    ) -> None:
        """Add a user to the OpenAI organization, `age` days ago."""
        user: dict[str, object] = {
            "email": email,
            "name": name,
            "role": role,
            "added_at": f"-{max(age, 1)}d",
        }
        if self.chance.random() < 0.7:  # noqa: PLR2004 - most people use it
            hours = self.chance.randrange(1, 900)
            user["api_key_last_used_at"] = f"-{hours}h"
            self._spent(email, hours)
            self._signed_in(email, min(hours // 2 + 1, age * 24 - 1))
        elif age > _LONG_HERE and len(self.users) % 3 == 0:
            user["api_key_last_used_at"] = f"-{100 + len(self.users) % 60}d"
        elif len(self.users) % 3:
            self._spent(email, 20 + len(self.users) * 3)
        self.users.append(user)

    def _spent(self, email: str | None, hours: int) -> None:
        """Traffic so many hours ago, of some more than of others."""
        requests = 40 + len(self.users) * 7919 % 5000
        self.usage.append(
            {"user": email, "at": f"-{hours}h", "requests": requests, "input": requests * 700}
        )

    def _signed_in(self, email: str | None, hours: int) -> None:
        """Every other of those who use it signs in too: the rest leave that to their keys."""
        if email and len(self.users) % 2 == 0:
            self.logins.append({"user": email, "at": f"-{max(hours, 1)}h"})

    def _day(self, ago: int) -> str:
        return (self.today - timedelta(days=ago)).isoformat()


def make_company(today: date) -> Company:
    """The company as it stands on a day. The same day gives the same company."""
    make = _Maker(Random("halden optics"), today)  # noqa: S311 - repeatable on purpose
    _staff(make)
    _leavers(make)
    _at_the_edges(make)
    _hard_to_tell(make)
    _leaving_in_order(make)
    openai = _organization(make)
    # Last, so that everybody else stays who they were.
    make.person("Nora Lie", "Backend engineer", "Platform", started=2)
    make.person("Emil Strand", "Support engineer", "Support", started=60)
    return Company(people=make.people, openai=openai)


def _staff(make: _Maker) -> None:
    for name, title, department, role in _NAMED:
        make.account(make.person(name, title, department, started=1500), name, age=420, role=role)
    taken = {name for name, *_ in (*_NAMED, *_LEAVERS)}
    while len(make.people) < STAFF:
        name = f"{make.chance.choice(FIRST)} {make.chance.choice(LAST)}"
        if name in taken:
            continue
        taken.add(name)
        department = make.chance.choice(list(_DEPARTMENTS))
        title = make.chance.choice(_DEPARTMENTS[department])
        kind = "contractor" if make.chance.random() < 0.06 else "employee"  # noqa: PLR2004
        started = make.chance.randrange(20, 1900)
        email = make.person(name, title, department, kind=kind, started=started)
        if make.chance.random() < 0.93:  # noqa: PLR2004 - some never asked for access
            age = min(started - 5, make.chance.randrange(6, 420))
            role = "owner" if len(make.users) in (60, 120) else "reader"
            make.account(email, name, age=age, role=role)


def _leavers(make: _Maker) -> None:
    for name, title, department, kind, left in _LEAVERS:
        email = make.person(name, title, department, kind=kind, started=900, left=left)
        role = "owner" if name == "Hugo Castellanos" else "reader"
        make.account(email, name, age=330, role=role)
    # These left and lost their access, as they should.
    for number in range(9):
        name = f"{make.chance.choice(FIRST)} {LAST[number * 3 % len(LAST)]}-Berg"
        make.person(name, "Backend engineer", "Platform", started=1100, left=30 + number * 17)


def _at_the_edges(make: _Maker) -> None:
    """Leave, starts to come, accounts that are nobody's, and names that test a page."""
    for name in ("Ingrid Solheim", "Rafael Duarte", "Yuki Mori"):
        make.account(
            make.person(name, "Researcher", "Vision research", status="on_leave"), name, age=200
        )
    for ahead, name in enumerate(("Lotte Vermeer", "Amara Okonkwo", "Elias Haddad"), start=1):
        make.person(name, "ML engineer", "Machine learning", started=-4 * ahead)
    make.account(_address("Lotte Vermeer"), "Lotte Vermeer", age=1)
    make.person("Paulo Reis", "Site reliability engineer", "Platform", status="inactive")
    make.account(SHARED, "labs-shared", age=380)
    make.account(OUTSIDERS[1], "marek.k", age=120)
    make.account(SERVICE, None, age=290)
    make.account(OUTSIDERS[0], "Dora Osei", age=44)
    make.account(BREAK_GLASS, "emergency access", age=400, role="owner")
    make.person("Benedikt Vogel", "Staff engineer", "Platform", started=1300)


def _hard_to_tell(make: _Maker) -> None:
    """Accounts whose person a human has to judge, and one human whom HR lists twice."""
    make.account(f"mei.tanaka+evals@{DOMAIN}", "Mei Tanaka", age=95)
    # An address that somebody else had before.
    make.account(
        make.person("Ida Nyberg", "Designer", "Product", started=45), "Ida Nyberg", age=310
    )
    make.person("Lukas Brandt", "Solutions engineer", "Sales", started=420)
    make.account("lukas.brandt@mail.example", "Lukas Brandt", age=260)
    make.account(
        make.person("Marit Bakken", "Writer", "Support", started=640), "Marit Bakken", age=230
    )
    make.person("Marit Bakken Holm", "Technical writer", "Support", started=640)


def _leaving_in_order(make: _Maker) -> None:
    """Whose offboarding the admin has begun, and one who leaves soon."""
    for name, title, department, left in _IN_ORDER:
        email = make.person(name, title, department, started=700, left=left)
        make.account(email, name, age=210)


def _organization(make: _Maker) -> dict[str, object]:
    invited = [
        ("amara.okonkwo@halden.example", "reader", "-2d"),
        ("farid.nazari@halden.example", "reader", "-12d"),
        ("elias.haddad@halden.example", "reader", "-1d"),
        ("sam.whitlock@partner-lab.example", "owner", "-9d"),
    ]
    department_of = {row["email"]: row["department"] for row in make.people}
    projects = make_projects(make.users, department_of, chance=make.chance)
    give_machines(projects, chance=make.chance)
    return {
        "organization_id": "org-HaldenOptics4hLdXv0pT",
        "users": make.users,
        "usage": make.usage,
        "invites": [
            {"email": email, "role": role, "created_at": age, "expires_at": "2099-01-01T00:00:00Z"}
            for email, role, age in invited
        ],
        "logins": [*make.logins, {"user": ADMIN, "at": "-3h"}],
        "projects": projects,
        "groups": groups(make.users, department_of),
        "admin_keys": admin_keys(),
        "identity_providers": identity_providers(),
        "admin_key_owner": ADMIN,
        "personal_key_owner": REVIEWER,
    }


def _manager_of(department: str, name: str) -> str:
    lead = "Mei Tanaka" if department in ("Machine learning", "Vision research") else "Jonas Weber"
    return "Ada Lindqvist" if name == lead else lead


def _address(name: str) -> str:
    plain = name.replace("ł", "l").replace("ø", "o").replace("ß", "ss").replace("ð", "d")
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return f"{plain.lower().replace(' ', '.')}@{DOMAIN}"
