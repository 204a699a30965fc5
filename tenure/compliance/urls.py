from __future__ import annotations

from django.urls import path

from tenure.compliance.views import findings, settings, tests

app_name = "compliance"
urlpatterns = [
    path("tests", tests.tests, name="tests"),
    path("tests/run", tests.run, name="run"),
    path("tests/leavers", tests.leavers, name="leavers"),
    path("tests/controls", tests.controls, name="controls"),
    path("tests/<slug:slug>", tests.test, name="test"),
    path("tests/<slug:slug>/beside", tests.beside, name="beside"),
    path("tests/<slug:slug>/subscribe", tests.subscribe, name="subscribe"),
    path("tests/<slug:slug>/unsubscribe", tests.unsubscribe, name="unsubscribe"),
    path("findings", findings.index, name="findings"),
    path("findings/exempt", findings.exempt, name="exempt"),
    path("findings/assign", findings.assign, name="assign"),
    path("findings/<uuid:ref>", findings.detail, name="finding"),
    path("findings/<uuid:ref>/withdraw", findings.withdraw, name="withdraw"),
    path("findings/<uuid:ref>/note", findings.note, name="note"),
    path("settings/calendar", settings.calendar, name="calendar"),
    path("settings/calendar/set", settings.calendar_set, name="set-calendar"),
    path("settings/calendar/holidays", settings.holiday_add, name="add-holiday"),
    path("settings/calendar/holidays/import", settings.holidays_import, name="import-holidays"),
    path(
        "settings/calendar/holidays/<uuid:ref>/remove",
        settings.holiday_remove,
        name="remove-holiday",
    ),
    path("settings/tests", settings.tests, name="tests-settings"),
    path("settings/tests/<slug:slug>", settings.test, name="test-settings"),
    path("settings/tests/<slug:slug>/set", settings.test_set, name="set-test"),
    path("settings/tests/<slug:slug>/deactivate", settings.test_deactivate, name="deactivate"),
    path("settings/tests/<slug:slug>/reactivate", settings.test_reactivate, name="reactivate"),
    path("overview/trends", tests.trends, name="trends"),
]
