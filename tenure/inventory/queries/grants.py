"""What accounts hold, as lines: their own grants, and those of the groups they are in."""

from __future__ import annotations

<<<<<<< HEAD
from django.db.models import F, Q, QuerySet

from tenure.inventory.being_in_groups import OWN
from tenure.inventory.grant_lines import LINE, GrantLine, with_groups
from tenure.inventory.models import Account, Entitlement, Grant, Resource
=======
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf

from tenure.inventory.access_rules import Moment, later, sooner
from tenure.inventory.models import Account, Entitlement, Explanation, Grant, KnownBy, Resource
from tenure.inventory.queries.being_in_groups import OWN
>>>>>>> exact
from tenure.inventory.queries.resources import VIEW
from tenure.lib.actor import Actor

MOST_GRANTS = 200


<<<<<<< HEAD
=======
@dataclass(frozen=True, slots=True)
class GrantLine:
    """A role on something, from when until when, and of which account: None for a stranger, and
    for what a group holds.

    `project` is whatever it is a role on; of a `group` it is being in there. `via` is the group
    through which the account holds it, empty where it is its own; `inherited_from` are ids of
    groups, where it is the provider who says so. `added_by` is who gave it, as far as the
    provider's log tells.
    """

    id: int
    role: str
    role_name: str
    list_id: int
    list_kind: str
    external_id: str
    account_id: int | None
    account_name: str | None
    account_email: str | None
    group_ref: UUID | None
    group_name: str | None
    resource_kind: str
    project_ref: UUID
    project_name: str
    project_id: str
    is_out_of_scope: bool
    read_at: datetime | None
    began_at: datetime
    began_not_before: datetime | None
    began_known_by: str
    began_in: int
    ended_at: datetime | None
    ended_not_before: datetime | None
    ended_known_by: str
    ended_in: int | None
    inherited_from: str = ""
    via: str = ""
    via_ref: UUID | None = None
    added_by: str = ""

    @property
    def project(self) -> str:
        if self.resource_kind == Resource.Kind.ORGANIZATION:
            return "the organization"
        return self.project_name or self.project_id

    @property
    def who(self) -> str:
        return self.account_name or self.account_email or self.group_name or self.external_id

    @property
    def is_membership(self) -> bool:
        return self.resource_kind == Resource.Kind.GROUP


# Where a line's fields are found from a grant; those that are not named here have their own name.
_PATHS = {
    "role": "entitlement__external_id",
    "role_name": "entitlement__name",
    "list_id": "collection_id",
    "list_kind": "collection__kind",
    "account_name": "account__name",
    "account_email": "account__email",
    "group_ref": "group__ref",
    "group_name": "group__name",
    "resource_kind": "entitlement__resource__kind",
    "project_ref": "entitlement__resource__ref",
    "project_name": "entitlement__resource__name",
    "project_id": "entitlement__resource__external_id",
    "is_out_of_scope": "entitlement__resource__is_out_of_scope",
    "read_at": "collection__completed_at",
    "began_in": "run_id",
    "ended_in": "ended_run_id",
    "inherited_from": "via_group_ids",
}
LINE = {
    field.name: _PATHS.get(field.name, field.name)
    for field in fields(GrantLine)
    if field.name not in ("via", "via_ref", "added_by")
}


def author(grant: str = "pk") -> Subquery:
    """Who gave what; `grant` is the path to it."""
    told = Explanation.objects.filter(moment="grant_began", row_id=OuterRef(grant))
    names = ("by_account__name", "by_account__email", "actor_email", "actor_id")
    some = (NullIf(F(f"event__{name}"), Value("")) for name in names)
    return Subquery(told.values(who=Coalesce(*some))[:1])


>>>>>>> exact
def grants(*, actor: Actor, also_inherited: bool = False) -> QuerySet[Grant]:
    """Every grant the actor may see, ended ones too; what is inherited is told by the groups."""
    visible = Grant.objects.filter(Q() if also_inherited else OWN)
    if (refs := actor.connections_where(VIEW)) is not None:
        visible = visible.filter(collection__connection__ref__in=refs)
    return visible


def lines_of(of: QuerySet[Grant]) -> list[GrantLine]:
    told = of.annotate(added_by=author()).values_list(*LINE.values(), "added_by")
    return [replace(GrantLine(*row), added_by=who or "") for *row, who in told]


def grants_of(account: Account, *, actor: Actor) -> list[GrantLine]:
    """What an account holds, and then what it held, its own and through groups, the newest first;
    one more than MOST_GRANTS of its own when there are more than those. One query."""
    mine = Grant.objects.filter(account=account)
    newest = mine.order_by(F("ended_at").desc(nulls_first=True), "id")[: MOST_GRANTS + 1]
    groups = mine.filter(entitlement__resource__kind=Resource.Kind.GROUP).order_by()
    of_groups = Q(
        OWN,
        group__in=groups.values("entitlement__resource"),
        entitlement__kind=Entitlement.Kind.ROLE,
    )
<<<<<<< HEAD
    wanted = grants(actor=actor, also_inherited=True)
    wanted = wanted.filter(Q(pk__in=newest.values("pk")) | of_groups)
    lines = lines_of(wanted.order_by(F("ended_at").desc(nulls_first=True), "id"))
    return with_groups(
        [line for line in lines if line.account_id is not None],
        [line for line in lines if line.account_id is None],
=======
    return replace(
        held,
        account_id=member.account_id,
        account_name=member.account_name,
        account_email=member.account_email,
        external_id=member.external_id,
        began_at=began.at,
        began_not_before=None if began.is_exact else began.not_before,
        began_known_by=since.began_known_by if began.is_exact else KnownBy.BETWEEN_READS,
        ended_at=ended.at if ended else None,
        ended_not_before=None if ended is None or ended.is_exact else ended.not_before,
        ended_known_by=_known_by(ended, until),
        via=member.project,
        via_ref=member.project_ref,
        added_by=since.added_by,
>>>>>>> exact
    )
