"""What can be asked for of a resource, and why not, as rows of the inventory tell it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from tenure.access_requests import offering_rules, wording
from tenure.access_requests.holdings import Holdings, held_by
from tenure.access_requests.models import AccessRequest, CatalogueEntry
from tenure.access_requests.offering_rules import Thing
from tenure.inventory import role_rules
from tenure.inventory.models import Entitlement, Grant, Resource
from tenure.people.models import Person

Kind = Resource.Kind
KINDS = {
    "organization": "Organization roles",
    "project": "Projects",
    "group": "Groups",
}
# What every organization and every project has, the least first.
_ROLES = {Kind.ORGANIZATION: ("reader", "owner"), Kind.PROJECT: ("member", "owner")}
_DURATIONS = (7, 30, 90)
_MOST_ROLES = 1000


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that can be asked for, or why not. `why_not` is about whom it was asked for."""

    resource: Resource
    role: str
    title: str
    description: str
    is_privileged: bool
    is_offered: bool
    why_impossible: str = ""
    why_not: str = ""
    entry: CatalogueEntry | None = None
    waiting: AccessRequest | None = None
    is_held: bool = False
    is_for_them: bool = True
    durations: Sequence[int] = _DURATIONS
    most_days: int | None = None
    needs_reason: bool = True

    @property
    def may_be_asked_for(self) -> bool:
        return self.is_offered and not self.why_not

    @property
    def owner(self) -> Person | None:
        return self.entry.owner if self.entry else None


def offers_of(resources: Sequence[Resource], *, person: Person | None) -> dict[int, list[Offer]]:
    """By resource what can be asked for, the least first. Three questions, and four more where it
    is said how that is for somebody."""
    ids = [one.pk for one in resources]
    roles = _roles_of(ids)
    entries = {
        (one.resource_id, one.role): one
        for one in CatalogueEntry.objects.filter(resource__in=ids).select_related("owner", "policy")
    }
    privileged = _privileged_groups([one.pk for one in resources if one.kind == Kind.GROUP])
    holdings = held_by(of=person) if person else None
    waiting = _waiting(ids, person)
    found: dict[int, list[Offer]] = {}
    for one in resources:
        found[one.pk] = [
            _offer(
                one,
                role,
                known,
                entry=entries.get((one.pk, role)),
                is_privileged=one.pk in privileged
                or role_rules.is_privileged(role=role, permissions=_permissions(known)),
                person=person,
                holdings=holdings,
                waiting=waiting.get((one.pk, role)),
            )
            for role, known in _things(one, roles.get(one.pk, ()))
        ]
    return found


def _things(
    resource: Resource, known: Iterable[Entitlement]
) -> list[tuple[str, Entitlement | None]]:
    if resource.kind == Kind.GROUP:
        return [("", None)]
    by_role = {one.external_id: one for one in known if one.external_id not in ("", "none")}
    usual = _ROLES[Kind(resource.kind)]
    predefined = sorted(
        role for role, one in by_role.items() if one.is_predefined and role not in usual
    )
    custom = sorted(role for role, one in by_role.items() if one.is_predefined is False)
    return [(role, by_role.get(role)) for role in (*usual[:-1], *predefined, usual[-1], *custom)]


def _offer(
    resource: Resource,
    role: str,
    known: Entitlement | None,
    *,
    entry: CatalogueEntry | None,
    is_privileged: bool,
    person: Person | None,
    holdings: Holdings | None,
    waiting: AccessRequest | None,
) -> Offer:
    impossible = offering_rules.why_impossible(_thing(resource, known))
    offered = offering_rules.is_offered(
        listing=entry.listing if entry else CatalogueEntry.Listing.DEFAULT,
        is_privileged=is_privileged,
        why_impossible=impossible,
    )
    is_for_them = entry is None or _is_for(entry, person)
    name = known.name if known else ""
    title = (entry.title if entry else "") or wording.title(resource, role, role_label=name)
    held = holdings.of(resource, role) if holdings else None
    said = known.description if known else ""
    settings = {} if entry is None else _settings(entry)
    return Offer(
        resource,
        role,
        title,
        (entry.description if entry else "") or wording.meaning(resource, role) or said,
        is_privileged,
        offered,
        why_impossible=impossible,
        why_not=impossible
        or ("" if offered else "It is not offered.")
        or ("" if is_for_them else "It is offered to others.")
        or (already(title, holdings, resource, role, str(person)) if held else "")
        or (asked_already(waiting) if waiting else ""),
        entry=entry,
        waiting=waiting,
        is_held=held is not None,
        is_for_them=is_for_them,
        **settings,  # type: ignore[arg-type] # fields of Offer
    )


def _settings(entry: CatalogueEntry) -> dict[str, object]:
    most = entry.most_days
    usual = _DURATIONS if most is None else [n for n in _DURATIONS if n <= most] or [most]
    return {
        "durations": entry.durations or usual,
        "most_days": most,
        "needs_reason": entry.needs_reason,
    }


def already(title: str, holdings: Holdings | None, resource: Resource, role: str, name: str) -> str:
    """What they have already, in a sentence; empty where it is not this or more."""
    held = holdings.of(resource, role) if holdings else None
    if held is None:
        return ""
    via = f" through the group {held.via}" if held.via else ""
    if held.role == role:
        return f"{name} has this already{via}: {title}."
    return f"{name} has more than this already{via}: {held.title}."


def asked_already(request: AccessRequest) -> str:
    """What is asked for them already, in a sentence."""
    state = AccessRequest.State(request.state).label
    return f"{request.person} has a request for this already: {request}, {state.lower()}."


def _thing(resource: Resource, known: Entitlement | None) -> Thing:
    return Thing(
        kind=resource.kind,
        is_over=resource.archived_at is not None or resource.ended_at is not None,
        is_out_of_scope=resource.is_out_of_scope,
        is_scim_managed=bool(resource.is_scim_managed),
        is_custom=known is not None and known.is_predefined is False,
        is_uploaded=resource.connection.is_uploaded,
        connection_state=resource.connection.state,
    )


def _is_for(entry: CatalogueEntry, person: Person | None) -> bool:
    return person is None or offering_rules.is_for(
        departments=entry.departments,
        kinds=entry.person_kinds,
        department=person.department,
        kind=person.kind,
    )


def _roles_of(resources: Sequence[int]) -> dict[int, list[Entitlement]]:
    some = Entitlement.objects.filter(
        resource__in=resources, kind=Entitlement.Kind.ROLE, ended_at=None
    )
    found: dict[int, list[Entitlement]] = {}
    for one in some.order_by("name", "id")[:_MOST_ROLES]:
        found.setdefault(one.resource_id, []).append(one)
    return found


def _permissions(role: Entitlement | None) -> list[str]:
    return [one for one in role.permissions.split("\n") if one] if role else []


def _privileged_groups(groups: Sequence[int]) -> set[int]:
    """Groups whose members may give access to others."""
    if not groups:
        return set()
    held = Grant.objects.filter(group__in=groups, ended_at=None).select_related("entitlement")
    return {
        one.group_id or 0
        for one in held
        if role_rules.is_privileged(
            role=one.entitlement.external_id, permissions=_permissions(one.entitlement)
        )
    }


def _waiting(
    resources: Sequence[int], person: Person | None
) -> dict[tuple[int, str], AccessRequest]:
    if person is None:
        return {}
    mine = AccessRequest.objects.filter(
        Q(person=person) | Q(person__merged_into=person),
        resource__in=resources,
        state__in=AccessRequest.OPEN,
    ).select_related("person")
    return {(one.resource_id, one.role): one for one in mine.order_by("id")}
