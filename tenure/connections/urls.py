from __future__ import annotations

from django.urls import URLPattern, path

from tenure.connections.views import adding, changing, looking, uploading

app_name = "connections"
urlpatterns: list[URLPattern] = [
    path("connections", looking.index, name="index"),
    path("connections/add", adding.add, name="add"),
    path("connections/add/confirm", adding.confirm, name="confirm"),
    path("connections/add/upload", uploading.upload_new, name="upload-new"),
    path("connections/add/upload/store", uploading.store, name="store-upload"),
    path("connections/add/<slug:kind>", adding.describe, name="describe"),
    path("connections/add/<slug:kind>/connect", adding.connect, name="connect"),
    path("connections/<uuid:ref>", looking.detail, name="detail"),
    path("connections/<uuid:ref>/budget", looking.budget, name="budget"),
    path("connections/<uuid:ref>/connected", adding.connected, name="connected"),
    path("connections/<uuid:ref>/upload", uploading.upload, name="upload"),
    path("connections/<uuid:ref>/settings", changing.settings, name="settings"),
    path("connections/<uuid:ref>/key", changing.key, name="key"),
    path("connections/<uuid:ref>/removal-key", changing.removal_key, name="removal-key"),
    path("connections/<uuid:ref>/removal-key/withdraw", changing.withdraw, name="withdraw"),
    path("connections/<uuid:ref>/removal", changing.removal, name="removal"),
    path("connections/<uuid:ref>/accept-organization", changing.accept, name="accept-organization"),
    path("connections/<uuid:ref>/validate", changing.validate, name="validate"),
    path("connections/<uuid:ref>/pause", changing.pause, name="pause"),
    path("connections/<uuid:ref>/resume", changing.resume, name="resume"),
    path("connections/<uuid:ref>/disconnect", changing.disconnect, name="disconnect"),
]
