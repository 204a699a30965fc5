"""Who comes in: a live token, with the scope and the permission that the endpoint demands.

Sessions open nothing here, so that no other site can make a browser ask.
"""

from __future__ import annotations

import structlog
from django.http import HttpRequest
from ninja.errors import AuthenticationError
from ninja.security.http import HttpAuthBase

from tenure.api.pace import count_request
from tenure.api.problems import ScopeMissing
from tenure.lib.actor import Actor
from tenure.lib.endpoints import Demand
from tenure.lib.errors import NotAllowed
from tenure.users.actors import actor_of_token
from tenure.users.tokens import live_token


class Token(HttpAuthBase):
    """The door of one endpoint. Without a demand it stays shut."""

    openapi_scheme = "bearer"

    def __init__(self, demand: Demand | None) -> None:
        super().__init__()
        self.demand = demand

    def __call__(self, request: HttpRequest) -> Actor:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        token = live_token(secret.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            raise AuthenticationError
        structlog.contextvars.bind_contextvars(actor=str(token.ref))
        count_request(token)
        if self.demand is None:
            structlog.get_logger(__name__).error("undecided_endpoint", path=request.path)
            raise NotAllowed("Nobody has decided who may use this; tell whoever runs Tenure.")
        if self.demand.scope not in token.scopes:
            raise ScopeMissing(
                f"This token has not the scope {self.demand.scope}; make one that has it."
            )
        actor = actor_of_token(token)
        if not actor.may_somewhere(self.demand.permission):
            raise NotAllowed(f"Ask an admin for the permission {self.demand.permission}.")
        request.actor = actor  # type: ignore[attr-defined] # the shape is lib.web.ActorRequest
        return actor
