from __future__ import annotations

from django.urls import URLPattern, path

from tenure.reviews.views import campaigns, items

app_name = "reviews"
urlpatterns: list[URLPattern] = [
    path("reviews", campaigns.index, name="campaigns"),
    path("reviews/new", campaigns.new, name="new"),
    path("reviews/counts", campaigns.counts, name="counts"),
    path("reviews/tasks", campaigns.tasks, name="tasks"),
    path("reviews/<uuid:ref>", campaigns.detail, name="campaign"),
    path("reviews/<uuid:ref>/edit", campaigns.edit, name="edit"),
    path("reviews/<uuid:ref>/people", campaigns.people, name="people"),
    path("reviews/<uuid:ref>/work", campaigns.work, name="work"),
    path("reviews/<uuid:ref>/course", campaigns.course, name="course"),
    path("reviews/<uuid:ref>/sync", campaigns.sync, name="sync"),
    path("reviews/<uuid:ref>/stage", campaigns.stage, name="stage"),
    path("reviews/<uuid:ref>/unstage", campaigns.unstage, name="unstage"),
    path("reviews/<uuid:ref>/open", campaigns.start, name="open"),
    path("reviews/<uuid:ref>/duplicate", campaigns.duplicate, name="duplicate"),
    path("reviews/<uuid:ref>/cancel", campaigns.cancel, name="cancel"),
    path("reviews/<uuid:ref>/remind", campaigns.remind, name="remind"),
    path("reviews/<uuid:ref>/reassign", campaigns.reassign, name="reassign"),
    path("reviews/<uuid:ref>/sign-off", campaigns.sign_off, name="sign-off"),
    path("reviews/<uuid:ref>/close", campaigns.close, name="close"),
    path("reviews/<uuid:ref>/items", items.items, name="items"),
    path("reviews/<uuid:ref>/bulk", items.bulk, name="bulk"),
    path("reviews/<uuid:ref>/submit", items.submit, name="submit"),
    path("reviews/items/<uuid:ref>", items.item, name="item"),
    path("reviews/items/<uuid:ref>/row", items.row, name="row"),
    path("reviews/items/<uuid:ref>/decide", items.decide, name="decide"),
    path("reviews/items/<uuid:ref>/undo", items.undo, name="undo"),
    path("reviews/items/<uuid:ref>/hand-on", items.hand_on, name="hand-on"),
    path("reviews/items/<uuid:ref>/waive", items.waive, name="waive"),
]
