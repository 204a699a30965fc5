from __future__ import annotations

from django.urls import path

from tenure.web import views

app_name = "web"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("settings", views.settings_index, name="settings"),
    path("palette", views.palette, name="palette"),
    path("theme", views.theme, name="theme"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("styleguide", views.styleguide, name="styleguide"),
    path("styleguide/errors/<int:status>", views.styleguide_error, name="styleguide_error"),
]
