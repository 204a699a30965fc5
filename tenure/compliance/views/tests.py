"""Tests: the list, one of them, and the controls they speak to."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tenure.compliance import pages
from tenure.compliance.forms import FindingFilterForm, SubscribeForm
from tenure.compliance.operations.run_tests import run_tests
from tenure.compliance.operations.subscribe_to_test import subscribe_to_test
from tenure.compliance.operations.unsubscribe_from_test import unsubscribe_from_test
from tenure.compliance.trends import account_trend, finding_trend, removal_trend, weeks
from tenure.lib.errors import Invalid
from tenure.lib.text import quantity
from tenure.lib.web import ActorRequest
from tenure.users.permissions import permission_required


@permission_required("tests.view")
@require_safe
def tests(request: ActorRequest) -> HttpResponse:
    return render(request, "compliance/tests.html", pages.tests_page(actor=request.actor))


@permission_required("tests.view")
@require_safe
def test(request: ActorRequest, slug: str) -> HttpResponse:
    form = FindingFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {"show": "", "cursor": ""}
    context = pages.test_page(slug, **chosen, actor=request.actor)
    return render(request, "compliance/test.html", context)


@permission_required("tests.view")
@require_safe
def beside(request: ActorRequest, slug: str) -> HttpResponse:
    """Comes after the page: nobody waits for it."""
    shown = pages.beside_test(slug, actor=request.actor)
    return render(request, "compliance/_beside.html", shown)


@permission_required("tests.view")
@require_safe
def leavers(_request: ActorRequest) -> HttpResponse:
    return redirect("compliance:test", slug="leavers-deprovisioned")


@permission_required("tests.run")
@require_POST
def run(request: ActorRequest) -> HttpResponse:
    outcomes = run_tests(actor=request.actor)
    opened = sum(outcome.opened for outcome in outcomes)
    resolved = sum(outcome.resolved for outcome in outcomes)
    ran = quantity(len(outcomes), "test")
    messages.success(request, f"Ran {ran}: {opened} findings opened, {resolved} resolved.")
    return redirect("compliance:tests")


@permission_required("tests.view")
@require_safe
def controls(request: ActorRequest) -> HttpResponse:
    return render(request, "compliance/controls.html", pages.controls_page(actor=request.actor))


@permission_required("tests.subscribe")
@require_POST
def subscribe(request: ActorRequest, slug: str) -> HttpResponse:
    done = subscribe_to_test(slug=slug, email=_address(request), actor=request.actor)
    messages.success(request, f"{done.user} is told of its findings from now on")
    return redirect("compliance:test", slug=slug)


@permission_required("tests.subscribe")
@require_POST
def unsubscribe(request: ActorRequest, slug: str) -> HttpResponse:
    unsubscribe_from_test(slug=slug, email=_address(request), actor=request.actor)
    messages.success(request, "They are told no more")
    return redirect("compliance:test", slug=slug)


def _address(request: ActorRequest) -> str:
    form = SubscribeForm(request.POST)
    if form.is_valid():
        return str(form.cleaned_data["email"])
    raise Invalid("Write the e-mail of a user.", field="email")


@permission_required("overview.view")
@require_safe
def trends(request: ActorRequest) -> HttpResponse:
    ends = weeks(request.actor)
    context = {
        "accounts": account_trend(ends, actor=request.actor),
        "findings": finding_trend(ends, actor=request.actor),
        "removals": removal_trend(ends, actor=request.actor),
    }
    return render(request, "compliance/_below.html", context)
