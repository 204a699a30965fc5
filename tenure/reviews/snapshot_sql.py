"""What an item tells of its thing, and from where, in SQL.

`things` gives narrow rows, PLACED their order, TWICE what is held by two paths; JOINED is all that
a row tells its FACTS from.
"""

# ruff: noqa: S608 - the statements are put together from names of ours, never from values
from __future__ import annotations

from collections.abc import Mapping

PERSON = "COALESCE(NULLIF({p}.name, ''), NULLIF({p}.email, ''), {p}.external_id, '')"
_MAY_HOLD = (
    "NOT COALESCE({p}.ends_at <= %(at)s OR {p}.is_disabled OR NOT {p}.is_listed "
    "OR {p}.begins_at > %(early)s, {p}.is_disabled OR NOT {p}.is_listed)"
)
_STATE = (
    "CASE WHEN p.id IS NULL THEN '' WHEN p.ends_at <= %(at)s THEN 'former' "
    "WHEN p.is_disabled OR NOT p.is_listed THEN 'inactive' "
    "WHEN p.begins_at > %(at)s THEN 'upcoming' WHEN p.is_on_leave THEN 'on_leave' "
    "ELSE 'current' END"
)
KEY = "CAST(t.connection_id AS text) || '|' || t.key"
_OF_ACCOUNT = "FROM inventory_spend s WHERE s.connection_id = t.connection_id AND {whose}"
_MOST = "GROUP BY s.currency ORDER BY SUM(s.amount) DESC, s.currency LIMIT 1"


def _spend(what: str) -> str:
    """Of several currencies the one of which there is most, each by the index that has it."""
    own = _OF_ACCOUNT.format(whose="s.principal_id = t.principal_id")
    key = _OF_ACCOUNT.format(whose="s.key_id = t.thing_id")
    return (
        f"CASE WHEN t.principal_id = '' THEN NULL WHEN t.kind = 'credential' "
        f"THEN (SELECT {what} {key} {_MOST}) ELSE (SELECT {what} {own} {_MOST}) END"
    )


# A column of the item -> what it is, of a thing `t` and all that is joined to it.
FACTS: Mapping[str, str] = {
    "key": KEY,
    "position": "t.position",
    "kind": "t.kind",
    "connection_id": "t.connection_id",
    "account_id": "a.id",
    "person_id": "p.id",
    "holder_id": "COALESCE(p.id, suspect.id, other.person_id)",
    "grant_id": "t.grant_id",
    "entitlement_id": "t.entitlement_id",
    "resource_id": "t.resource_id",
    "group_id": "t.group_id",
    "credential_id": "t.credential_id",
    "invitation_id": "t.invitation_id",
    "before_id": "b.id",
    "principal_id": "t.principal_id",
    "thing_id": "t.thing_id",
    "account_name": "COALESCE(a.name, k.owner_name, '')",
    "account_email": "COALESCE(a.email, i.email, '')",
    "account_kind": "COALESCE(a.kind, '')",
    "account_status": "COALESCE(a.status, '')",
    "organization_role": "COALESCE(a.role, i.role, '')",
    "person_name": PERSON.format(p="p"),
    "person_email": "COALESCE(p.email, '')",
    "person_state": _STATE,
    "manager_name": PERSON.format(p="m"),
    "department": "COALESCE(p.department, '')",
    "role": "t.role",
    "role_name": "COALESCE(e.name, '')",
    "resource_kind": "COALESCE(r.kind, CASE WHEN t.path = 'organization' "
    "THEN 'organization' ELSE '' END)",
    "resource_id_there": "COALESCE(r.external_id, '')",
    "resource_name": "COALESCE(NULLIF(r.name, ''), r.external_id, '')",
    "path": "t.path",
    "via_id": "COALESCE(v.external_id, '')",
    "via_name": "COALESCE(NULLIF(v.name, ''), v.external_id, '')",
    "is_scim_managed": "COALESCE(v.is_scim_managed, a.is_scim_managed, FALSE)",
    "thing_kind": "COALESCE(k.kind, '')",
    "thing_name": "COALESCE(k.name, i.email, '')",
    "hint": "COALESCE(k.hint, '')",
    "status": "COALESCE(i.status, '')",
    "created_at": "COALESCE(k.created_at, i.invited_at)",
    "expires_at": "COALESCE(k.expires_at, i.expires_at)",
    "last_used_at": "k.last_used_at",
    "began_at": "COALESCE(g.began_at, k.began_at, i.began_at, a.began_at)",
    "began_not_before": "CASE WHEN g.id IS NOT NULL AND t.kind = 'grant' THEN g.began_not_before "
    "WHEN k.id IS NOT NULL THEN k.began_not_before WHEN i.id IS NOT NULL THEN i.began_not_before "
    "ELSE a.began_not_before END",
    "began_known_by": "COALESCE(g.began_known_by, k.began_known_by, i.began_known_by, "
    "a.began_known_by, '')",
    "given_by": "COALESCE(NULLIF(giver.name, ''), NULLIF(giver.email, ''), "
    "NULLIF(event.actor_email, ''), event.actor_id, '')",
    "login_at": "login.at",
    "active_at": "CASE WHEN a.last_active_at > %(never)s THEN a.last_active_at END",
    "active_source": "COALESCE(a.last_active_source, '')",
    "acted_at": "acted.at",
    "log_from": "CASE WHEN log.state = 'on' THEN log.read_from END",
    "spent": f"CAST({_spend('SUM(s.amount)')} AS bigint)",
    "currency": f"COALESCE({_spend('s.currency')}, '')",
    # What the columns below them follow from.
    "is_redundant": "twice.account_id IS NOT NULL",
    "may_hold": _MAY_HOLD.format(p="p"),
    "had_review": "last.snapshot_id IS NOT NULL",
    "was_role": "b.role",
    "was_privileged": "b.is_privileged",
    "was_decision": "b.decision",
    "named_id": "CAST(%(named)s AS bigint)",
    "system_owner_id": "last.owner_id",
    "manager_id": f"CASE WHEN {_MAY_HOLD.format(p='m')} THEN m.id END",
    "first_owner_id": "owners.first_id",
    "last_owner_id": "owners.last_id",
}

# A place for each thing, while rows are narrow: what a window holds back is written aside.
PLACED = """
SELECT t.*, p.id AS person_id, ROW_NUMBER() OVER (ORDER BY {order}) AS position
FROM things t
LEFT JOIN inventory_account a ON a.id = t.account_id
LEFT JOIN inventory_credential k ON k.id = t.credential_id
LEFT JOIN inventory_accountlink l ON l.account_id = a.id AND l.state = 'confirmed'
LEFT JOIN inventory_ownership o ON o.account_id = a.id AND a.kind IN ('service', 'shared')
LEFT JOIN people_person p ON p.id = COALESCE(l.person_id, o.owner_id, t.owner_id)"""

# The same right, by another path: then one of the two could go without anybody missing it.
TWICE = """
SELECT account_id, resource_id, role FROM things
WHERE kind = 'grant' AND resource_id IS NOT NULL AND role <> ''
GROUP BY account_id, resource_id, role HAVING COUNT(*) > 1"""

JOINED = """
FROM placed t
JOIN connections last ON last.connection_id = t.connection_id
LEFT JOIN inventory_account a ON a.id = t.account_id
LEFT JOIN people_person p ON p.id = t.person_id
LEFT JOIN twice ON t.kind = 'grant' AND twice.account_id = t.account_id
  AND twice.resource_id = t.resource_id AND twice.role = t.role
LEFT JOIN people_person m ON m.email_key = p.manager_email_key AND m.email_key <> ''
LEFT JOIN people_person suspect ON p.id IS NULL AND suspect.email_key = a.email_key
  AND suspect.email_key <> ''
LEFT JOIN people_personemail other ON p.id IS NULL AND other.email_key = a.email_key
LEFT JOIN inventory_grant g ON g.id = t.grant_id AND t.kind = 'grant'
LEFT JOIN inventory_entitlement e ON e.id = t.entitlement_id
LEFT JOIN inventory_resource r ON r.id = t.resource_id
LEFT JOIN inventory_resource v ON v.id = t.group_id
LEFT JOIN inventory_credential k ON k.id = t.credential_id
LEFT JOIN inventory_invitation i ON i.id = t.invitation_id
LEFT JOIN inventory_explanation x ON x.moment = t.moment AND x.row_id = t.moment_id
LEFT JOIN inventory_providerevent event ON event.id = x.event_id
LEFT JOIN inventory_account giver ON giver.id = event.by_account_id
LEFT JOIN inventory_activityobservation login ON login.connection_id = t.connection_id
  AND login.principal_id = t.principal_id AND login.source = 'login_event'
LEFT JOIN inventory_activityobservation acted ON acted.connection_id = t.connection_id
  AND acted.principal_id = t.principal_id AND acted.source = 'audit_event'
LEFT JOIN inventory_providerlog log ON log.connection_id = t.connection_id
LEFT JOIN owners ON owners.resource_id = t.resource_id
LEFT JOIN earlier ON earlier.key = CAST(t.connection_id AS text) || '|' || t.key
LEFT JOIN reviews_reviewitem b ON b.id = earlier.id"""

# The two of a project's owners who may review whose number is least and greatest.
OWNERS = f"""
SELECT e.resource_id AS resource_id, MIN(p.id) AS first_id, MAX(p.id) AS last_id
FROM inventory_entitlement e
JOIN inventory_grant g ON g.entitlement_id = e.id AND g.ended_at IS NULL
JOIN inventory_accountlink l ON l.account_id = g.account_id AND l.state = 'confirmed'
JOIN people_person p ON p.id = l.person_id
WHERE e.external_id = 'owner' AND e.kind = 'role' AND {_MAY_HOLD.format(p="p")}
GROUP BY e.resource_id"""
