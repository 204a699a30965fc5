from __future__ import annotations

from django.urls import path

from tenure.evidence import views

app_name = "evidence"
urlpatterns = [
    path("evidence", views.index, name="list"),
    path("evidence/new", views.choose, name="choose"),
    path("evidence/new/<slug:kind>", views.new, name="new"),
    path("evidence/key/rotate", views.rotate, name="rotate-key"),
    path("evidence/<uuid:ref>", views.detail, name="bundle"),
    path("evidence/<uuid:ref>/download", views.download, name="download"),
    path(".well-known/tenure-evidence-key.json", views.keys, name="keys"),
]
