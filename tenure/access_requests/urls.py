from __future__ import annotations

from django.urls import URLPattern, path

from tenure.access_requests.views import catalogue, requests

app_name = "access_requests"
urlpatterns: list[URLPattern] = [
    path("me", requests.me, name="me"),
    path("me/access", requests.held, name="held"),
    path("requests", requests.index, name="requests"),
    path("requests/own", requests.own, name="own"),
    path("requests/tasks", requests.tasks, name="tasks"),
    path("requests/new", requests.new, name="new"),
    path("requests/preview", requests.preview, name="preview"),
    path("requests/catalogue", catalogue.catalogue, name="catalogue"),
    path("requests/catalogue/standings", catalogue.standings, name="standings"),
    path("requests/catalogue/<uuid:ref>", catalogue.entry, name="entry"),
    path("requests/policies", catalogue.policies, name="policies"),
    path("requests/policies/try", catalogue.try_it, name="try"),
    path("requests/policies/tried", catalogue.tried, name="tried"),
    path("requests/policies/new", catalogue.policy, name="new-policy"),
    path("requests/policies/<uuid:ref>", catalogue.policy, name="policy"),
    path("requests/approvers/new", catalogue.group, name="new-group"),
    path("requests/approvers/<uuid:ref>", catalogue.group, name="group"),
    path("requests/<uuid:ref>", requests.detail, name="request"),
    path("requests/<uuid:ref>/course", requests.course, name="course"),
    path("requests/<uuid:ref>/standing", requests.standing, name="standing"),
    path("requests/<uuid:ref>/others", requests.others, name="others"),
    path("requests/<uuid:ref>/approve", requests.approve, name="approve"),
    path("requests/<uuid:ref>/deny", requests.deny, name="deny"),
    path("requests/<uuid:ref>/comment", requests.comment, name="comment"),
    path("requests/<uuid:ref>/cancel", requests.cancel, name="cancel"),
    path("requests/<uuid:ref>/give-back", requests.give_back, name="give-back"),
    path("requests/<uuid:ref>/revoke", requests.revoke, name="revoke"),
    path("requests/<uuid:ref>/remind", requests.remind, name="remind"),
]
