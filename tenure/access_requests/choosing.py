"""From a policy to the people who are asked: who they are, and how they come to be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from tenure.access_requests import policy_rules
from tenure.access_requests.models import ApproverGroup, AskedApprover
from tenure.access_requests.policy_rules import Approver, Circumstances, Policy, Step
from tenure.connections.models import Connection
from tenure.lib.errors import Conflict
from tenure.lib.ids import as_ref
from tenure.people.addresses import having_address
from tenure.people.models import Person
from tenure.people.states import may_not_hold_access
from tenure.users.actors import in_force
from tenure.users.models import RoleAssignment, User
from tenure.users.rules import PERMISSION_SETS, SYSTEM_OWNER

By = AskedApprover.CameBy
MANAGE = "requests.manage"
_MANAGING = [name for name, held in PERMISSION_SETS.items() if MANAGE in held]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Somebody who is to be asked, and why."""

    person: Person
    came_by: str
    why: str
    group: ApproverGroup | None = None


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step with its people."""

    title: str
    needs: str
    answer_within_h: int
    asked: list[Chosen]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked for, as far as choosing goes. `own` are the keys of those who may not answer:
    whom it is for and who asks."""

    connection: Connection
    person: Person
    own: frozenset[int]
    is_privileged: bool
    days: int | None
    at: datetime
    entry_owner: Person | None = None
    known: dict[str, list[Chosen]] = field(default_factory=dict)

    @property
    def circumstances(self) -> Circumstances:
        return Circumstances(
            is_privileged=self.is_privileged,
            is_external=self.person.kind != Person.Kind.EMPLOYEE,
            days=self.days,
        )


def plan(policy: Policy, wanted: Wanted) -> list[PlannedStep]:
    """The steps in order, each with who is asked: distinct people, and nobody about their own.

    Where those who could answer a step are asked in an earlier one anyway, it is left out; of what
    gives access to others it goes to somebody else instead. Conflict when a step has nobody at all.
    """
    planned: list[PlannedStep] = []
    committed: set[int] = set()
    for step in policy_rules.steps_for(policy, wanted.circumstances):
        found = _wanted_in(step, wanted)
        free = [one for one in found if one.person.pk not in committed]
        if not free and not wanted.is_privileged:
            keys = _keys(found or fallback(wanted, without=()))
            if keys and (keys <= committed or any(keys == _keys(one.asked) for one in planned)):
                continue
        asked = free or fallback(wanted, without=committed)
        if not asked:
            raise Conflict(
                "Nobody could approve this: name a system owner for the connection, or somebody "
                "else who manages access requests, and enter them in the list of people."
            )
        needs = step.needs if free else "any"
        if needs == "all" or len(asked) == 1:
            committed |= _keys(asked)
        planned.append(PlannedStep(_title(asked), needs, step.answer_within_h, asked))
    return planned


def _keys(some: Iterable[Chosen]) -> set[int]:
    return {one.person.pk for one in some}


def _wanted_in(step: Step, wanted: Wanted) -> list[Chosen]:
    return _distinct(one for approver in step.approvers for one in candidates(approver, wanted))


def candidates(approver: Approver, wanted: Wanted) -> list[Chosen]:
    """Who an approver of a policy is now, without those whose own it is."""
    ways: dict[str, Callable[[Wanted, Approver], Iterable[Chosen]]] = {
        By.MANAGER: _manager,
        By.SYSTEM_OWNER: _system_owner,
        By.ENTRY_OWNER: _entry_owner,
        By.GROUP: _group,
        By.PERSON: _named,
        By.ACCESS_MANAGER: _access_managers,
    }
    key = f"{approver.kind}:{approver.ref}"
    if key not in wanted.known:
        found = ways[approver.kind](wanted, approver)
        wanted.known[key] = [one for one in found if one.person.pk not in wanted.own]
    return wanted.known[key]


def fallback(wanted: Wanted, *, without: Iterable[int]) -> list[Chosen]:
    """The system owner, else whoever manages requests; without these people."""
    gone = set(without)
    owners = candidates(Approver(kind="system_owner"), wanted)
    if free := [one for one in owners if one.person.pk not in gone]:
        return free
    key = f"{By.ACCESS_MANAGER}:"
    if key not in wanted.known:
        managers = _access_managers(wanted, None)
        wanted.known[key] = [one for one in managers if one.person.pk not in wanted.own]
    return [one for one in wanted.known[key] if one.person.pk not in gone]


def able(at: datetime) -> QuerySet[Person]:
    """People who may be asked at all: they are here, and their user, if any, may sign in."""
    shut_out = User.objects.filter(is_active=False)
    some = Person.objects.filter(merged_into=None).exclude(may_not_hold_access(at=at))
    some = some.exclude(Exists(shut_out.filter(person=OuterRef("pk"))))
    untied = shut_out.filter(email_key=OuterRef("email_key"))
    return some.exclude(Q(user=None) & Exists(untied)).order_by("name", "pk")


def people_of_users(users: QuerySet[User], *, at: datetime) -> QuerySet[Person]:
    """Who these users are, by the tie or by their address."""
    keys = users.order_by().values("email_key")
    mine = Q(user__in=users.order_by().values("pk")) | Q(user=None, email_key__in=keys)
    by_other = Q(user=None, other_emails__email_key__in=keys)
    return able(at).filter(pk__in=Person.objects.filter(mine | by_other).order_by().values("pk"))


def managing_everywhere() -> QuerySet[RoleAssignment]:
    """The assignments by which somebody manages the requests of every connection now."""
    return RoleAssignment.objects.filter(
        in_force(), permission_set__in=_MANAGING, connection_ref=""
    )


def users_with(sets: Iterable[str], connection: Connection, *, everywhere: bool) -> QuerySet[User]:
    """Users who hold one of these permission sets for a connection now, or also everywhere."""
    where = [str(connection.ref), ""] if everywhere else [str(connection.ref)]
    held = RoleAssignment.objects.filter(
        in_force(), permission_set__in=list(sets), connection_ref__in=where
    )
    return User.objects.filter(is_active=True, pk__in=held.order_by().values("user"))


def access_managers(connection: Connection, *, at: datetime) -> QuerySet[Person]:
    """Those who manage the requests of a connection."""
    return people_of_users(users_with(_MANAGING, connection, everywhere=True), at=at)


def system_owners(connection: Connection, *, at: datetime) -> QuerySet[Person]:
    """Who owns the connection; those with the permission set for it, where nobody here does."""
    mine = _owner(connection, at=at)
    return mine if mine.exists() else _scoped_owners(connection, at=at)


def _owner(connection: Connection, *, at: datetime) -> QuerySet[Person]:
    owner = User.objects.filter(pk=connection.owner_id or 0, is_active=True)
    return people_of_users(owner, at=at)


def _scoped_owners(connection: Connection, *, at: datetime) -> QuerySet[Person]:
    return people_of_users(users_with([SYSTEM_OWNER], connection, everywhere=False), at=at)


def root_of(refs: QuerySet[Person]) -> QuerySet[Person, int]:
    """Of these people those they are now, where one became part of another."""
    return refs.order_by().values_list(Coalesce("merged_into", "pk"), flat=True)


def _manager(wanted: Wanted, _: Approver) -> Iterable[Chosen]:
    key = wanted.person.manager_email_key
    if not key:
        return []
    found = able(wanted.at).filter(pk__in=having_address(key).values("pk"))
    return [Chosen(one, By.MANAGER, f"manager of {wanted.person}") for one in found[:1]]


def _system_owner(wanted: Wanted, _: Approver) -> Iterable[Chosen]:
    found = list(_owner(wanted.connection, at=wanted.at)) or list(
        _scoped_owners(wanted.connection, at=wanted.at)
    )
    return [Chosen(one, By.SYSTEM_OWNER, f"system owner of {wanted.connection}") for one in found]


def _entry_owner(wanted: Wanted, _: Approver) -> Iterable[Chosen]:
    owner = wanted.entry_owner
    if owner is None:
        return []
    found = able(wanted.at).filter(pk=owner.merged_into_id or owner.pk)
    return [Chosen(one, By.ENTRY_OWNER, "owns what is asked for") for one in found]


def _group(wanted: Wanted, approver: Approver) -> Iterable[Chosen]:
    group = ApproverGroup.objects.filter(ref=as_ref(approver.ref)).first()
    if group is None:
        return []
    found = able(wanted.at).filter(pk__in=root_of(group.people.all()))
    return [Chosen(one, By.GROUP, f"in the group {group}", group) for one in found]


def _named(wanted: Wanted, approver: Approver) -> Iterable[Chosen]:
    named = Person.objects.filter(ref=as_ref(approver.ref))
    found = able(wanted.at).filter(pk__in=root_of(named))
    return [Chosen(one, By.PERSON, "named by the policy") for one in found]


def _access_managers(wanted: Wanted, _: Approver | None) -> Iterable[Chosen]:
    found = access_managers(wanted.connection, at=wanted.at)
    return [Chosen(one, By.ACCESS_MANAGER, "manages access requests") for one in found]


def _distinct(some: Iterable[Chosen]) -> list[Chosen]:
    return list({one.person.pk: one for one in reversed(list(some))}.values())[::-1]


def _title(asked: list[Chosen]) -> str:
    said = [one.group.name if one.group else str(By(one.came_by).label) for one in asked]
    return ", ".join(dict.fromkeys(said))[:200]
