from __future__ import annotations

from django.apps import AppConfig


class ReviewsApp(AppConfig):
    name = "tenure.reviews"
    label = "reviews"
