"""What is told of access requests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from tenure.notifications.topic import Topic

_ABOUT = "Access requests"
_WINDOW = timedelta(minutes=15)
_OPEN = "Open the request"

REQUESTS: Mapping[str, Topic] = {
    "request_asked": Topic(
        about=_ABOUT,
        title="You are asked to approve access",
        sentence="Somebody asks for access, and you are to say yes or no.",
        permission="me.view",
        subject="{person} asks for {title}",
        sentences=(
            "{person} asks for {title}, {long}.",
            "{reason}",
            "You are asked because you are {why}. An answer is wanted by {due}.",
        ),
        button="Answer the request",
        line="{person} asks for {title}, by {due}",
        many="{count} access requests wait for your answer",
    ),
    "request_commented": Topic(
        about=_ABOUT,
        title="Somebody writes about a request",
        sentence="A question or an answer about a request that concerns you.",
        permission="me.view",
        subject="{by} about {title}",
        sentences=("About {title} for {person}, {by} writes:", "{said}"),
        button=_OPEN,
        line="{by} about {title} for {person}: {said}",
        many="{count} comments on access requests",
    ),
    "request_decided": Topic(
        about=_ABOUT,
        title="Your request is decided",
        sentence="What you asked for, or what was asked for you, was approved or denied.",
        permission="me.view",
        subject="{title}: {decision}",
        sentences=("{title} for {person} was {decision}.", "{next}"),
        button=_OPEN,
        line="{title} for {person}: {decision}",
        many="{count} requests are decided",
    ),
    "request_given": Topic(
        about=_ABOUT,
        title="You have what you asked for",
        sentence="Access was given, or an invitation to OpenAI waits for you.",
        permission="me.view",
        subject="{title}: {what}",
        sentences=("{sentence}", "{long}"),
        button=_OPEN,
        line="{title} for {person}: {what}",
        many="{count} requests are carried out",
    ),
    "request_ends": Topic(
        about=_ABOUT,
        title="Your access ends soon",
        sentence="3 days before access ends that was given for a time.",
        permission="me.view",
        subject="{title} ends on {until}",
        sentences=(
            "{person} has {title} until {until}. Then it is taken away.",
            "If it is still needed, ask for longer on the request's page; it is approved anew.",
        ),
        button="Ask for longer",
        line="{title} of {person}, until {until}",
        many="{count} accesses end soon",
        window=_WINDOW,
    ),
    "request_ended": Topic(
        about=_ABOUT,
        title="Your access has ended",
        sentence="Access that was given for a time is over, was given back, or was taken back.",
        permission="me.view",
        subject="{title} has ended",
        sentences=("{person} has {title} no more: {why}.", "It was read back to be gone."),
        button=_OPEN,
        line="{title} of {person}: {why}",
        many="{count} accesses have ended",
        window=_WINDOW,
    ),
    "request_failed": Topic(
        about=_ABOUT,
        title="An approved request failed",
        sentence="What was approved could not be given.",
        permission="me.view",
        subject="{title} could not be given",
        sentences=("{title} was approved for {person}, and could not be given.", "{reason}"),
        button=_OPEN,
        line="{title} for {person}: {reason}",
        many="{count} approved requests failed",
    ),
    "request_stuck": Topic(
        about=_ABOUT,
        title="A request waits for you to act",
        sentence="Something approved, or something that is over, cannot be carried out before a "
        "person acts.",
        permission="me.view",
        subject="{title} of {person} waits for a person",
        sentences=("{title} of {person} {what}, and that has stopped.", "{reason}"),
        button=_OPEN,
        line="{title} of {person}: {reason}",
        many="{count} requests wait for a person",
        window=_WINDOW,
    ),
}
