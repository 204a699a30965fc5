"""The flags, what changed, and who reviews, in SQL. The rules are `flag_rules` and `rules`.

`f` is a row of facts (`snapshot`), with `was_role` and `was_privileged` of the last review.
"""

from __future__ import annotations

from tenure.reviews.flag_rules import FLAGS, RANKS

_RANK = " ".join(f"WHEN '{role}' THEN {rank}" for role, rank in RANKS.items())
_THEN = f"CASE f.was_role {_RANK} END"
_NOW = f"CASE f.role {_RANK} END"
PRIVILEGED = "(f.role = 'owner' OR f.thing_kind = 'admin_key')"
_HIGHER = f"COALESCE({_THEN} < {_NOW}, FALSE)"
_HAS_PERSON = "f.person_id IS NOT NULL"
_SEEN = "f.before_id IS NOT NULL"

FLAGGING = {
    "leaver": f"({_HAS_PERSON} AND NOT f.may_hold)",
    "unlinked": f"(NOT {_HAS_PERSON} OR (f.kind = 'credential' AND f.account_id IS NULL))",
    "on_leave": f"({_HAS_PERSON} AND f.may_hold AND f.person_state = 'on_leave')",
    "new": f"(f.had_review AND NOT {_SEEN})",
    "role_raised": f"({_SEEN} AND ({_HIGHER} OR ({PRIVILEGED} AND NOT f.was_privileged)))",
    "privileged": PRIVILEGED,
    "dormant": "(f.kind IN ('grant', 'service_account') "
    "AND COALESCE(f.active_at < %(dormant)s, FALSE))",
    "unused": "(f.kind = 'credential' "
    "AND COALESCE(COALESCE(f.last_used_at, f.created_at) < %(dormant)s, FALSE))",
    "external": "(f.account_kind = 'external')",
}
FLAGGED = " OR ".join(FLAGGING[flag] for flag in FLAGS)

# Field by field: what of a row a reviewer would want to know to be different.
COMPARED = (
    *("role", "person_email", "person_state", "account_kind", "organization_role"),
    *("account_status", "resource_name", "via_name", "manager_name", "is_scim_managed"),
    *("expires_at", "status"),
)
_DIFFERS = " OR ".join(f"COALESCE(b.{name} <> f.{name}, TRUE)" for name in COMPARED[:-2])
_EXPIRES = "COALESCE(b.expires_at <> f.expires_at, b.expires_at IS NOT NULL "
_EXPIRES += "OR f.expires_at IS NOT NULL)"
CHANGED = f"({_DIFFERS} OR {_EXPIRES} OR COALESCE(b.status <> f.status, TRUE))"

# Whose item it is goes to nobody who holds it; what then has nobody goes to the fallback.
CANDIDATES = {
    "named": "f.named_id",
    "system-owner": "f.system_owner_id",
    "manager": "f.manager_id",
    "project-owner": "COALESCE(NULLIF(f.first_owner_id, f.holder_id), "
    "NULLIF(f.last_owner_id, f.holder_id))",
}
