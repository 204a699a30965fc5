"""What the audit log says about evidence."""

VERBS = {
    "evidence_key.made": "made the key that signs evidence, {detail.fingerprint}",
    "evidence_key.rotated": (
        "made another key that signs evidence, {detail.after}; {detail.before} signs no more"
    ),
    "evidence_bundle.asked": "asked for evidence: {text.title}",
    "evidence_bundle.built": "made evidence: {text.title}, {detail.rows:row}, {detail.sha256}",
    "evidence_bundle.failed": "could not make evidence: {text.title}: {text.reason}",
    "evidence_bundle.downloaded": "took away evidence: {text.title}",
}
