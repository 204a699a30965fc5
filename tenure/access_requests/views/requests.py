"""Requests: what waits for somebody, what they asked for, and the one page of each."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenure.access_requests import my_access, new_page, pages, request_page
from tenure.access_requests.forms import (
    ApproveForm,
    AskForm,
    CancelForm,
    CommentForm,
    DenyForm,
    ListForm,
    PreviewForm,
    RevokeForm,
    VersionForm,
)
from tenure.access_requests.models import AccessRequest
from tenure.access_requests.new_page import Wanted
from tenure.access_requests.operations.approve_request import approve_request
from tenure.access_requests.operations.cancel_request import cancel_request
from tenure.access_requests.operations.comment_on_request import comment_on_request
from tenure.access_requests.operations.deny_request import deny_request
from tenure.access_requests.operations.give_back_access import give_back_access
from tenure.access_requests.operations.remind_approvers import remind_approvers
from tenure.access_requests.operations.revoke_request import revoke_request
from tenure.lib.errors import Conflict
from tenure.lib.forms import told_on
from tenure.lib.web import ActorRequest
from tenure.users.permissions import permission_required
from tenure.users.reauthentication import safe_next


@permission_required("me.view")
@require_safe
def index(request: ActorRequest) -> HttpResponse:
    """What waits for the reader, what is theirs, or all they may see."""
    form = ListForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    shown = pages.list_page(said, actor=request.actor)
    return render(request, "access_requests/index.html", shown)


@permission_required("me.view")
@require_safe
def own(request: ActorRequest) -> HttpResponse:
    """What the reader asked for lately, beside what waits for them."""
    return render(request, "access_requests/_own.html", pages.own_beside(actor=request.actor))


@permission_required("me.view")
@require_safe
def tasks(request: ActorRequest) -> HttpResponse:
    """What waits for the reader, for the page of their tasks; or nothing."""
    return render(request, "access_requests/_tasks.html", pages.tasks_of(request.actor))


@permission_required("me.view")
@require_safe
def me(request: ActorRequest) -> HttpResponse:
    """What the reader has, until when, and what they asked for."""
    shown = pages.own_beside(with_given=False, actor=request.actor)
    return render(request, "access_requests/me.html", shown)


@permission_required("me.view")
@require_safe
def held(request: ActorRequest) -> HttpResponse:
    """What the reader has, for the same page."""
    shown = my_access.my_access(actor=request.actor)
    return render(request, "access_requests/_held.html", shown)


@permission_required("requests.ask")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ActorRequest) -> HttpResponse:
    """Ask for one thing, of the catalogue or for longer; who will be asked stands beside it."""
    wanted = new_page.wanted(request.GET, actor=request.actor)
    form = _ask_form(wanted, request.POST if request.method == "POST" else None)
    if form.is_valid():
        with told_on(form):
            sent = new_page.send(wanted, form.cleaned_data, actor=request.actor)
            messages.success(request, new_page.sent_says(sent, actor=request.actor))
            return redirect("access_requests:request", ref=sent.ref)
    shown = new_page.new_page(wanted, actor=request.actor) | {"form": form}
    return render(request, "access_requests/new.html", shown, status=422 if form.errors else 200)


@permission_required("me.view")
@require_safe
def preview(request: ActorRequest) -> HttpResponse:
    """Who would be asked, while one writes."""
    form = PreviewForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    shown = new_page.preview_of(said, actor=request.actor)
    return render(request, "access_requests/_preview.html", shown)


@permission_required("me.view")
@require_safe
def detail(request: ActorRequest, ref: UUID) -> HttpResponse:
    """The one page of a request, for everybody whom it concerns."""
    return _request_page(request, ref)


@permission_required("me.view")
@require_safe
def course(request: ActorRequest, ref: UUID) -> HttpResponse:
    """What happened to it, and what was done at the provider, for the same page."""
    shown = request_page.course_page(ref, actor=request.actor)
    return render(request, "access_requests/_course.html", shown)


@permission_required("requests.decide")
@require_safe
def standing(request: ActorRequest, ref: UUID) -> HttpResponse:
    """What they have, for whoever approves, on the same page."""
    shown = request_page.standing_page(ref, actor=request.actor)
    return render(request, "access_requests/_context.html", shown)


@permission_required("requests.decide")
@require_safe
def others(request: ActorRequest, ref: UUID) -> HttpResponse:
    """Who else has it, for whoever approves, on the same page."""
    shown = request_page.others_page(ref, actor=request.actor)
    return render(request, "access_requests/_context.html", shown)


@permission_required("requests.decide")
@require_POST
def approve(request: ActorRequest, ref: UUID) -> HttpResponse:
    form = ApproveForm(request.POST)
    return _done(request, ref, form, "answer_form", approve_request, _approved)


@permission_required("requests.decide")
@require_POST
def deny(request: ActorRequest, ref: UUID) -> HttpResponse:
    form = DenyForm(request.POST)
    return _done(request, ref, form, "answer_form", deny_request, "Denied: they are told why")


@permission_required("requests.ask")
@require_POST
def comment(request: ActorRequest, ref: UUID) -> HttpResponse:
    """A question of whoever is asked, or an answer to one."""
    form = CommentForm(request.POST)
    return _done(request, ref, form, "comment_form", comment_on_request, "Sent")


@permission_required("requests.ask")
@require_POST
def cancel(request: ActorRequest, ref: UUID) -> HttpResponse:
    form = CancelForm(request.POST)
    return _done(request, ref, form, "answer_form", cancel_request, "Cancelled")


@permission_required("requests.ask")
@require_POST
def give_back(request: ActorRequest, ref: UUID) -> HttpResponse:
    form = VersionForm(request.POST)
    said = "Given back: it is being taken away now"
    return _done(request, ref, form, "answer_form", give_back_access, said)


@permission_required("requests.manage")
@require_POST
def revoke(request: ActorRequest, ref: UUID) -> HttpResponse:
    form = RevokeForm(request.POST)
    said = "It is being taken away now, and they are told why"
    return _done(request, ref, form, "answer_form", revoke_request, said)


@permission_required("requests.ask")
@require_POST
def remind(request: ActorRequest, ref: UUID) -> HttpResponse:
    said = "Those who have not answered are reminded, at most once an hour"
    return _done(request, ref, Form(request.POST), "answer_form", remind_approvers, said)


def _ask_form(wanted: Wanted, data: QueryDict | None) -> AskForm:
    return AskForm(
        data,
        lengths=new_page.lengths_of(wanted),
        needs_reason=wanted.offer.needs_reason,
        for_themselves=wanted.extends is not None,
        initial=new_page.initial_of(wanted),
    )


def _done(  # noqa: PLR0917 - read in place, left to right
    request: ActorRequest,
    ref: UUID,
    form: Form,
    name: str,
    operation: Callable[..., Any],
    said: str | Callable[[AccessRequest], str],
) -> HttpResponse:
    """Do it and go back to where one was; what came too late says so, and nothing typed is lost."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        with told_on(form):
            try:
                done = operation(ref=ref, actor=request.actor, **form.cleaned_data)
                messages.success(request, said if isinstance(said, str) else said(done))
                page = reverse("access_requests:request", args=[ref])
                return redirect(safe_next(request, request.POST.get("next"), default=page))
            except Conflict as late:
                form.add_error(None, str(late))
                status = HTTPStatus.CONFLICT
    return _request_page(request, ref, status=status, **{name: form})


def _approved(done: AccessRequest) -> str:
    if done.state == AccessRequest.State.PENDING_APPROVAL:
        return "Approved: the next answer is asked for"
    return "Approved: it is being given now"


def _request_page(
    request: ActorRequest, ref: UUID, *, status: int = HTTPStatus.OK, **refused: Form
) -> HttpResponse:
    """The request, whole or the part that changes; with a form that was refused, as typed."""
    template = "access_requests/_request.html" if request.htmx else "access_requests/request.html"
    forms = {"answer_form": ApproveForm(), "comment_form": CommentForm(), **refused}
    shown = request_page.request_page(ref, actor=request.actor) | forms
    if status == HTTPStatus.CONFLICT and not shown["may_answer"]:
        # There is no field any more that could hold what they wrote.
        shown["late_words"] = request.POST.get("reason") or request.POST.get("comment", "")
    return render(request, template, shown, status=status)
