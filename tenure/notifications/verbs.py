from __future__ import annotations

VERBS = {
    "mail.queued": "wrote the mail {detail.kind} to {text.to}",
    "mail.sent": "sent the mail {detail.kind}",
    "mail.failed": "gave up on the mail {detail.kind} after {detail.attempts} attempts",
    "notice.told": "told {detail.receivers:receiver} of {detail.events} {detail.topic}",
    "notice.bundled": "put {detail.notices} notices into one message",
    "notice.forgotten": "forgot that {detail.told} old things were told",
    "preference.changed": "changed what they are told of: {detail.after}",
    "target.added": "added the target {text.name} ({detail.service}) for {detail.topics}",
    "target.changed": "changed {detail.fields} of the target {text.name}",
    "target.removed": "removed the target {text.name} and wiped its address",
    "target.tried": "sent a test message to the target {text.name}",
    "target_message.queued": "wrote the message {detail.kind} to the target {text.target}",
    "target_message.sent": "sent the message {detail.kind} to the target {text.target}",
    "target_message.failed": (
        "gave up on the message {detail.kind} to the target {text.target}"
        " after {detail.attempts} attempts"
    ),
}
