"""What the audit log says about the inventory."""

VERBS = {
    "account.handed_over": "gave {text.label} to {text.new_owner}",
    "sync_run.requested": "asked for a sync ({detail.trigger})",
    "sync_run.cancelled": "cancelled a sync",
    "sync_run.released": "released a held sync: {detail.would_end:row} may end",
    "sync_run.finished": (
        "synced: {detail.status}, {detail.added} added, {detail.changed} changed, "
        "{detail.ended} ended"
    ),
    "provider_log.changed": "found the provider's log {detail.after} (it was {detail.before})",
    "sync_lists.forgotten": (
        "forgot {detail.lists} lists in which {detail.runs} old syncs found nothing"
    ),
    "account.linked": "said whose account this is",
    "account.unlinked": "unlinked an account: {text.reason}",
    "account_link.rejected": "rejected a suggested link",
    "account_links.confirmed": "confirmed {detail.count} suggested links",
    "account_links.rejected": "rejected {detail.count} suggested links",
    "accounts.linked_to_person": "said of {detail.count:account} whose they are",
    "account.marked": "marked an account as {detail.after}",
    "accounts.marked": "marked {detail.count:account}: {detail.kind}",
    "account_word.undone": "undid the last word about an account ({detail.said})",
    "account_links.moved": "moved {detail.count} ties and ownerships to the person who was kept",
    "linking_domain.set": "set what {detail.domain} ignores in addresses",
    "linking_domain.removed": "removed {detail.domain} from the domains that ignore something",
    "resource.excluded": "marked a project out of scope: {text.reason}",
    "resource.included": "took a project back into scope",
    "accounts.linked": ("linked {detail.linked:account} by address, suggested {detail.suggested}"),
}
