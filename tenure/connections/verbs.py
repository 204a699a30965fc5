"""What the audit log says about connections."""

VERBS = {
    "connection.connected": (
        "connected {text.name} to {detail.organization_id} with a {detail.key_kind} key"
    ),
    "connection.reconnected": (
        "connected {text.name} to {detail.organization_id} again with a {detail.key_kind} key"
    ),
    "connection.file_connected": (
        "connected {text.name} by a file of {detail.accounts} accounts, with {detail.rejected}"
        " lines rejected"
    ),
    "connection.file_uploaded": (
        "uploaded a file of {detail.accounts} accounts to {text.name}, with {detail.rejected}"
        " lines rejected"
    ),
    "connection.validated": (
        "checked the key of {text.name} again: {detail.before} → {detail.after}"
    ),
    "connection.key_replaced": (
        "replaced the key of {text.name}: {detail.before} → {detail.after}"
    ),
    "connection.removal_key_added": "added a removal key to {text.name}",
    "connection.removal_key_withdrawn": "withdrew the removal key of {text.name}",
    "connection.organization_accepted": (
        "accepted that nothing proves which organization answers for {text.name}"
    ),
    "connection.organization_doubted": (
        "no longer accepts that nothing proves which organization answers for {text.name}"
    ),
    "connection.removal_set": "set removal through {text.name}: {detail.before} → {detail.after}",
    "connection.changed": "changed {detail.fields} of {text.name}",
    "connection.paused": "paused {text.name}",
    "connection.resumed": "resumed {text.name}",
    "connection.disconnected": "disconnected {text.name} and wiped {detail.keys} of its keys",
    "connection.degraded": "can no longer read all of {text.name}: {text.reason}",
    "connection.failing": (
        "could read nothing of {text.name} {detail.strikes} times in a row: {text.reason}"
    ),
    "connection.recovered": "can read {text.name} again: {detail.before} → {detail.after}",
    "connection.key_expiry_told": (
        "told who looks after {text.name} that its {detail.purpose} key is {detail.expiry}"
    ),
    "connection.owner_absence_told": "told the admins that the owner of {text.name} has left",
    "connection.owner_returned": "noted that the owner of {text.name} is back",
    "root_key.rotated": ("sealed {detail.secrets} stored secrets under root key {detail.after}"),
}
