from __future__ import annotations

from django.urls import URLPattern, path

from tenure.people.views import delegations, imports, people, sources

app_name = "people"
urlpatterns: list[URLPattern] = [
    path("people/import", imports.import_, name="import"),
    path("people/import/confirm", imports.confirm, name="confirm-import"),
    path("people/import/template.csv", imports.template, name="import-template"),
    path("people/add", people.add, name="add"),
    path("people/<uuid:ref>/edit", people.edit, name="edit"),
    path("people/<uuid:ref>/why", people.why, name="why"),
    path("people/<uuid:ref>/leave", people.leave, name="leave"),
    path("people/<uuid:ref>/clear-leave", people.clear_leave, name="clear-leave"),
    path("people/<uuid:ref>/merge", people.merge, name="merge"),
    path("people/merges/<uuid:ref>/undo", people.unmerge, name="unmerge"),
    path("people/<uuid:ref>/delegate", delegations.add, name="add-delegation"),
    path(
        "people/delegations/<uuid:ref>/withdraw", delegations.withdraw, name="withdraw-delegation"
    ),
    path("settings/people-sources", sources.index, name="sources"),
    path("settings/people-sources/<uuid:ref>", sources.change, name="change-source"),
]
