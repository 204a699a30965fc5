"""Every way to read users. Whoever may view users sees all; everyone else sees themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet

from tenure.lib.actor import Actor
from tenure.lib.clock import now
from tenure.lib.errors import Conflict, Invalid, NotAllowed, NotFound
from tenure.lib.ids import as_ref
from tenure.lib.text import fold_email
from tenure.users import links, rules, sessions
from tenure.users.actors import in_force
from tenure.users.models import ApiToken, OneTimeLink, RoleAssignment, User, UserInvitation


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One session of one user."""

    ref: str
    began_at: datetime
    address: str
    browser: str
    is_this_one: bool


def users(*, actor: Actor) -> QuerySet[User]:
    """By e-mail, with `current_roles`, `has_mfa`, `is_admin`; two queries whatever the number."""
    roles = RoleAssignment.objects.filter(in_force()).order_by("id")
    factors = Authenticator.objects.filter(user=OuterRef("pk")).exclude(
        type=Authenticator.Type.RECOVERY_CODES
    )
    admins = roles.filter(user=OuterRef("pk"), permission_set=rules.ADMIN, connection_ref="")
    return (
        _visible(actor)
        .annotate(has_mfa=Exists(factors), is_admin=Exists(admins))
        .prefetch_related(Prefetch("role_assignments", roles, to_attr="current_roles"))
        .order_by("email_key")
    )


def user(ref: UUID, *, actor: Actor) -> User:
    """One of `users`."""
    if found := users(actor=actor).filter(ref=ref).first():
        return found
    raise NotFound("No such user, or not yours to see.")


def user_of_email(email: str, *, actor: Actor) -> User:
    if found := _visible(actor).filter(email_key=fold_email(email)).first():
        return found
    raise NotFound(f"No user has the address {email}; see: tenure users list.")


def user_to_change(user_ref: UUID | str, *, actor: Actor) -> User:
    """Fetch and lock."""
    if found := _visible(actor).select_for_update().filter(ref=user_ref).first():
        return found
    raise NotFound("No such user; reload the page.")


def assignment_to_change(assignment_ref: UUID, *, actor: Actor) -> RoleAssignment:
    """Fetch and lock a role assignment that has not ended."""
    open_ones = RoleAssignment.objects.filter(user__in=_visible(actor), ref=assignment_ref)
    assignment = open_ones.select_related("user").select_for_update(of=("self",)).first()
    if assignment and (assignment.ends_at is None or assignment.ends_at > now()):
        return assignment
    raise NotFound("This permission set has ended already; reload the page.")


def admins_to_keep(*, actor: Actor) -> list[RoleAssignment]:
    """Lasting admins of everything who may sign in; locked, so that two cannot end each other."""
    lasting = RoleAssignment.objects.filter(
        user__in=_visible(actor).filter(is_active=True),
        permission_set=rules.ADMIN,
        connection_ref="",
        begins_at__lte=now(),
        ends_at=None,
    )
    return list(lasting.select_for_update(of=("self",)).order_by("id"))


def has_admin(*, actor: Actor) -> bool:  # noqa: ARG001 - a read names its reader; this is for anyone
    """True while somebody who may sign in administers everything."""
    return RoleAssignment.objects.filter(
        in_force(), permission_set=rules.ADMIN, connection_ref="", user__is_active=True
    ).exists()


def pending_invitations(*, actor: Actor) -> QuerySet[UserInvitation]:
    """Newest first, expired ones included: those can be sent again."""
    pending = UserInvitation.objects.filter(state=UserInvitation.State.PENDING)
    return (pending if _sees_all(actor) else pending.none()).order_by("-id")


def invitation_to_change(invitation_ref: UUID, *, actor: Actor) -> UserInvitation:
    pending = pending_invitations(actor=actor).select_for_update()
    if invitation := pending.filter(ref=invitation_ref).first():
        return invitation
    raise NotFound("This invitation was accepted or withdrawn; reload the page.")


def invitation_of_link(link: OneTimeLink, *, actor: Actor) -> UserInvitation:  # noqa: ARG001 - the link is the permission
    """Fetch and lock what the link invites to."""
    invitation = link.invitation
    if invitation is not None:
        pending = UserInvitation.objects.filter(state=UserInvitation.State.PENDING)
        if found := pending.select_for_update().filter(pk=invitation.pk).first():
            return found
    raise NotFound("This invitation was accepted or withdrawn; ask for a new one.")


def open_link(kind: OneTimeLink.Kind, token: str, *, actor: Actor) -> OneTimeLink:  # noqa: ARG001 - the token is the permission
    """The link behind a secret address, while it works; looking changes nothing."""
    return links.peek(kind, token)


def check_may_be_invited(email: str, *, actor: Actor) -> None:
    """Conflict for somebody who may sign in, or was invited, already."""
    key = fold_email(email)
    if _visible(actor).filter(email_key=key).exists():
        raise Conflict(f"{email} may sign in already; assign the permission set there.")
    if pending_invitations(actor=actor).filter(email_key=key).exists():
        raise Conflict(f"{email} was invited already; send that invitation again.")


def is_known(email: str, *, actor: Actor) -> bool:
    """Whether somebody is a user, active or not, or was invited and can still accept."""
    actor.require("users.manage")
    key = fold_email(email)
    invited = pending_invitations(actor=actor).filter(email_key=key)
    return User.objects.filter(email_key=key).exists() or invited.exists()


def own_sessions(*, this_session: str, actor: Actor) -> list[SignedIn]:
    """Where the actor is signed in, this session first."""
    rows = UserSession.objects.filter(user__ref=actor.id).order_by("-created_at")
    found = [
        SignedIn(
            ref=sessions.ref_of(row.session_key),
            began_at=row.created_at,
            address=row.ip,
            browser=rules.browser_of(row.user_agent),
            is_this_one=row.session_key == this_session,
        )
        for row in rows
        if row.exists()
    ]
    return sorted(found, key=lambda session: not session.is_this_one)


def tokens(*, actor: Actor) -> QuerySet[ApiToken]:
    """API tokens of the users one may see, revoked ones too: live ones first, then the newest."""
    mine = ApiToken.objects.filter(user__in=_visible(actor)).select_related("user")
    return mine.order_by(F("revoked_at").desc(nulls_first=True), "-id")


def token_to_change(ref: UUID | str, *, actor: Actor) -> ApiToken:
    """Fetch and lock a token of one's own; for those who manage users, anybody's."""
    mine = tokens(actor=actor).select_for_update(of=("self",))
    if not actor.may("users.manage"):
        mine = mine.filter(user__ref=actor.id)
    if token := mine.filter(ref=as_ref(ref)).first():
        return token
    raise NotFound("There is no such token; list them with: tenure tokens list.")


def token_owner(email: str, *, actor: Actor) -> User:
    """Whose token is to be made. Only the local operator names somebody, where there are several
    admins: a token is a way to act as its user."""
    if actor.kind == "user" and not email:
        return _visible(actor).get(ref=actor.id)
    if actor.kind != "system" or not actor.may("users.manage"):
        raise NotAllowed("Everybody makes their own tokens; sign in and open Settings, API tokens.")
    if email:
        owner = user_of_email(email, actor=actor)
        if owner.is_active:
            return owner
        raise Conflict("This user is shut out; let them in again first.")
    admins = [user for user in users(actor=actor) if user.is_active and user.is_admin]  # type: ignore[attr-defined] # an annotation
    if len(admins) == 1:
        return admins[0]
    raise Invalid("Say whose token it is, with --user EMAIL.", field="user")


def acting_user(*, actor: Actor) -> User | None:
    """The user who acts, by themselves or by a token; None for a job, or the command line."""
    match actor.kind:
        case "user":
            return User.objects.filter(ref=actor.id).first()
        case "token":
            return User.objects.filter(api_tokens__ref=actor.id).first()
    return None


def needs_mfa(*, actor: Actor) -> bool:
    """True for an admin without a second factor."""
    if actor.kind != "user" or not actor.may("settings.manage"):
        return False
    factors = Authenticator.objects.filter(user__ref=actor.id)
    return not factors.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def _visible(actor: Actor) -> QuerySet[User]:
    if _sees_all(actor):
        return User.objects.all()
    return User.objects.filter(ref=actor.id) if actor.kind == "user" else User.objects.none()


def _sees_all(actor: Actor) -> bool:
    return actor.may("users.view") or actor.may("users.manage")
