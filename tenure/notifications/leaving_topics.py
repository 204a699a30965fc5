"""What is told of leavings, and of changes at providers that wait for a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from tenure.notifications.topic import Topic

_ABOUT = "Offboarding and operations"
_WINDOW = timedelta(minutes=15)
_SEE = "Open the offboarding"

LEAVING: Mapping[str, Topic] = {
    "case_waiting": Topic(
        about=_ABOUT,
        title="An offboarding waits for approval",
        sentence="Somebody leaves, and what they have is taken away once a person approves it.",
        permission="offboarding.view",
        subject="The offboarding of {person} waits for approval",
        sentences=(
            "{person} leaves {why}, and has {what}.",
            "Read what removing it touches, then approve it; it is to be done by {due}.",
        ),
        button=_SEE,
        line="{person}: {what}, to be done by {due}",
        many="{count} offboardings wait for approval",
        window=_WINDOW,
        defaults={"system_owner": "daily", "auditor": "off"},
    ),
    "case_blocked": Topic(
        about=_ABOUT,
        title="An offboarding is blocked",
        sentence="Something of a leaver could not be taken away, and a person has to act.",
        permission="offboarding.view",
        subject="The offboarding of {person} is blocked",
        sentences=(
            "Something of {person} is not taken away yet: {reason}",
            "The rest goes on. It is to be done by {due}.",
        ),
        button=_SEE,
        line="{person}: {reason}",
        many="{count} offboardings are blocked",
        window=_WINDOW,
        defaults={"auditor": "off"},
    ),
    "case_complete": Topic(
        about=_ABOUT,
        title="An offboarding is complete",
        sentence="All that somebody had is taken away and read back, or kept for a reason.",
        permission="me.view",
        subject="The offboarding of {person} is complete",
        sentences=("Since {since} {person} has nothing left that was to be taken away.", "{late}"),
        button="Open Tenure",
        line="{person}, since {since}",
        many="{count} offboardings are complete",
        window=_WINDOW,
        defaults={"auditor": "off"},
    ),
    "operation_waiting": Topic(
        about=_ABOUT,
        title="A change needs a second person",
        sentence="Somebody asked for a change that one person alone must not make.",
        permission="provisioning.approve",
        subject="{doing} needs a second person",
        sentences=(
            "{asked_by} asked for it, because {why}.",
            "Whoever approves it has to be another person.",
        ),
        button="Open the operation",
        line="{doing}, asked for by {asked_by}",
        many="{count} changes need a second person",
        window=_WINDOW,
    ),
    "brake_on": Topic(
        about=_ABOUT,
        title="A brake is on",
        sentence="More would be removed within an hour than the brake of a connection allows.",
        permission="provisioning.approve",
        subject="The brake of {name} keeps {number}",
        sentences=(
            "{reason}",
            "Look at what waits, and release the brake if that is right.",
            "Nobody can release it for what they asked for themselves.",
        ),
        button="See what waits",
        line="{name} keeps {number}",
        many="{count} brakes are on",
    ),
    "work_by_hand": Topic(
        about=_ABOUT,
        title="Work by hand is yours",
        sentence="A change has to be made by hand, and you were asked to.",
        permission="me.view",
        subject="Please do by hand: {what}",
        sentences=(
            "Tenure cannot do this by itself: {what}. It is needed because {why}, by {due}.",
            "When it is done, say so and add what shows it.",
        ),
        button="Open the work",
        line="{what}, by {due}",
        many="{count} things are yours to do by hand",
        window=_WINDOW,
    ),
    "work_by_hand_overdue": Topic(
        about=_ABOUT,
        title="Work by hand is overdue",
        sentence="A change that has to be made by hand was not made in time.",
        permission="me.view",
        subject="Overdue, by hand: {what}",
        sentences=("It was to be done by hand by {due}, and nobody says that it is.",),
        button="Open the work",
        line="{what}, due {due}",
        many="{count} things to be done by hand are overdue",
        window=_WINDOW,
    ),
    "access_came_back": Topic(
        about=_ABOUT,
        title="Removed access came back",
        sentence="Something that was removed and verified is there again.",
        permission="provisioning.view",
        subject="{what} is there again after it was removed",
        sentences=("{reason}", "It is not removed again before a person has looked."),
        button="Open the operation",
        line="{what}: {reason}",
        many="{count} removed accesses came back",
        window=_WINDOW,
        defaults={"auditor": "off"},
    ),
}
