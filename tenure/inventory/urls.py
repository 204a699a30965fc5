from __future__ import annotations

from django.urls import URLPattern, path

from tenure.inventory.views import (
    accounts,
    choosing,
    credentials,
    groups,
    linking,
    people,
    projects,
    roles,
    runs,
    suggestions,
)

app_name = "inventory"
urlpatterns: list[URLPattern] = [
    # Sync runs
    path("connections/without-log", runs.without_log, name="without-log"),
    path("sync", runs.start_all, name="sync-all"),
    path("connections/<uuid:ref>/sync", runs.start, name="sync"),
    path("connections/<uuid:ref>/progress", runs.progress, name="progress"),
    path("connections/<uuid:ref>/plan", runs.plan, name="plan"),
    path("connections/<uuid:ref>/log", runs.log, name="log"),
    path("connections/<uuid:ref>/runs/<uuid:run_ref>", runs.detail, name="run"),
    path(
        "connections/<uuid:ref>/runs/<uuid:run_ref>/collections",
        runs.collections,
        name="collections",
    ),
    path("connections/<uuid:ref>/runs/<uuid:run_ref>/cancel", runs.cancel, name="cancel"),
    path("connections/<uuid:ref>/runs/<uuid:run_ref>/release", runs.release, name="release"),
    # Accounts and people
    path("accounts", accounts.index, name="accounts"),
    path("accounts/people", accounts.possible_people, name="possible-people"),
    path("accounts/link", choosing.link, name="link-chosen"),
    path("accounts/mark", choosing.mark, name="mark"),
    path("accounts/suggestions", suggestions.index, name="suggestions"),
    path("accounts/suggestions/confirm", suggestions.confirm, name="confirm-links"),
    path("accounts/suggestions/reject", suggestions.reject, name="reject-links"),
    path("accounts/<uuid:ref>", accounts.detail, name="account"),
    path("accounts/<uuid:ref>/history", accounts.history, name="account-history"),
    path("accounts/<uuid:ref>/link", accounts.link, name="link"),
    path("accounts/<uuid:ref>/unlink", accounts.unlink, name="unlink"),
    path("accounts/<uuid:ref>/undo", accounts.undo, name="undo"),
    path(
        "accounts/<uuid:ref>/links/<uuid:link_ref>/confirm", accounts.confirm, name="confirm-link"
    ),
    path("accounts/<uuid:ref>/links/<uuid:link_ref>/reject", accounts.reject, name="reject-link"),
    path("people", people.index, name="people"),
    path("people/<uuid:ref>", people.detail, name="person"),
    path("people/<uuid:ref>/history", people.history, name="person-history"),
    path("settings/linking", linking.index, name="linking"),
    path("settings/linking/<uuid:ref>/remove", linking.remove, name="remove-linking-domain"),
    # Projects
    path("projects", projects.index, name="projects"),
    path("projects/<uuid:ref>", projects.detail, name="project"),
    path("projects/<uuid:ref>/history", projects.history, name="project-history"),
    path("projects/<uuid:ref>/rules", projects.rules, name="project-rules"),
    path("projects/<uuid:ref>/exclude", projects.exclude, name="exclude"),
    path("projects/<uuid:ref>/include", projects.include, name="include"),
    # Credentials
    path("credentials", credentials.index, name="credentials"),
    path("credentials/<uuid:ref>", credentials.detail, name="credential"),
    path("credentials/<uuid:ref>/history", credentials.history, name="credential-history"),
    path("accounts/<uuid:ref>/holds", credentials.of_account, name="account-holds"),
    path("people/<uuid:ref>/holds", credentials.of_person, name="person-holds"),
    # Groups and roles
    path("entitlements", groups.index, name="groups"),
    path("entitlements/groups/<uuid:ref>", groups.detail, name="group"),
    path("entitlements/groups/<uuid:ref>/history", groups.history, name="group-history"),
    path("entitlements/roles", roles.index, name="roles"),
    path("entitlements/roles/<uuid:ref>", roles.detail, name="role"),
]
