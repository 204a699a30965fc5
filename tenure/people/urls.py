from __future__ import annotations

from django.urls import URLPattern, path

from tenure.people import views

app_name = "people"
urlpatterns: list[URLPattern] = [
    path("people/import", views.import_, name="import"),
    path("people/import/confirm", views.confirm, name="confirm-import"),
    path("people/import/template.csv", views.template, name="import-template"),
]
