from __future__ import annotations

from django.urls import path

from tenure.offboarding import views

app_name = "offboarding"
urlpatterns = [
    path("offboarding", views.index, name="cases"),
    path("offboarding/new", views.new, name="new"),
    path("offboarding/of/<uuid:ref>", views.of_person, name="of-person"),
    path("offboarding/<uuid:ref>", views.detail, name="case"),
    path("offboarding/<uuid:ref>/plan", views.plan, name="plan"),
    path("offboarding/<uuid:ref>/rehearse", views.rehearse, name="rehearse"),
    path("offboarding/<uuid:ref>/approve", views.approve, name="approve"),
    path("offboarding/<uuid:ref>/cancel", views.cancel, name="cancel"),
    path("offboarding/<uuid:ref>/reset", views.reset, name="reset"),
    path("offboarding/<uuid:ref>/items", views.add, name="add"),
    path("offboarding/<uuid:ref>/items/<uuid:item>/choose", views.choose, name="choose"),
    path(
        "offboarding/<uuid:ref>/items/<uuid:item>/rehearse",
        views.rehearse_one,
        name="rehearse-item",
    ),
]
