"""What events of the provider's log are said to be, in plain words; and who did it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tenure.inventory.access_wording import project_role
from tenure.inventory.models import ProviderEvent
from tenure.inventory.wording import role_name

Entry = dict[str, Any]
FROM_THE_LOG = "From the provider's audit log"
_SHOWN_OF_A_KEY = 4
# Icon and words, by what it is about and the verb.
_WORDS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("account", "added"): ("user-plus", "Added to the organization"),
    ("account", "changed"): ("pencil", "Role set to {role}"),
    ("account", "removed"): ("user-minus", "Removed from the organization"),
    ("service_account", "added"): ("robot", "Service account made"),
    ("service_account", "changed"): ("pencil", "Role of a service account set to {role}"),
    ("service_account", "removed"): ("robot-off", "Service account deleted"),
    ("invitation", "added"): ("mail", "Invited {email} as {role}"),
    ("invitation", "changed"): ("mail-check", "Invitation accepted"),
    ("invitation", "removed"): ("mail-off", "Invitation taken back"),
    ("project", "added"): ("folder-plus", "Project {name} made"),
    ("project", "changed"): ("pencil", "Project renamed to {name}"),
    ("project", "removed"): ("folder-off", "Project deleted"),
    ("group", "added"): ("users-group", "Group {name} made"),
    ("group", "changed"): ("pencil", "Group renamed to {name}"),
    ("group", "removed"): ("users-minus", "Group deleted"),
    ("role", "added"): ("shield-plus", "Role {name} made"),
    ("role", "changed"): ("pencil", "Role changed"),
    ("role", "removed"): ("shield-minus", "Role deleted"),
    ("grant", "added"): ("folder-plus", "Given the role {held} {place}"),
    ("grant", "removed"): ("folder-minus", "No longer has the role {held} {place}"),
    ("member", "added"): ("user-plus", "Added to the group {place}"),
    ("member", "removed"): ("user-minus", "Taken out of the group {place}"),
    ("credential", "added"): ("key", "API key {key} made"),
    ("credential", "changed"): ("pencil", "API key {key} changed"),
    ("credential", "removed"): ("key-off", "API key {key} deleted"),
    ("identity_provider", "added"): ("key", "Identity provider {name} made"),
    ("identity_provider", "changed"): ("pencil", "Identity provider changed"),
    ("identity_provider", "removed"): ("key-off", "Identity provider {name} deleted"),
    ("federation_rule", "added"): ("key", "Federation rule {key} made"),
    ("federation_rule", "changed"): ("pencil", "Federation rule {key} changed"),
    ("federation_rule", "removed"): ("key-off", "Federation rule {key} deleted"),
    ("login", "succeeded"): ("login", "Signed in"),
    ("login", "failed"): ("lock-x", "Failed to sign in"),
    ("logout", "succeeded"): ("logout", "Signed out"),
    ("logout", "failed"): ("logout", "Failed to sign out"),
}

# Changes of which the log does not say the new value.
_SAYS_NOTHING = {"account": ("role", "Account changed"), "group": ("name", "Group changed")}


def happened(event: ProviderEvent) -> tuple[str, str]:
    """Icon and words; the provider's own word where we have none."""
    if event.changes.get("archived"):
        return "archive", "Project archived"
    field, nothing = _SAYS_NOTHING.get(event.about, ("", ""))
    if event.verb == "changed" and field and field not in event.changes:
        return "pencil", nothing
    about = "member" if event.resource_kind == "group" else event.about
    icon, words = _WORDS.get((about, event.verb), ("point", ""))
    said = {
        "role": role_name(event.changes.get("role", "")),
        "email": event.changes.get("email", "somebody"),
        "name": event.changes.get("name", ""),
        "held": _role(event),
        "place": _place(event),
        "key": getattr(event, "key_name", None) or short_id(event.subject_id),
    }
    text = " ".join(words.format(**said).split())
    return icon, text or event.type or "Something happened"


def author(event: ProviderEvent) -> str:
    """Who did it and how: "by Ada Okafor (session)"; empty where the log names nobody."""
    known = event.by_account if event.by_account_id else None
    who = (known and (known.name or known.email)) or event.actor_email or event.actor_id
    if not who:
        return ""
    how = f"API key {short_id(event.key_id)}" if event.key_id else event.actor_kind
    return f"by {who} ({how})" if how else f"by {who}"


def whom(event: ProviderEvent) -> str:
    """Whom it is about; empty where that is nobody."""
    known = event.account if event.account_id else None
    return (known and (known.name or known.email)) or short_id(event.principal_id)


def short_id(external_id: str) -> str:
    """An id of the provider's as people tell one from another: key_…Wx4f."""
    prefix, _, rest = external_id.partition("_")
    return f"{prefix}_…{rest[-_SHOWN_OF_A_KEY:]}" if len(rest) > _SHOWN_OF_A_KEY else external_id


def with_authors(
    entries: Iterable[Entry], events: Iterable[Any], *, about_a_project: bool = False
) -> list[Entry]:
    """A timeline with what the log tells of it: who did what it explains, and the rest as it is.

    An entry says by `moment` which moment it is. Events come once for each moment they explain.
    """
    told, entries = list(events), list(entries)
    by_moment = {(one.moment, one.row_id): one for one in told if one.moment}
    # A role is told twice, and whoever is added gets one.
    # What happened to keys is on no timeline but their own, unless it stands for itself.
    on_it = {entry.get("moment") for entry in entries}
    known = {
        (one.fact, one.value, one.at)
        for one in told
        if one.moment and (one.about != "credential" or (one.moment, one.row_id) in on_it)
    }
    known |= {(f"account.role:{one.principal_id}", "", one.at) for one in told if _adds(one)}
    shown = []
    for entry in entries:
        event = by_moment.get(entry.get("moment"))  # type: ignore[arg-type] # None is no key
        if event is not None and (who := author(event)):
            shown.append(entry | {"note": f"{who[0].upper()}{who[1:]}. {entry['note']}"})
        else:
            shown.append(entry)
    for event in told:
        own, same = (event.fact, event.value, event.at), (event.fact, "", event.at)
        if own not in known and same not in known:
            known.add(own)
            shown.append(as_entry(event, says_whom=about_a_project))
    return shown


def as_entry(event: ProviderEvent, *, says_whom: bool = False) -> Entry:
    """An event by itself, for {% timeline %}."""
    icon, text = happened(event)
    if says_whom and event.principal_id and event.principal_id != event.actor_id:
        text = f"{whom(event)}: {text[:1].lower()}{text[1:]}"
    who = author(event)
    note = f"{who[0].upper()}{who[1:]}. {FROM_THE_LOG}" if who else FROM_THE_LOG
    return {"text": text, "at": event.at, "icon": icon, "note": note}


def _adds(event: ProviderEvent) -> bool:
    return event.fact.startswith("account:") and event.value == "yes"


def _role(event: ProviderEvent) -> str:
    if name := getattr(event, "role_name", None):
        return str(name)
    if event.resource_kind == "organization":
        return role_name(event.subject_id)
    return project_role(event.subject_id)


def _place(event: ProviderEvent) -> str:
    if event.resource_kind == "group":
        return getattr(event, "project_name", None) or short_id(event.resource_id)
    if event.resource_kind == "project":
        return f"of {getattr(event, 'project_name', None) or short_id(event.resource_id)}"
    return "of the organization" if event.resource_kind == "organization" else ""
