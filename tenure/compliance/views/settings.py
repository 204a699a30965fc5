"""Settings: the organization's calendar, and how each test is asked."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tenure.compliance import setting_pages
from tenure.compliance.forms import (
    CalendarForm,
    DeactivateForm,
    HolidayForm,
    HolidaysForm,
    TestForm,
)
from tenure.compliance.operations.add_holiday import add_holiday
from tenure.compliance.operations.deactivate_test import deactivate_test
from tenure.compliance.operations.import_holidays import import_holidays
from tenure.compliance.operations.reactivate_test import reactivate_test
from tenure.compliance.operations.remove_holiday import remove_holiday
from tenure.compliance.operations.set_calendar import set_calendar
from tenure.compliance.operations.set_test import set_test
from tenure.lib.forms import told_on
from tenure.lib.text import quantity
from tenure.lib.web import ActorRequest
from tenure.users.permissions import permission_required


@permission_required("settings.view")
@require_safe
def calendar(request: ActorRequest) -> HttpResponse:
    return _calendar_page(request)


@permission_required("settings.manage")
@require_POST
def calendar_set(request: ActorRequest) -> HttpResponse:
    form = CalendarForm(request.POST)
    if form.is_valid():
        with told_on(form):
            set_calendar(actor=request.actor, **form.cleaned_data)
            messages.success(request, "Saved. Findings that are open keep their due dates.")
            return redirect("compliance:calendar")
    return _calendar_page(request, form=form)


@permission_required("settings.manage")
@require_POST
def holiday_add(request: ActorRequest) -> HttpResponse:
    form = HolidayForm(request.POST)
    if form.is_valid():
        with told_on(form, field="on"):
            add_holiday(actor=request.actor, **form.cleaned_data)
            return redirect("compliance:calendar")
    return _calendar_page(request, holiday_form=form)


@permission_required("settings.manage")
@require_POST
def holiday_remove(request: ActorRequest, ref: UUID) -> HttpResponse:
    removed = remove_holiday(holiday_ref=ref, actor=request.actor)
    messages.success(request, f"{removed.name} is a working day again")
    return redirect("compliance:calendar")


@permission_required("settings.manage")
@require_POST
def holidays_import(request: ActorRequest) -> HttpResponse:
    form = HolidaysForm(request.POST, request.FILES)
    if form.is_valid():
        with told_on(form, field="file"):
            file = form.cleaned_data["file"]
            content = file.read(setting_pages.MOST_BYTES)
            done = import_holidays(content=content, file_name=file.name, actor=request.actor)
            left = f", {quantity(len(done.left_out), 'event')} left out" if done.left_out else ""
            said = f"{quantity(done.days, 'day')} off until the end of {done.until.year}{left}"
            messages.success(request, said)
            return redirect("compliance:calendar")
    return _calendar_page(request, import_form=form)


@permission_required("settings.view")
@require_safe
def tests(request: ActorRequest) -> HttpResponse:
    shown = setting_pages.tests_settings(actor=request.actor)
    return render(request, "compliance/settings_tests.html", shown)


@permission_required("settings.view")
@require_safe
def test(request: ActorRequest, slug: str) -> HttpResponse:
    return _test_page(request, slug)


@permission_required("settings.manage")
@require_POST
def test_set(request: ActorRequest, slug: str) -> HttpResponse:
    form = TestForm(request.POST, test=setting_pages.definition(slug))
    if form.is_valid():
        with told_on(form):
            days, unit = form.cleaned_data["sla_days"], form.cleaned_data["sla_unit"]
            set_test(
                slug=slug,
                sla_days=days,
                sla_unit=unit,
                thresholds=form.chosen,
                actor=request.actor,
            )
            messages.success(request, "Saved. It holds for findings that are opened from now on.")
            return redirect("compliance:tests-settings")
    return _test_page(request, slug, form=form)


@permission_required("tests.deactivate")
@require_POST
def test_deactivate(request: ActorRequest, slug: str) -> HttpResponse:
    form = DeactivateForm(request.POST)
    if form.is_valid():
        with told_on(form):
            deactivate_test(slug=slug, actor=request.actor, **form.cleaned_data)
            messages.success(request, "The test is not asked any more")
            return redirect("compliance:test-settings", slug=slug)
    return _test_page(request, slug, deactivate_form=form)


@permission_required("tests.deactivate")
@require_POST
def test_reactivate(request: ActorRequest, slug: str) -> HttpResponse:
    reactivate_test(slug=slug, actor=request.actor)
    messages.success(request, "The test is asked again")
    return redirect("compliance:test-settings", slug=slug)


def _calendar_page(request: ActorRequest, **refused: object) -> HttpResponse:
    shown = setting_pages.calendar_settings(actor=request.actor)
    calendar = shown["calendar"]
    initial = {"zone": calendar.zone, "working_days": calendar.working_days}
    forms = {
        "form": CalendarForm(initial=initial),
        "holiday_form": HolidayForm(),
        "import_form": HolidaysForm(),
    }
    status = 422 if refused else 200
    return render(request, "compliance/calendar.html", shown | forms | refused, status=status)


def _test_page(request: ActorRequest, slug: str, **refused: object) -> HttpResponse:
    shown = setting_pages.test_settings(slug, actor=request.actor)
    test = setting_pages.definition(slug)
    forms = {
        "form": TestForm(initial=shown["chosen"], test=test),
        "deactivate_form": DeactivateForm(),
    }
    status = 422 if refused else 200
    return render(request, "compliance/settings_test.html", shown | forms | refused, status=status)
