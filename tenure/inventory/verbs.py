"""What the audit log says about the inventory."""

VERBS = {
    "sync_run.requested": "asked for a sync ({detail.trigger})",
    "sync_run.cancelled": "cancelled a sync",
    "sync_run.released": "released a held sync: {detail.would_end} rows may end",
    "sync_run.finished": (
        "synced: {detail.status}, {detail.added} added, {detail.changed} changed, "
        "{detail.ended} ended"
    ),
    "sync_lists.forgotten": (
        "forgot {detail.lists} lists in which {detail.runs} old syncs found nothing"
    ),
    "account.linked": "said whose account this is",
    "account.unlinked": "unlinked an account: {text.reason}",
    "account_link.rejected": "rejected a suggested link",
    "resource.excluded": "marked a project out of scope: {text.reason}",
    "resource.included": "took a project back into scope",
    "accounts.linked": ("linked {detail.linked} accounts by address, suggested {detail.suggested}"),
}
