"""The organization's state: what exists, and the few changes that touch more than one thing."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tenure.simulator.openai.clock import Clock
from tenure.simulator.openai.identifiers import derive
from tenure.simulator.openai.shelf import Shelf

INVITE_LIFETIME_S = 30 * 86_400
MANAGEMENT = ("api.management.read", "api.management.write")
GROUPS = ("api.groups.read", "api.groups.write")
USAGE = ("api.usage.read",)
OWNER, READER = "owner", "reader"


class User(msgspec.Struct, kw_only=True, tag="organization.user", tag_field="object"):
    id: str
    name: str | None
    email: str | None
    role: str | None
    added_at: int
    created: int
    is_default: bool = False
    is_service_account: bool = False
    is_scim_managed: bool = False
    api_key_last_used_at: int | None = None
    technical_level: str | None = None
    developer_persona: str | None = None


class InviteProject(msgspec.Struct, kw_only=True):
    id: str
    role: str


class Invite(msgspec.Struct, kw_only=True, tag="organization.invite", tag_field="object"):
    id: str
    email: str
    role: str
    status: str
    created_at: int
    expires_at: int | None = None
    accepted_at: int | None = None
    projects: list[InviteProject] = []


class Project(msgspec.Struct, kw_only=True, tag="organization.project", tag_field="object"):
    id: str
    name: str | None
    created_at: int
    archived_at: int | None = None
    status: str = "active"


class Member(msgspec.Struct, kw_only=True, tag="organization.project.user", tag_field="object"):
    id: str
    name: str | None
    email: str | None
    role: str
    added_at: int


class Role(msgspec.Struct, kw_only=True, tag="role", tag_field="object"):
    id: str
    name: str
    description: str | None
    permissions: list[str]
    resource_type: str
    predefined_role: bool


class AdminKeyOwner(msgspec.Struct, kw_only=True, tag="organization.user", tag_field="object"):
    type: str
    id: str
    name: str
    created_at: int
    role: str


class AdminKey(msgspec.Struct, kw_only=True, tag="organization.admin_api_key", tag_field="object"):
    """An admin key as the provider lists it: never with its value."""

    id: str
    name: str | None
    redacted_value: str
    created_at: int
    expires_at: int | None
    last_used_at: int | None
    owner: AdminKeyOwner


class Credential(msgspec.Struct, kw_only=True):
    """What a bearer value may do. `kind` is admin, read_only, personal or project."""

    id: str
    kind: str
    owner_id: str
    scopes: list[str]
    expires_at: int | None = None
    dead_from: float | None = None


Event = dict[str, object]


class Saved(msgspec.Struct, kw_only=True):
    """The whole organization as it goes into a state file."""

    seed: str
    id: str
    slug: str
    minted: int
    clock_offset: float
    users: list[User]
    invites: list[Invite]
    projects: list[Project]
    members: dict[str, list[Member]]
    roles: list[Role]
    assignments: dict[str, list[str]]
    admin_keys: list[AdminKey]
    credentials: dict[str, Credential]
    events: list[Event]


class Organization:
    def __init__(self, *, seed: str, clock: Clock) -> None:
        self.seed = seed
        self.clock = clock
        self.id = f"org-{derive(seed, 'organization')}"
        self.slug = f"halden-{derive(seed, 'slug', length=6).lower()}"
        self.minted = 0
        self.users: Shelf[User] = Shelf()
        self.invites: Shelf[Invite] = Shelf()
        self.projects: Shelf[Project] = Shelf()
        self.members: dict[str, Shelf[Member]] = {}
        self.roles: Shelf[Role] = Shelf(_predefined_roles(self.id))
        self.assignments: dict[str, list[str]] = {}
        self.admin_keys: Shelf[AdminKey] = Shelf()
        self.credentials: dict[str, Credential] = {}
        self.events: list[Event] = []
        self._invites_settle_at = 0.0

    @classmethod
    def restored(cls, saved: Saved, *, clock: Clock) -> Organization:
        """The organization a state file describes."""
        self = cls(seed=saved.seed, clock=clock)
        clock.offset = saved.clock_offset
        self.id, self.slug, self.minted = saved.id, saved.slug, saved.minted
        self.users, self.invites = Shelf(saved.users), Shelf(saved.invites)
        self.projects, self.roles = Shelf(saved.projects), Shelf(saved.roles)
        self.members = {project: Shelf(rows) for project, rows in saved.members.items()}
        self.assignments, self.admin_keys = saved.assignments, Shelf(saved.admin_keys)
        self.credentials, self.events = saved.credentials, saved.events
        return self

    def saved(self) -> Saved:
        """Everything a state file needs."""
        return Saved(
            seed=self.seed,
            id=self.id,
            slug=self.slug,
            minted=self.minted,
            clock_offset=self.clock.offset,
            users=list(self.users),
            invites=list(self.invites),
            projects=list(self.projects),
            members={project: list(rows) for project, rows in self.members.items()},
            roles=list(self.roles),
            assignments=self.assignments,
            admin_keys=list(self.admin_keys),
            credentials=self.credentials,
            events=self.events,
        )

    def rename(self, organization_id: str) -> None:
        """Give the organization this id, and its predefined roles with it."""
        self.id = organization_id
        self.roles = Shelf(_predefined_roles(organization_id))

    def mint(self, prefix: str) -> str:
        """A new id, the same for the same seed and the same sequence of changes."""
        self.minted += 1
        return prefix + derive(self.seed, prefix, self.minted)

    def now(self) -> int:
        return int(self.clock.now())

    def users_with_email(self, email: str) -> Iterator[User]:
        """Every user with this address, whatever its case."""
        folded = email.casefold()
        return (user for user in self.users if (user.email or "").casefold() == folded)

    def owners(self) -> int:
        return sum(user.role == OWNER for user in self.users)

    def role_ids_of(self, user: User) -> list[str]:
        """The organization roles a user holds: the one of the user object, and assigned ones."""
        own = [predefined_role_id(user.role, self.id)] if user.role else []
        return own + self.assignments.get(user.id, [])

    def settle_invites(self) -> None:
        """Turn pending invites whose time is over into expired ones."""
        now = self.clock.now()
        if now < self._invites_settle_at:
            return
        pending = [i for i in self.invites if i.status == "pending" and i.expires_at is not None]
        for invite in pending:
            if (invite.expires_at or 0) <= now:
                self.invites.update(invite, status="expired")
        self._invites_settle_at = min(
            (i.expires_at or 0 for i in pending if i.status == "pending"), default=float("inf")
        )

    def join(self, user: User, project_id: str, role: str) -> None:
        """Make a user a member of a project."""
        self.members[project_id].add(
            Member(id=user.id, name=user.name, email=user.email, role=role, added_at=self.now())
        )

    def add_invite(self, invite: Invite) -> None:
        self.invites.add(invite)
        self._invites_settle_at = 0.0

    def record(self, event_type: str, actor: Event | None, **detail: object) -> None:
        """Append an audit event; `detail` is what the event says about its subject."""
        event: Event = {
            "object": "organization.audit_log",
            "id": self.mint("audit_log-"),
            "type": event_type,
            "effective_at": self.now(),
            "actor": actor,
        }
        if detail:
            event[event_type] = detail
        self.events.append(event)


def predefined_role_id(role: str, organization_id: str) -> str:
    """Predefined organization roles carry the organization's id in their own."""
    return f"role-api-organization-{role}__api-organization__{organization_id}"


def _predefined_roles(organization_id: str) -> list[Role]:
    def role(name: str, description: str, permissions: tuple[str, ...]) -> Role:
        return Role(
            id=predefined_role_id(name, organization_id),
            name=name,
            description=description,
            permissions=list(permissions),
            resource_type="api.organization",
            predefined_role=True,
        )

    return [
        role(OWNER, "May change everything in the organization", MANAGEMENT + GROUPS + USAGE),
        role(READER, "May use the projects they are a member of", ("api.model.read",)),
    ]
