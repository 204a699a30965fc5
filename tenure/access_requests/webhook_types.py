"""What webhooks tell of access requests: each state that one comes to."""

TYPES = {
    "request.pending_approval": "Access was asked for, and somebody has to approve it.",
    "request.pending_provisioning": "A request was approved, and is being given.",
    "request.awaiting_acceptance": "Whoever it is for was invited, and has not accepted yet.",
    "request.provisioned": "What was approved was given, and is not read back yet.",
    "request.verified": "A sync shows that they have what was approved.",
    "request.ending": "What was given is being taken back; `ending` says why.",
    "request.expired": "The time of a request is over, and what it gave was seen to be gone.",
    "request.revoked": "It was taken back before its end, and seen to be gone.",
    "request.denied": "A request was denied.",
    "request.cancelled": "A request was cancelled before it was decided.",
    "request.failed": "What was approved could not be given.",
}
