"""What the audit log says about people."""

VERBS = {"people.imported": "imported people from a CSV: {detail.counts}"}
