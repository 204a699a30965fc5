"""What the audit log says about changes at providers."""

VERBS = {
    "operation.planned": "planned to {detail.action} {text.label} ({detail.kind})",
    "operations.started": "let go {detail.count} changes that were planned together",
    "operation.approved": "approved, as a second person, the change of {text.label}",
    "operation.done": "changed {text.label} ({detail.kind}) at the provider",
    "operation.verified": "read back that the change of {text.label} took effect",
    "operation.confirmed": "saw in a later sync that the change of {text.label} holds",
    "operation.came_back": "saw {text.label} again after it was removed: {text.reason}",
    "operation.gone": "saw in a later sync that {text.label} no longer has what was given",
    "operation.blocked": "stopped before changing {text.label}: {text.reason}",
    "operation.failed": "could not change {text.label}: {text.reason}",
    "operation.retried": "let the change of {text.label} be tried again",
    "operation.cancelled": "cancelled the change of {text.label}: {text.reason}",
    "operation.overridden": "left {text.label} as it is: {text.reason}",
    "operation.assigned": "gave the work by hand on {text.label} to {text.assignee}",
    "operation.proven": "says that the work by hand on {text.label} is done: {text.note}",
    "operation.checked": "checked the work by hand on {text.label}, as a second person",
    "operations.told": "told whom it concerns of what waits for a person",
    "brake.released": "released the brake of {text.connection} for {detail.count} operations",
}
