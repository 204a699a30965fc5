"""What webhooks tell of syncs, and of the accounts that they found changed."""

TYPES = {
    "account.appeared": "An account was seen for the first time, or again after it was gone.",
    "account.changed": "The role, status, name or address of an account is another one.",
    "account.ended": "An account is gone.",
    "connection.first_sync": "The first sync is over; instead of an event for each account.",
    "connection.many_accounts_changed": (
        "A sync changed more than 10,000 accounts; instead of an event for each."
    ),
}
