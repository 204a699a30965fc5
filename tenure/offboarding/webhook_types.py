"""What webhooks tell of offboarding: each state that a case comes to."""

TYPES = {
    "offboarding.scheduled": "An offboarding was opened that begins later.",
    "offboarding.awaiting_approval": "An offboarding waits for approval, or for choices.",
    "offboarding.in_progress": "An offboarding is under way.",
    "offboarding.blocked": "An offboarding stopped, and waits for a person.",
    "offboarding.complete": "Nothing is left to end.",
    "offboarding.cancelled": "Somebody is not offboarded after all.",
}
