"""The verdict on changes at a provider: its own log is the judge, not our database.

python -m tests.faults.judge URL-OF-CONTROL [OUTCOMES.json]

`blind` is a request to change something that no answered read of the same thing preceded since the
last request to change it. OUTCOMES holds what Tenure says of each thing that it planned to remove,
{path: [state, reason]}, and adds `wrong`, changed though nobody planned it, and `lost`: neither
verified nor held up for a stated reason, or verified though the provider never did it.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tenure.simulator.openai.levers import Levers

_DONE = ("committed", "committed_unreported")
# There, and not there. Any other answer told nobody anything.
_ANSWERED = (200, 404)
_HELD_UP = ("blocked", "failed", "awaiting_approval", "cancelled", "overridden")


@dataclass
class Elsewhere(Levers):
    """A simulator of another process."""

    control_url: str


def changes_of(openai: Levers) -> list[dict[str, Any]]:
    changes: list[dict[str, Any]] = openai.control("GET", "/changes")["changes"]
    return changes


def blind(changes):
    """The things that were changed without a look at them since the last change."""
    return [
        thing_of(one["request"])
        for one in changes
        if not any(read["status"] in _ANSWERED for read in one["reads"])
    ]


def done(changes):
    """How often the provider did what it was asked, by thing."""
    requests = [one["request"] for one in changes]
    return Counter(thing_of(one) for one in requests if one["outcome"] in _DONE)


def verdict(openai, outcomes=None):
    """Figures to print, and lists that must be empty."""
    changes = changes_of(openai)
    made = done(changes)
    told = {
        "requests": len(changes),
        "made": made.total(),
        "to_no_effect": len(changes) - made.total(),
        "blind": blind(changes),
        "twice": [thing for thing, times in made.items() if times > 1],
    }
    if outcomes is not None:
        told["states"] = Counter(state for state, _ in outcomes.values())
        told["wrong"] = sorted(set(made) - set(outcomes))
        told["lost"] = [
            thing
            for thing, (state, reason) in outcomes.items()
            if not is_accounted_for(state, reason, was_made=thing in made)
        ]
    return told


def is_accounted_for(state, reason, *, was_made):
    return was_made if state == "verified" else state in _HELD_UP and bool(reason)


def thing_of(request):
    path, target = request["path"], request["target"]
    return path if path.endswith(f"/{target}") else f"{path}/{target}"


def is_innocent(told):
    return not any(told.get(name) for name in ("blind", "twice", "wrong", "lost"))


if __name__ == "__main__":
    control_url, *files = sys.argv[1:]
    planned = json.loads(Path(files[0]).read_text()) if files else None
    judged = verdict(Elsewhere(control_url), planned)
    print(json.dumps(judged, indent=2))  # noqa: T201 - what it was started for
    sys.exit(not is_innocent(judged))
