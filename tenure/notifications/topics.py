"""What Tenure tells people of by itself. Pure.

A topic is what somebody can want to be told of or not. Mails that let people in, or tell them that
their sign-in changed, are none: they always go out at once (`rules.MAILS`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import get_args
from uuid import UUID

from tenure.lib.errors import Invalid
from tenure.notifications.leaving_topics import LEAVING
from tenure.notifications.request_topics import REQUESTS
from tenure.notifications.review_topics import REVIEWS
from tenure.notifications.rules import Section, filled
from tenure.notifications.topic import Delivery, Topic

DELIVERIES: tuple[Delivery, ...] = get_args(Delivery)
FIRST_LINES = 5

_LOUDNESS = {name: place for place, name in enumerate(("off", "daily", "at_once"))}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, and the addresses of those whom it concerns.

    `url` is the page where the thing is done. Events of one `subject` (a test, a connection) that
    happen within the topic's window become one message; its button then opens `list_url`. What has
    an `about` is told once for each `occasion`, however often it is told.
    """

    to: Sequence[str]
    fields: Mapping[str, str]
    url: str
    subject: str = ""
    list_url: str = ""
    about: UUID | None = None
    occasion: str = ""


_CONNECTIONS, _FINDINGS = "Connections", "Findings and exemptions"
_KEY = "The {purpose} of {name} that ends in {hint} "
_NEW_KEY = "{consequence} Make a new key at the provider and put it in the place of this one."
_WINDOW = timedelta(minutes=15)

TOPICS: Mapping[str, Topic] = {
    "connection_failing": Topic(
        about=_CONNECTIONS,
        title="A connection fails",
        sentence="Nothing can be read of a connection that you own or administer.",
        permission="connections.view",
        subject="{name} cannot be read",
        sentences=(
            "Tenure could read nothing of {name} since {since}.",
            "{reason}",
            "Until then, what Tenure shows of {name} is as old as the last good read.",
            "Tenure goes on trying, and tells you when it can read again.",
        ),
        button="Open the connection",
        line="{name} cannot be read since {since}: {reason}",
        many="{count} connections cannot be read",
    ),
    "connection_recovered": Topic(
        about=_CONNECTIONS,
        title="A connection recovers",
        sentence="A connection that failed is read again.",
        permission="connections.view",
        subject="{name} is read again",
        sentences=("Tenure reads {name} again since {since}.", "{reason}"),
        button="Open the connection",
        line="{name} is read again since {since}",
        many="{count} connections are read again",
    ),
    "key_expiring": Topic(
        about=_CONNECTIONS,
        title="A key expires soon",
        sentence="14 days and 3 days before a key of a connection ends.",
        permission="connections.view",
        subject="The {purpose} of {name} expires {when}",
        sentences=(_KEY + "expires {when}, on {on}.", _NEW_KEY),
        button="Replace the key",
        line="The {purpose} of {name} expires {when}",
        many="{count} keys expire soon",
    ),
    "key_expired": Topic(
        about=_CONNECTIONS,
        title="A key has expired",
        sentence="A key of a connection has ended.",
        permission="connections.view",
        subject="The {purpose} of {name} has expired",
        sentences=(_KEY + "expired on {on}.", _NEW_KEY),
        button="Replace the key",
        line="The {purpose} of {name} expired on {on}",
        many="{count} keys have expired",
    ),
    "owner_gone": Topic(
        about=_CONNECTIONS,
        title="A connection's owner has left",
        sentence="Nobody can be asked any more when a connection needs a person.",
        permission="connections.manage",
        subject="{name} needs another owner",
        sentences=(
            "{owner} looked after {name} and has left.",
            "Choose somebody else, who is asked when this connection needs a person.",
        ),
        button="Choose an owner",
        line="{name} needs another owner; {owner} has left",
        many="{count} connections need another owner",
    ),
    "webhook_failing": Topic(
        about="Webhooks",
        title="A webhook endpoint fails",
        sentence="A program that is told what happens has not taken an event for two days.",
        permission="settings.manage",
        subject="{name} does not take what it is sent",
        sentences=("{name} has not taken an event, and Tenure gave it up.", "{reason}", "{what}"),
        button="Open the endpoint",
        line="{name} has not taken an event: {reason}",
        many="{count} webhook endpoints do not take what they are sent",
    ),
    "leaver_with_access": Topic(
        about=_FINDINGS,
        title="Somebody who left still has access",
        sentence="A new finding: a person who may hold no access any more still does.",
        permission="findings.view",
        subject="{person} has left and still has access",
        sentences=(
            "{person} may hold no access since {since}, and still has it: {what}.",
            "It is to be gone by {due}.",
        ),
        button="See the finding",
        line="{person}: {what}, to be gone by {due}",
        many="{count} accounts or invitations of leavers are still there",
        window=_WINDOW,
        defaults={"system_owner": "daily", "auditor": "off"},
    ),
    "finding_overdue": Topic(
        about=_FINDINGS,
        title="A finding is overdue",
        sentence="A finding that you own or follow was not resolved in time.",
        permission="findings.view",
        subject="Overdue: {what}",
        sentences=("{test}: {what}.", "It was to be resolved by {due}."),
        button="See the finding",
        line="{what}, due {due}",
        many="{count} findings are overdue: {test}",
        window=_WINDOW,
        defaults={"auditor": "off"},
    ),
    "exemption_ending": Topic(
        about=_FINDINGS,
        title="An exemption is about to end",
        sentence="7 days and 1 day before an exemption ends and its finding opens again.",
        permission="findings.view",
        subject="The exemption of {what} ends {when}",
        sentences=(
            "{test}: {what} is exempted until {until}, because: {reason}",
            "After that the finding is open again. Resolve it, or exempt it anew with a reason.",
        ),
        button="See the finding",
        line="{what}, exempted until {until}",
        many="{count} exemptions end soon: {test}",
        window=_WINDOW,
        defaults={"auditor": "off"},
    ),
    **LEAVING,
    **REVIEWS,
    **REQUESTS,
}


def topic(slug: str) -> Topic:
    if found := TOPICS.get(slug):
        return found
    raise Invalid(f"Choose one of {', '.join(TOPICS)} as topic.")


def check_topics(slugs: Iterable[str]) -> None:
    """Invalid when one of them is none."""
    for slug in slugs:
        topic(slug)


def delivery(
    slug: str, *, chosen: Mapping[str, str], permission_sets: Iterable[str], is_user: bool
) -> Delivery:
    """How somebody is told of a topic.

    chosen   user   permission sets      -> told
    yes      any    any                     as chosen
    no       no     any                     as the topic says for everybody else
    no       yes    none                    as the topic says for everybody else
    no       yes    one or more             the loudest of what the topic says for each
    """
    known = topic(slug)
    if (own := chosen.get(slug)) in DELIVERIES:
        return own
    said = [known.defaults.get(name, known.otherwise) for name in permission_sets if is_user]
    return max(said, key=_LOUDNESS.__getitem__, default=known.otherwise)


def section(slug: str, events: Sequence[Event], *, count: int) -> Section:
    """What a message says of `count` events of one topic and subject, the first of them given."""
    known, first = topic(slug), events[0]
    if count == 1:
        return Section(
            title=filled(known.subject, first.fields, slug),
            sentences=[filled(one, first.fields, slug) for one in known.sentences],
            button=known.button,
            url=first.url,
        )
    shown = events[:FIRST_LINES]
    return Section(
        title=filled(known.many, {**first.fields, "count": f"{count:,}"}, slug),
        lines=[(filled(known.line, one.fields, slug), one.url) for one in shown],
        more=count - len(shown),
        button="See all of them" if first.list_url else "",
        url=first.list_url,
    )


def check_told(slug: str, event: Event) -> None:
    """Invalid when the event lacks a field that any of the topic's words needs."""
    section(slug, [event], count=1)
    section(slug, [event, event], count=2)
