"""The pages behind one-time links. Looking consumes nothing, so that mail scanners may look."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tenure.users import links, queries
from tenure.users.actors import LINK_HOLDER
from tenure.users.entering import LINK, begin_session, with_theme
from tenure.users.forms import FirstAdminForm, NewUserForm
from tenure.users.models import User
from tenure.users.operations.accept_invitation import accept_invitation as accept
from tenure.users.operations.create_first_admin import create_first_admin
from tenure.users.operations.sign_in_by_link import sign_in_by_link as follow
from tenure.users.permissions import public

_looked_at_or_used = require_http_methods(["GET", "HEAD", "POST"])


@_looked_at_or_used
@never_cache
@sensitive_post_parameters("password")
@public
def first_admin(request: HttpRequest, token: str) -> HttpResponse:
    queries.open_link(links.Kind.FIRST_ADMIN, token, actor=LINK_HOLDER)
    form = FirstAdminForm(request.POST or None)
    if not form.is_valid():
        return _page(request, "users/first_admin.html", {"form": form}, form)
    user = create_first_admin(token=token, actor=LINK_HOLDER, **form.cleaned_data)
    return _enter(request, user, method="password")


@_looked_at_or_used
@never_cache
@sensitive_post_parameters("password")
@public
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    link = queries.open_link(links.Kind.INVITATION, token, actor=LINK_HOLDER)
    form = NewUserForm(request.POST or None)
    form.email = link.invitation.email if link.invitation else ""
    if not form.is_valid():
        context = {"form": form, "invitation": link.invitation}
        return _page(request, "users/accept_invitation.html", context, form)
    user = accept(token=token, actor=LINK_HOLDER, **form.cleaned_data)
    return _enter(request, user, method="password")


@_looked_at_or_used
@never_cache
@public
def sign_in_by_link(request: HttpRequest, token: str) -> HttpResponse:
    link = queries.open_link(links.Kind.SIGN_IN, token, actor=LINK_HOLDER)
    if request.method != "POST":
        return render(request, "users/sign_in_by_link.html", {"link": link})
    user = follow(token=token, actor=LINK_HOLDER)
    return _enter(request, user, method=LINK)


def _enter(request: HttpRequest, user: User, *, method: str) -> HttpResponse:
    logout(request)
    begin_session(request, user, method=method)
    return with_theme(redirect("/"), user)


def _page(
    request: HttpRequest, template: str, context: Mapping[str, object], form: NewUserForm
) -> HttpResponse:
    return render(request, template, context, status=422 if form.is_bound else 200)
