"""What every view may rely on."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from tenure.lib.actor import Actor


class ActorRequest(HttpRequest):
    """A request of somebody signed in: the actor middleware has been here."""

    actor: Actor
    htmx: HtmxDetails
