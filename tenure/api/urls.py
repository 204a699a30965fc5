from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, path

from tenure.api import views
from tenure.api.answering import answered
from tenure.api.assembly import api


def _endpoints() -> Iterator[URLPattern]:
    for pattern in api.urls[0]:
        if isinstance(pattern, URLPattern) and pattern.name != "api-root":
            pattern.callback = answered(pattern.callback)
            yield pattern


app_name = "api"
urlpatterns = [
    path("openapi.json", views.openapi, name="openapi"),
    path("docs", views.docs, name="docs"),
    *_endpoints(),
    path("", views.nothing_here, name="nothing"),
    path("<path:rest>", views.nothing_here, name="nothing_here"),
]
