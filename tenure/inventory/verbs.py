"""What the audit log says about the inventory."""

VERBS = {
    "sync_run.requested": "asked for a sync ({detail.trigger})",
    "sync_run.cancelled": "cancelled a sync",
    "sync_run.released": "released a held sync: {detail.would_end} rows may end",
    "sync_run.finished": (
        "synced: {detail.status}, {detail.added} added, {detail.changed} changed, "
        "{detail.ended} ended"
    ),
    "account.linked": "said whose account this is",
    "account.unlinked": "unlinked an account: {text.reason}",
    "account_link.rejected": "rejected a suggested link",
    "accounts.linked": ("linked {detail.linked} accounts by address, suggested {detail.suggested}"),
}
