"""What is told of access reviews."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from tenure.notifications.topic import Topic

_ABOUT = "Access reviews"
_WINDOW = timedelta(minutes=15)
_OPEN = "Open your review"

REVIEWS: Mapping[str, Topic] = {
    "review_asked": Topic(
        about=_ABOUT,
        title="You are asked to review access",
        sentence="A campaign has items that are yours to decide.",
        permission="me.view",
        subject="Please review access: {campaign}",
        sentences=(
            "{campaign} has {what} for you to decide, by {due}.",
            "Each row says who has what, since when, and when it was last used.",
        ),
        button=_OPEN,
        line="{campaign}: {what}, by {due}",
        many="{count} reviews wait for you",
        window=_WINDOW,
    ),
    "review_due": Topic(
        about=_ABOUT,
        title="A review of yours is due",
        sentence="7 days and 1 day before a review is due, and each day after that.",
        permission="me.view",
        subject="{campaign} waits for you",
        sentences=("{what} of {campaign} are not submitted yet. The review is due on {due}.",),
        button=_OPEN,
        line="{campaign}: {what}, by {due}",
        many="{count} reviews wait for you",
    ),
    "review_overdue": Topic(
        about=_ABOUT,
        title="A review is overdue",
        sentence="A campaign has undecided items past its due date; they are neither kept nor "
        "removed.",
        permission="reviews.view",
        subject="{campaign} is overdue",
        sentences=(
            "{campaign} was due on {due}, and {what}",
            "Nothing is kept or removed by itself: remind reviewers, or give items to others.",
        ),
        button="Open the campaign",
        line="{campaign}, due {due}: {what}",
        many="{count} reviews are overdue",
        defaults={"auditor": "off"},
    ),
    "review_moved": Topic(
        about=_ABOUT,
        title="A campaign moves on",
        sentence="A campaign can be closed, is complete, or its next round is drafted.",
        permission="reviews.view",
        subject="{campaign}: {what}",
        sentences=("{campaign}: {what}",),
        button="Open the campaign",
        line="{campaign}: {what}",
        many="{count} campaigns moved on",
        window=_WINDOW,
        defaults={"auditor": "off"},
    ),
}
