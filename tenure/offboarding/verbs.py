"""What the audit log says about offboarding."""

VERBS = {
    "case.opened": "opened the offboarding of {text.person} ({detail.opened})",
    "case.planned": "planned the offboarding of {text.person}: {detail.items} items",
    "case.rehearsed": "rehearsed the offboarding of {text.person}: {detail.items} items",
    "case.chosen": "decided for {text.label}: {detail.action}",
    "case.approved": "approved the offboarding of {text.person}: {detail.items} items",
    "case.started": "began the offboarding of {text.person} by itself: {detail.items} items",
    "case.cancelled": "cancelled the offboarding of {text.person}: {text.reason}",
    "case.reset": "reset the offboarding of {text.person}: {text.reason}",
    "case.blocked": "saw the offboarding of {text.person} stop: {text.reason}",
    "case.completed": "completed the offboarding of {text.person}",
    "cases.told": "told whom it concerns how offboardings stand",
    "case.added_to": "added {text.label} to the offboarding of {text.person}",
}
