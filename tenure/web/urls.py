from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from tenure.notifications import views as notifications
from tenure.users.permissions import View, permission_required, signed_in
from tenure.users.reauthentication import reauthenticated
from tenure.web import views


def _guarded(view: View) -> View:
    """Where the organization is told things is an admin's to say, who proves who they are."""
    return permission_required("settings.manage")(reauthenticated(view))


# These stand below users, and so cannot say themselves who may open them.
_notifications = [
    path("notifications", signed_in(notifications.preferences), name="preferences"),
    path("targets", permission_required("settings.manage")(notifications.targets), name="targets"),
    path("targets/new", _guarded(notifications.new_target), name="new-target"),
    path("targets/<uuid:ref>", _guarded(notifications.target), name="target"),
    path("targets/<uuid:ref>/test", _guarded(notifications.test), name="test"),
    path("targets/<uuid:ref>/remove", _guarded(notifications.remove), name="remove"),
]
_ours = [
    path("", views.overview, name="overview"),
    path("settings", views.settings_index, name="settings"),
    path("palette", views.palette, name="palette"),
    path("theme", views.theme, name="theme"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("styleguide", views.styleguide, name="styleguide"),
    path("styleguide/errors/<int:status>", views.styleguide_error, name="styleguide_error"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("settings/", include((_notifications, "notifications"))),
    path("", include((_ours, "web"))),
]
