"""Every address, by slice."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tenure.web.urls")),
    path("", include("tenure.users.urls")),
    path("", include("tenure.audit.urls")),
    path("", include("tenure.evidence.urls")),
    path("", include("tenure.connections.urls")),
    path("", include("tenure.webhooks.urls")),
    path("", include("tenure.people.urls")),
    path("", include("tenure.inventory.urls")),
    path("", include("tenure.provisioning.urls")),
    path("", include("tenure.compliance.urls")),
    path("", include("tenure.offboarding.urls")),
    path("", include("tenure.reviews.urls")),
    path("", include("tenure.access_requests.urls")),
    path("", include("tenure.exports.urls")),
    path("api/v1/", include("tenure.api.urls")),
]

handler400 = "tenure.web.views.bad_request"
handler403 = "tenure.web.views.forbidden"
handler404 = "tenure.web.views.not_found"
handler500 = "tenure.web.views.broken"
