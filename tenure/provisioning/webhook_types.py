"""What webhooks tell of changes at providers: each state that an operation comes to."""

TYPES = {
    "operation.planned": "A change was planned, and waits to be let go.",
    "operation.awaiting_approval": "A change waits for a second person.",
    "operation.queued": "A change may be made, or by whom it was given to by hand.",
    "operation.running": "A change is being sent, and nobody knows yet what came of it.",
    "operation.blocked": "A change waits for a person; `block` says why.",
    "operation.done": "A change was made, and is not read back yet.",
    "operation.verified": "A change was read back at the provider.",
    "operation.failed": "A change could not be made.",
    "operation.cancelled": "A change will not be made.",
    "operation.overridden": "A change was left as it is, by a person.",
}
