from __future__ import annotations

from tenure.lib.endpoints import Endpoints
from tenure.lib.web import ActorRequest
from tenure.notifications import queries
from tenure.notifications.operations.set_preference import set_preference as set_own
from tenure.notifications.schemas import PreferenceIn, PreferenceOut, TargetPage

endpoints = Endpoints("Notifications")


@endpoints.reads(
    "/notification-preferences",
    scope="notifications:read",
    permission="overview.view",
    answers=PreferenceOut,
)
def notification_preferences(request: ActorRequest) -> PreferenceOut:
    """Show how the token's user is told of each topic."""
    return PreferenceOut.own(actor=request.actor)


@endpoints.changes(
    "/notification-preferences",
    scope="notifications:write",
    permission="overview.view",
    answers=PreferenceOut,
)
def set_preference(request: ActorRequest, given: PreferenceIn) -> PreferenceOut:
    """Choose how the token's user is told of topics, from now on."""
    own = queries.preference(actor=request.actor)
    chosen = {"hour": own.hour, "zone": own.zone, **given.model_dump(exclude_none=True)}
    set_own(**chosen, actor=request.actor)
    return PreferenceOut.own(actor=request.actor)


@endpoints.reads(
    "/notification-targets",
    scope="settings:read",
    permission="settings.view",
    answers=TargetPage,
)
def notification_targets(request: ActorRequest) -> TargetPage:
    """List where messages go besides by mail, without their addresses."""
    return TargetPage.whole(queries.targets(actor=request.actor))
