"""What the audit log says about webhooks."""

VERBS = {
    "webhook_endpoint.added": "added the webhook endpoint {text.name} for {detail.types}",
    "webhook_endpoint.switched": "switched the webhook endpoint {text.name} {detail.after}",
    "webhook_endpoint.removed": "removed the webhook endpoint {text.name} and its secret",
    "webhook_endpoint.tried": "sent a test event to the webhook endpoint {text.name}",
    "webhook_endpoint.failed": (
        "gave up on {detail.type} to the webhook endpoint {text.name}"
        " after {detail.attempts} attempts; it is {detail.after}"
    ),
    "webhook_delivery.retried": "let {detail.type} be sent again to {text.name}",
    "webhook_event.forgotten": "let go of {detail.events} events that were told long ago",
}
