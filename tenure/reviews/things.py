"""What there is to review, as SQL: a narrow row for each right, key and offer that works now.

Rights that come through a group are told one by one, because each is decided; being in a group is
one itself only where the group gives nothing that is. What leads out of scope is left out.
"""

# ruff: noqa: S608 - the statements are put together from names of ours, never from values
from __future__ import annotations

# In the order of every SELECT below. `key` is without its connection, which stands before it.
COLUMNS = (
    *("kind", "key", "connection_id", "account_id", "owner_id", "grant_id", "entitlement_id"),
    *("resource_id", "group_id", "credential_id", "invitation_id", "path", "moment", "moment_id"),
    *("principal_id", "thing_id", "role"),
)
_NONE = "CAST(NULL AS bigint)"


def _row(**given: str) -> str:
    numbers = {name for name in COLUMNS if name.endswith("_id")} - {"principal_id", "thing_id"}
    usual = {name: _NONE if name in numbers else "''" for name in COLUMNS}
    return ", ".join(f"{given.get(name, usual[name])} AS {name}" for name in COLUMNS)


_ACCOUNT = "a.connection_id IN ({connections}) AND a.status <> 'gone'"
_NO_SERVICE = f"{_ACCOUNT} AND a.kind <> 'service'"
_OPEN = "{r}.ended_at IS NULL AND {r}.archived_at IS NULL AND NOT {r}.is_out_of_scope"
_A_ROLE = "e.kind = 'role' AND e.external_id <> 'none'"

_ORGANIZATION_ROLES = f"""
SELECT {
    _row(
        kind="'grant'",
        key="'role|' || a.external_id",
        connection_id="a.connection_id",
        account_id="a.id",
        path="'organization'",
        moment="'account_began'",
        moment_id="a.id",
        principal_id="a.external_id",
        thing_id="a.external_id",
        role="a.role",
    )
}
FROM inventory_account a WHERE {_NO_SERVICE} AND a.is_listed"""

# The list of a project's members and those of single roles may tell of one right twice.
_OWN_GRANTS = f"""
SELECT {
    _row(
        kind="'grant'",
        key="'own|' || a.external_id || '|' || c.key || '|' || g.external_id",
        connection_id="a.connection_id",
        account_id="a.id",
        grant_id="g.id",
        entitlement_id="e.id",
        resource_id="r.id",
        path="'direct'",
        moment="'grant_began'",
        moment_id="g.id",
        principal_id="a.external_id",
        thing_id="r.external_id || '|' || e.external_id",
        role="e.external_id",
    )
}
FROM inventory_grant g
JOIN inventory_account a ON a.id = g.account_id
JOIN inventory_entitlement e ON e.id = g.entitlement_id
JOIN inventory_resource r ON r.id = e.resource_id
JOIN inventory_collection c ON c.id = g.collection_id
WHERE {_NO_SERVICE} AND g.ended_at IS NULL AND g.via_group_ids = '' AND {_A_ROLE}
  AND {_OPEN.format(r="r")} AND r.kind <> 'group'
  AND NOT (r.kind = 'organization' AND e.external_id = a.role)
  AND NOT EXISTS (SELECT 1 FROM inventory_grant o WHERE o.account_id = g.account_id
    AND o.id < g.id AND o.entitlement_id = g.entitlement_id AND o.ended_at IS NULL
    AND o.via_group_ids = '')"""

_THROUGH_GROUPS = f"""
SELECT {
    _row(
        kind="'grant'",
        key="'via|' || a.external_id || '|' || v.external_id || '|' || c.key || '|' "
        "|| h.external_id",
        connection_id="a.connection_id",
        account_id="a.id",
        grant_id="m.id",
        entitlement_id="e.id",
        resource_id="r.id",
        group_id="v.id",
        path="'group'",
        moment="'grant_began'",
        moment_id="m.id",
        principal_id="a.external_id",
        thing_id="r.external_id || '|' || e.external_id || '|' || v.external_id",
        role="e.external_id",
    )
}
FROM inventory_grant m
JOIN inventory_account a ON a.id = m.account_id
JOIN inventory_entitlement me ON me.id = m.entitlement_id AND me.kind = 'member'
JOIN inventory_resource v ON v.id = me.resource_id AND v.kind = 'group'
JOIN inventory_grant h ON h.group_id = v.id AND h.ended_at IS NULL
JOIN inventory_entitlement e ON e.id = h.entitlement_id
JOIN inventory_resource r ON r.id = e.resource_id
JOIN inventory_collection c ON c.id = h.collection_id
WHERE {_NO_SERVICE} AND m.ended_at IS NULL AND {_A_ROLE} AND {_OPEN.format(r="r")}
  AND {_OPEN.format(r="v")}
  AND NOT EXISTS (SELECT 1 FROM inventory_grant o WHERE o.group_id = v.id AND o.id < h.id
    AND o.entitlement_id = h.entitlement_id AND o.ended_at IS NULL)"""

_MEMBERSHIPS = f"""
SELECT {
    _row(
        kind="'grant'",
        key="'member|' || a.external_id || '|' || v.external_id",
        connection_id="a.connection_id",
        account_id="a.id",
        grant_id="m.id",
        entitlement_id="e.id",
        resource_id="v.id",
        group_id="v.id",
        path="'membership'",
        moment="'grant_began'",
        moment_id="m.id",
        principal_id="a.external_id",
        thing_id="v.external_id",
    )
}
FROM inventory_grant m
JOIN inventory_account a ON a.id = m.account_id
JOIN inventory_entitlement e ON e.id = m.entitlement_id AND e.kind = 'member'
JOIN inventory_resource v ON v.id = e.resource_id AND v.kind = 'group'
WHERE {_NO_SERVICE} AND m.ended_at IS NULL AND {_OPEN.format(r="v")}
  AND NOT EXISTS (
    SELECT 1 FROM inventory_grant h
    JOIN inventory_entitlement he ON he.id = h.entitlement_id AND he.kind = 'role'
      AND he.external_id <> 'none'
    JOIN inventory_resource r ON r.id = he.resource_id
    WHERE h.group_id = v.id AND h.ended_at IS NULL AND {_OPEN.format(r="r")})"""

_SERVICE_ACCOUNTS = f"""
SELECT {
    _row(
        kind="'service_account'",
        key="'service|' || a.external_id",
        connection_id="a.connection_id",
        account_id="a.id",
        grant_id="g.id",
        entitlement_id="e.id",
        resource_id="r.id",
        path="'own'",
        moment="'account_began'",
        moment_id="a.id",
        principal_id="a.external_id",
        thing_id="a.external_id",
        role="COALESCE(NULLIF(e.external_id, 'none'), '')",
    )
}
FROM inventory_account a
LEFT JOIN inventory_grant g ON g.id = (SELECT MIN(o.id) FROM inventory_grant o
  WHERE o.account_id = a.id AND o.ended_at IS NULL)
LEFT JOIN inventory_entitlement e ON e.id = g.entitlement_id
LEFT JOIN inventory_resource r ON r.id = e.resource_id
WHERE {_ACCOUNT} AND a.kind = 'service'
  AND (r.id IS NULL OR ({_OPEN.format(r="r")}))"""

_CREDENTIALS = f"""
SELECT {
    _row(
        kind="'credential'",
        key="'key|' || k.external_id",
        connection_id="k.connection_id",
        account_id="k.owner_id",
        resource_id="k.resource_id",
        credential_id="k.id",
        path="'own'",
        moment="'credential_began'",
        moment_id="k.id",
        principal_id="k.principal_id",
        thing_id="k.external_id",
    )
}
FROM inventory_credential k LEFT JOIN inventory_resource r ON r.id = k.resource_id
WHERE k.connection_id IN ({{connections}}) AND k.ended_at IS NULL
  AND (r.id IS NULL OR ({_OPEN.format(r="r")}))"""

# Whose address it is: the person's of that work e-mail, or of that other one.
_INVITATIONS = f"""
SELECT {
    _row(
        kind="'invitation'",
        key="'invite|' || i.external_id",
        connection_id="i.connection_id",
        owner_id="COALESCE(p.id, other.person_id)",
        invitation_id="i.id",
        path="'organization'",
        moment="'invitation_began'",
        moment_id="i.id",
        thing_id="i.external_id",
        role="i.role",
    )
}
FROM inventory_invitation i
LEFT JOIN people_person p ON p.email_key = i.email_key AND p.email_key <> ''
LEFT JOIN people_personemail other ON other.email_key = i.email_key
WHERE i.connection_id IN ({{connections}}) AND i.ended_at IS NULL AND i.status = 'pending'"""

_BY_KIND = {
    "grant": (_ORGANIZATION_ROLES, _OWN_GRANTS, _THROUGH_GROUPS, _MEMBERSHIPS),
    "service_account": (_SERVICE_ACCOUNTS,),
    "credential": (_CREDENTIALS,),
    "invitation": (_INVITATIONS,),
}


def things(*, kinds: list[str], connections: list[int]) -> str:
    """One SELECT of everything of these kinds; of every kind when none is named."""
    among = ", ".join(str(int(one)) for one in connections) or "NULL"
    chosen = [sql for kind, some in _BY_KIND.items() if kind in kinds or not kinds for sql in some]
    return " UNION ALL ".join(chosen).replace("{connections}", among)
