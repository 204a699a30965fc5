from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import available_timezones

from django.db import transaction

from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.errors import Invalid, NotAllowed
from tenure.notifications import queries, topics
from tenure.notifications.models import Preference


@transaction.atomic
def set_preference(
    *, deliveries: Mapping[str, str], hour: int, zone: str, actor: Actor
) -> Preference:
    """Choose how one is told of each topic, and when one's digest comes.

    It holds for what happens from now on; what waits already still comes as it was to come.
    """
    if actor.user_id is None:
        raise NotAllowed("Only a user chooses what they are told; do it on the page.")
    for slug, delivery in deliveries.items():
        topics.topic(slug)
        if delivery not in topics.DELIVERIES:
            raise Invalid(f"Choose one of {', '.join(topics.DELIVERIES)} for {slug}.", field=slug)
    if zone not in available_timezones():
        raise Invalid("Choose a time zone from the list, such as Europe/Oslo.", field="zone")
    if hour not in range(24):
        raise Invalid("Choose an hour from 0 to 23.", field="hour")
    own = queries.preference_to_change(actor=actor)
    before = {"deliveries": own.deliveries, "hour": own.hour, "zone": own.zone}
    own.deliveries, own.hour, own.zone = {**own.deliveries, **deliveries}, hour, zone
    own.save(update_fields=["deliveries", "hour", "zone"])
    audit.record(
        "preference.changed",
        actor=actor,
        subject=audit.Subject("user", actor.user_id),
        before=before,
        after={"deliveries": own.deliveries, "hour": hour, "zone": zone},
    )
    return own
