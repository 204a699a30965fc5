"""Users and their permission sets, for admins; one's own sessions; proving oneself again."""

from __future__ import annotations

from datetime import timedelta
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenure.lib.clock import now
from tenure.lib.forms import told_on
from tenure.lib.web import ActorRequest
from tenure.users import confirming, queries
from tenure.users.actors import held_anywhere
from tenure.users.forms import ConfirmForm, InviteForm, RoleForm, TokenForm
from tenure.users.models import User
from tenure.users.neighbours import connection_names
from tenure.users.operations.assign_role import assign_role
from tenure.users.operations.create_token import create_token
from tenure.users.operations.deactivate_user import deactivate_user
from tenure.users.operations.end_role_assignment import end_role_assignment
from tenure.users.operations.invite_user import invite_user
from tenure.users.operations.reactivate_user import reactivate_user
from tenure.users.operations.resend_invitation import resend_invitation
from tenure.users.operations.reset_mfa import reset_mfa
from tenure.users.operations.revoke_session import revoke_session
from tenure.users.operations.revoke_sessions import revoke_sessions
from tenure.users.operations.revoke_token import revoke_token
from tenure.users.operations.withdraw_invitation import withdraw_invitation
from tenure.users.permissions import permission_required, signed_in
from tenure.users.reauthentication import mark_confirmed_in, reauthenticated, safe_next
from tenure.users.scopes import usable_with
from tenure.users.sessions import ref_of

_TOKEN_LASTS = timedelta(days=90)


@require_safe
@permission_required("users.view")
def users(request: ActorRequest) -> HttpResponse:
    return _users_page(request, InviteForm(connections=connection_names(actor=request.actor)))


@require_POST
@permission_required("users.manage")
@reauthenticated
def invite(request: ActorRequest) -> HttpResponse:
    form = InviteForm(request.POST, connections=connection_names(actor=request.actor))
    if form.is_valid():
        with told_on(form, field="email"):
            invitation = invite_user(actor=request.actor, **form.cleaned_data)
            messages.success(request, f"Invitation sent to {invitation.email}")
            return redirect("users:users")
    return _users_page(request, form, status=422)


@require_POST
@permission_required("users.manage")
@reauthenticated
def resend(request: ActorRequest, ref: UUID) -> HttpResponse:
    invitation = resend_invitation(invitation_ref=ref, actor=request.actor)
    messages.success(request, f"Invitation sent again to {invitation.email}")
    return redirect("users:users")


@require_POST
@permission_required("users.manage")
def withdraw(request: ActorRequest, ref: UUID) -> HttpResponse:
    invitation = withdraw_invitation(invitation_ref=ref, actor=request.actor)
    messages.success(request, f"Invitation of {invitation.email} withdrawn")
    return redirect("users:users")


@require_safe
@permission_required("users.view")
def user(request: ActorRequest, ref: UUID) -> HttpResponse:
    return _user_page(request, ref, RoleForm(connections=connection_names(actor=request.actor)))


@require_POST
@permission_required("users.manage")
@reauthenticated
def assign(request: ActorRequest, ref: UUID) -> HttpResponse:
    form = RoleForm(request.POST, connections=connection_names(actor=request.actor))
    if not form.is_valid():
        return _user_page(request, ref, form, status=422)
    assign_role(user_ref=ref, actor=request.actor, **form.cleaned_data)
    return redirect("users:user", ref)


@require_POST
@permission_required("users.manage")
@reauthenticated
def end_role(request: ActorRequest, ref: UUID) -> HttpResponse:
    assignment = end_role_assignment(assignment_ref=ref, actor=request.actor)
    return redirect("users:user", assignment.user.ref)


@require_POST
@permission_required("users.manage")
@reauthenticated
def remove_factors(request: ActorRequest, ref: UUID) -> HttpResponse:
    changed = reset_mfa(user_ref=ref, actor=request.actor)
    messages.success(request, f"Second factors of {changed.email} removed")
    return redirect("users:user", ref)


@require_POST
@permission_required("users.manage")
@reauthenticated
def shut_out(request: ActorRequest, ref: UUID) -> HttpResponse:
    deactivate_user(user_ref=ref, actor=request.actor)
    return redirect("users:user", ref)


@require_POST
@permission_required("users.manage")
@reauthenticated
def let_in_again(request: ActorRequest, ref: UUID) -> HttpResponse:
    reactivate_user(user_ref=ref, actor=request.actor)
    return redirect("users:user", ref)


@require_safe
@never_cache
@signed_in
def sessions(request: ActorRequest) -> HttpResponse:
    key = request.session.session_key or ""
    found = queries.own_sessions(this_session=key, actor=request.actor)
    return render(request, "users/sessions.html", {"sessions": found})


@require_POST
@signed_in
def end_session(request: ActorRequest, ref: str) -> HttpResponse:
    revoke_session(session_ref=ref, actor=request.actor)
    messages.success(request, "Signed out there")
    return redirect("users:sessions")


@require_POST
@signed_in
def end_other_sessions(request: ActorRequest) -> HttpResponse:
    here = ref_of(request.session.session_key or "")
    revoke_sessions(user_ref=UUID(request.actor.id), keep=here, actor=request.actor)
    messages.success(request, "Signed out everywhere else")
    return redirect("users:sessions")


@require_safe
@signed_in
def tokens(request: ActorRequest) -> HttpResponse:
    found = queries.tokens(actor=request.actor)
    context = {
        "tokens": found,
        "at": now(),
        "may_create": bool(usable_with(held_anywhere(request.actor))),
        "sees_all": request.actor.may("users.view"),
        "may_manage": request.actor.may("users.manage"),
    }
    return render(request, "users/tokens.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
@reauthenticated
@sensitive_variables("secret")
def new_token(request: ActorRequest) -> HttpResponse:
    """Name it and choose its scopes; then the secret, shown this once."""
    offered = usable_with(held_anywhere(request.actor))
    start = {"expires_at": (now() + _TOKEN_LASTS).date()}
    form = TokenForm(request.POST or None, offered=offered, initial=start)
    if form.is_valid():
        with told_on(form):
            token, secret = create_token(actor=request.actor, **form.cleaned_data)
            context = {"token": token, "secret": secret}
            return render(request, "users/token_made.html", context)
    status = 422 if form.is_bound else 200
    return render(request, "users/new_token.html", {"form": form}, status=status)


@require_POST
@signed_in
def end_token(request: ActorRequest, ref: UUID) -> HttpResponse:
    token = revoke_token(token_ref=ref, actor=request.actor)
    messages.success(request, f"{token} opens nothing any more")
    return redirect("users:tokens")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
def confirm(request: ActorRequest) -> HttpResponse:
    """Prove again who one is, then go back to where that was needed."""
    form = ConfirmForm(request.POST or None)
    if form.is_valid():
        if method := confirming.proven_by(request, _user(request)):
            mark_confirmed_in(request.session, method=method)
            return redirect(safe_next(request, request.GET.get("next")))
        form.add_error(None, "That is not right; try again.")
    return _confirm_page(request, form)


def _confirm_page(request: ActorRequest, form: ConfirmForm) -> HttpResponse:
    proofs = confirming.proofs_of(_user(request))
    options = confirming.passkey_options(_user(request)) if proofs.passkey else None
    status = 422 if form.is_bound else 200 if proofs else 403
    context = {"form": form, "proofs": proofs, "options": options}
    return render(request, "users/confirm.html", context, status=status)


def _users_page(request: ActorRequest, form: InviteForm, status: int = 200) -> HttpResponse:
    context = {
        "users": queries.users(actor=request.actor),
        "invitations": queries.pending_invitations(actor=request.actor),
        "form": form,
        "connections": form.connections,
        "may_manage": request.actor.may("users.manage"),
    }
    return render(request, "users/users.html", context, status=status)


def _user_page(request: ActorRequest, ref: UUID, form: RoleForm, status: int = 200) -> HttpResponse:
    context = {
        "shown": queries.user(ref, actor=request.actor),
        "form": form,
        "connections": form.connections,
        "may_manage": request.actor.may("users.manage"),
    }
    return render(request, "users/user.html", context, status=status)


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
