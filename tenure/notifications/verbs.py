from __future__ import annotations

VERBS = {
    "mail.queued": "wrote the mail {detail.kind} to {text.to}",
    "mail.sent": "sent the mail {detail.kind}",
    "mail.failed": "gave up on the mail {detail.kind} after {detail.attempts} attempts",
}
