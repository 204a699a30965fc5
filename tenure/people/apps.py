from __future__ import annotations

from django.apps import AppConfig


class PeopleApp(AppConfig):
    name = "tenure.people"
    label = "people"
