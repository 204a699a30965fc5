from __future__ import annotations

from django.urls import URLPattern, path

from tenure.webhooks import views

app_name = "webhooks"
urlpatterns: list[URLPattern] = [
    path("settings/webhooks", views.index, name="endpoints"),
    path("settings/webhooks/new", views.new, name="new"),
    path("settings/webhooks/<uuid:ref>", views.endpoint, name="endpoint"),
    path("settings/webhooks/<uuid:ref>/test", views.test, name="test"),
    path("settings/webhooks/<uuid:ref>/switch", views.switch, name="switch"),
    path("settings/webhooks/<uuid:ref>/remove", views.remove, name="remove"),
    path("settings/webhooks/deliveries/<uuid:ref>/retry", views.retry, name="retry"),
]
