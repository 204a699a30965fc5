"""What the audit log says about tests and findings."""

VERBS = {
    "tests.run": "ran tests: {detail.opened} findings opened, {detail.resolved} resolved",
    "exemptions.expired": "saw {detail.count} exemptions run out: their findings are open",
}
