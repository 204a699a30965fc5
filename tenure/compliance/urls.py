from __future__ import annotations

from django.urls import path

from tenure.compliance import views

app_name = "compliance"
urlpatterns = [
    path("tests", views.tests, name="tests"),
    path("tests/run", views.run, name="run"),
    path("tests/leavers", views.leavers, name="leavers"),
    path("tests/<slug:slug>", views.test, name="test"),
    path("findings/<uuid:ref>", views.finding, name="finding"),
    path("overview/trends", views.trends, name="trends"),
]
