"""What webhooks tell of access reviews: each state of a campaign, and what happens within it."""

TYPES = {
    "review.draft": "A campaign was drafted, or taken back to be changed.",
    "review.staged": "What there is to review was frozen.",
    "review.open": "The reviewers were asked.",
    "review.submitted": "A reviewer submitted their decisions.",
    "review.overdue": "A campaign is past its due date, and something is not submitted.",
    "review.remediation": "Deciding ended, and what was decided to go is being taken away.",
    "review.reopened": "Something that was taken away came back.",
    "review.completed": "Everything is decided, done and read back.",
    "review.cancelled": "A campaign ended without any consequence.",
}
