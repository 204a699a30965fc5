"""What the audit log says about tests, findings and the calendar."""

VERBS = {
    "tests.run": "ran tests: {detail.opened:finding} opened, {detail.resolved} resolved",
    "test.set": "set how a test is asked",
    "test.deactivated": "deactivated a test: {text.reason}",
    "test.reactivated": "activated a test again",
    "test.subscribed": "lets {text.email} be told of a test's findings",
    "test.unsubscribed": "lets {text.email} be told of a test's findings no more",
    "findings.exempted": (
        "exempted {detail.count:finding} until {detail.until} ({detail.kind}): {text.reason}"
    ),
    "findings.assigned": "gave {detail.count:finding} to {text.owner}",
    "findings.told": (
        "told of leavers {detail.leavers:time}, of overdue findings {detail.overdue:time}, of"
        " exemptions about to end {detail.ending:time}"
    ),
    "finding.noted": "left a note on a finding",
    "exemption.withdrawn": "withdrew an exemption: {text.reason}",
    "exemptions.expired": "saw {detail.count:exemption} run out: their findings are open again",
    "exemptions.lapsed": (
        "saw {detail.count:finding} fail otherwise than was accepted: they are open again"
    ),
    "calendar.set": "set the organization's time zone and working days",
    "holiday.added": "added the holiday {text.name}, {detail.on}",
    "holiday.removed": "removed the holiday {text.name}, {detail.on}",
    "holidays.imported": "took {detail.days} holidays from the file {text.file}",
}
