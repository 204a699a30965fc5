"""What is told of campaigns, and to whom."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid5

from django.conf import settings
from django.db.models import Count, Q

from tenure.lib.actor import Actor
from tenure.lib.text import quantity
from tenure.notifications.operations.tell import tell
from tenure.notifications.topics import Event
from tenure.people.models import Person
from tenure.reviews.models import Campaign, ReviewItem
from tenure.users.asking import let_in
from tenure.users.reading import holders_of

LIST = f"{settings.TENURE_PUBLIC_URL}/reviews"


def page_of(campaign: Campaign) -> str:
    """Where a reviewer decides."""
    return f"{LIST}/{campaign.ref}/items"


def tell_reviewers(campaign: Campaign, *, topic: str, occasion: str, actor: Actor) -> int:
    """Tell each reviewer who has something left, once for an occasion; how many tellings.

    Whoever is done is left in peace.
    """
    left = reviewers_with_work(campaign)
    let_in(person.email for person, _ in left)
    events = [
        Event(
            to=[person.email],
            fields={
                "campaign": campaign.title,
                "what": quantity(number, "item"),
                "due": f"{campaign.due_at:%d %B %Y %H:%M} UTC",
            },
            url=page_of(campaign),
            list_url=LIST,
            about=uuid5(campaign.ref, str(person.ref)),
            occasion=occasion,
        )
        for person, number in left
        if person.email
    ]
    return tell(topic=topic, events=events, actor=actor)


def reviewers_with_work(campaign: Campaign) -> list[tuple[Person, int]]:
    """Each reviewer with how many of their items are not submitted."""
    rows = ReviewItem.objects.filter(snapshot=campaign.snapshot_id, submission=None)
    counted = dict(
        rows.exclude(reviewer=None).order_by().values_list("reviewer").annotate(n=Count("pk"))
    )
    people = Person.objects.filter(pk__in=counted).select_related("merged_into").order_by("pk")
    return [(person.merged_into or person, counted[person.pk]) for person in people]


def tell_managers(campaign: Campaign, *, topic: str, occasion: str, what: str, actor: Actor) -> int:
    """Tell those who manage campaigns of its connections; how many tellings."""
    refs = {str(one.ref) for one in campaign.connections.all()}
    holders = holders_of("reviews.manage")
    to = [one.email for one in holders if not one.connection_ref or one.connection_ref in refs]
    event = Event(
        to=list(dict.fromkeys(to)),
        fields={
            "campaign": campaign.title,
            "what": what,
            "due": f"{campaign.due_at:%d %B %Y %H:%M} UTC",
        },
        url=f"{LIST}/{campaign.ref}",
        list_url=LIST,
        about=campaign.ref,
        occasion=occasion,
    )
    return tell(topic=topic, events=[event], actor=actor)


def left_in_words(people: Sequence[tuple[Person, int]], most: int = 3) -> str:
    """Who has how much left: "Priya Raman (12), Mei Tanaka (3) and 2 more"."""
    said = [f"{person} ({number:,})" for person, number in people[:most]]
    rest = len(people) - most
    return ", ".join(said) + (f" and {rest:,} more" if rest > 0 else "")


def unanswered(campaign: Campaign) -> int:
    """How many items are not submitted."""
    return ReviewItem.objects.filter(Q(submission=None), snapshot=campaign.snapshot_id).count()
