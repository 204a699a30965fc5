"""What webhooks tell of findings."""

TYPES = {
    "finding.opened": "Something fails a test that did not.",
    "finding.resolved": "Something fails a test no more.",
    "finding.many_opened": "More than 10,000 fail a test that did not; instead of as many events.",
    "finding.many_resolved": "More than 10,000 fail a test no more; instead of as many events.",
}
