from __future__ import annotations

from django.urls import path

from tenure.exports.listings import listings
from tenure.exports.views import download

app_name = "exports"
urlpatterns = [
    path(
        "exports/" + listing.path.replace("{", "<").replace("}", ">"),
        download(listing),
        name=listing.name,
    )
    for listing in listings().values()
]
