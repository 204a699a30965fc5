"""What the audit log says about exports."""

VERBS = {
    "export.started": "began to export {detail.list} as {detail.format}: {text.filter}",
    "export.finished": (
        "exported {detail.rows:row} of {detail.list} as {detail.format}: {text.filter}"
    ),
    "export.broken_off": (
        "broke off an export of {detail.list} as {detail.format} after {detail.rows:row}: "
        "{text.filter}"
    ),
}
