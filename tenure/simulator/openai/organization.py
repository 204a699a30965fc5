"""The organization's state: what exists, and the few changes that touch more than one thing."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterator
from typing import Any

from tenure.simulator.openai.clock import Clock
from tenure.simulator.openai.history import Actor, Fact, History
from tenure.simulator.openai.identifiers import derive
from tenure.simulator.openai.model import (
    GROUPS,
    MANAGEMENT,
    OWNER,
    READER,
    USAGE,
    AdminKey,
    Credential,
    Directory,
    Event,
    FederationRule,
    Group,
    GroupMember,
    IdentityProvider,
    Invite,
    Member,
    Project,
    ProjectGroup,
    ProjectKey,
    Role,
    Saved,
    ServiceAccount,
    Usage,
    User,
)
from tenure.simulator.openai.shelf import Shelf

PROJECT_ROLES = {
    OWNER: ("May change the project and who is in it", ("api.project.manage", "api.project.use")),
    "member": ("May use the project and make keys", ("api.project.use",)),
    "viewer": ("May look at the project", ("api.project.read",)),
}
# What lies on a shelf for each project, group or identity provider; what on the organization's own.
_OWN = ("users", "invites", "projects", "roles", "admin_keys", "groups", "identity_providers")
_PARTED = ("members", "group_members", "project_groups", "project_roles", "service_accounts",
           "project_keys", "federation_rules")  # fmt: skip
_PLAIN = ("seed", "id", "slug", "minted", "assignments", "project_assignments", "credentials",
          "events", "usage", "directory")  # fmt: skip


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
        self.groups: Shelf[Group] = Shelf()
        self.group_members: dict[str, Shelf[GroupMember]] = {}
        self.project_groups: dict[str, Shelf[ProjectGroup]] = {}
        self.project_roles: dict[str, Shelf[Role]] = {}
        self.service_accounts: dict[str, Shelf[ServiceAccount]] = {}
        self.project_keys: dict[str, Shelf[ProjectKey]] = {}
        self.assignments: dict[str, list[str]] = {}
        self.project_assignments: dict[str, dict[str, list[str]]] = {}
        self.admin_keys: Shelf[AdminKey] = Shelf()
        self.identity_providers: Shelf[IdentityProvider] = Shelf()
        self.federation_rules: dict[str, Shelf[FederationRule]] = {}
        self.credentials: dict[str, Credential] = {}
        self.events: list[Event] = []
        self.usage: dict[str, dict[int, list[Usage]]] = {}
        self.history = History()
        self.directory: Directory | None = None
        self.cursors: dict[str, int] = {}
        self.event_views: dict[str, tuple[int, Shelf[Any]]] = {}
        self.is_logging: Callable[[], bool] = lambda: True
        self.is_founding = False
        self._invites_settle_at = 0.0

    @classmethod
    def restored(cls, saved: Saved, *, clock: Clock) -> Organization:
        """The organization a state file describes."""
        self = cls(seed=saved.seed, clock=clock)
        clock.offset = saved.clock_offset
        for name in _PLAIN:
            setattr(self, name, getattr(saved, name))
        for name in _OWN:
            setattr(self, name, Shelf(getattr(saved, name)))
        for name in _PARTED:
            parts = getattr(saved, name).items()
            setattr(self, name, {part: Shelf[Any](rows) for part, rows in parts})
        self.history = History(saved.history)
        return self

    def saved(self) -> Saved:
        """Everything a state file needs."""
        everything: dict[str, Any] = {name: getattr(self, name) for name in _PLAIN}
        everything |= {name: list(getattr(self, name)) for name in _OWN}
        for name in _PARTED:
            parts = getattr(self, name).items()
            everything[name] = {part: list(rows) for part, rows in parts}
        recorded = self.history.recorded()
        return Saved(clock_offset=self.clock.offset, history=recorded, **everything)

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
            if (expires_at := invite.expires_at or 0) <= now:
                self.invites.update(invite, status="expired")
                fact = self.invite_fact(invite)
                self.history.end(fact, since=invite.created_at, at=expires_at, by=None)
        self._invites_settle_at = min(
            (i.expires_at or 0 for i in pending if i.status == "pending"), default=float("inf")
        )

    def join(self, user: User, project_id: str, role: str) -> None:
        """Make a user a member of a project."""
        self.members[project_id].add(
            Member(id=user.id, name=user.name, email=user.email, role=role, added_at=self.now())
        )

    def invite_fact(self, invite: Invite) -> Fact:
        return Fact(
            kind="invite",
            subject_type="email",
            subject_id=invite.email,
            resource_type="organization",
            resource_id=self.id,
            id=invite.id,
        )

    def add_invite(self, invite: Invite, *, seen_after: float = 0.0) -> None:
        self.invites.add(invite, now=self.clock.now(), seen_after=seen_after)
        self._invites_settle_at = 0.0

    def begin(self, fact: Fact, actor: Actor | None) -> None:
        """From now on this is so. What is there from the start is not written down."""
        if not self.is_founding:
            self.history.begin(fact, at=self.clock.now(), by=actor)

    def end(self, fact: Fact, actor: Actor | None, *, since: float) -> None:
        """From now on this is no longer so; `since` is when it began, if before the start."""
        self.history.end(fact, since=since, at=self.clock.now(), by=actor)

    def record(
        self,
        event_type: str,
        actor: Actor | None,
        *,
        project: Project | None = None,
        at: int | None = None,
        **detail: object,
    ) -> None:
        """Add an audit event, when logging is on; `detail` is what it says about its subject.

        The start itself is not logged, but what is said to have happened `at` a time before is.
        """
        if not self.is_logging() or (self.is_founding and at is None):
            return
        event: Event = {
            "object": "organization.audit_log",
            "id": self.mint("audit_log-"),
            "type": event_type,
            "effective_at": self.now() if at is None else at,
            "actor": actor,
        }
        if project is not None:
            event["project"] = {"id": project.id, "name": project.name or ""}
        if detail:
            event[event_type] = detail
        insort(self.events, event, key=lambda e: e["effective_at"])


def predefined_role_id(role: str, organization_id: str = "") -> str:
    """Predefined organization roles carry the organization's id in their own; projects' do not."""
    if not organization_id:
        return f"role-api-project-{role}"
    return f"role-api-organization-{role}__api-organization__{organization_id}"


def predefined_project_roles() -> list[Role]:
    """What every project's catalogue begins with."""
    return [
        Role(
            id=predefined_role_id(name),
            name=name,
            description=description,
            permissions=list(permissions),
            resource_type="api.project",
            predefined_role=True,
        )
        for name, (description, permissions) in PROJECT_ROLES.items()
    ]


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
