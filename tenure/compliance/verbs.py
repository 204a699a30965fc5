"""What the audit log says about tests."""

VERBS = {"tests.run": "ran tests: {detail.opened} findings opened, {detail.resolved} resolved"}
