from __future__ import annotations

from django.urls import path

from tenure.provisioning import views

app_name = "provisioning"
urlpatterns = [
    path("operations", views.index, name="operations"),
    path("operations/tasks", views.tasks, name="tasks"),
    path("operations/of", views.of, name="of"),
    path("operations/proofs/<uuid:ref>", views.proof, name="proof"),
    path("operations/brake/<uuid:ref>", views.brake, name="brake"),
    path("operations/brake/<uuid:ref>/release", views.release, name="release"),
    path("operations/<uuid:ref>", views.detail, name="operation"),
    path("operations/<uuid:ref>/steps", views.steps, name="steps"),
    path("operations/<uuid:ref>/approve", views.approve, name="approve"),
    path("operations/<uuid:ref>/retry", views.retry, name="retry"),
    path("operations/<uuid:ref>/cancel", views.cancel, name="cancel"),
    path("operations/<uuid:ref>/override", views.override, name="override"),
    path("operations/<uuid:ref>/assign", views.assign, name="assign"),
    path("operations/<uuid:ref>/prove", views.prove, name="prove"),
    path("operations/<uuid:ref>/check", views.check, name="check"),
]
