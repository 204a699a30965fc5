"""Reading cases: who may see offboarding sees every case, and of its items those they may see."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from tenure.inventory.models import Account, AccountLink
from tenure.lib.actor import Actor
from tenure.lib.errors import NotFound
from tenure.offboarding.models import OffboardingCase, OffboardingItem
from tenure.offboarding.planning import items_of
from tenure.people import states
from tenure.people.models import Person
from tenure.provisioning.models import ProvisioningOperation
from tenure.users.models import User

State = OffboardingCase.State
# What people ask for.
FILTERS: dict[str, tuple[str, ...]] = {
    "open": OffboardingCase.OPEN,
    "ahead": OffboardingCase.AHEAD,
    "under_way": OffboardingCase.UNDER_WAY,
    "over": (State.COMPLETE, State.CANCELLED),
}
# After the end instant, so that what is written at that very moment is there.
GRACE = timedelta(minutes=1)
# Whose leaving is near enough to be shown.
SOON = timedelta(days=30)
# A source that says inactive is often mended within the day.
INACTIVE_FOR = timedelta(hours=24)
# However long no worker ran, of what is complete somebody hears within that.
TOLD_WITHIN = timedelta(days=7)


def cases(*, actor: Actor) -> QuerySet[OffboardingCase]:
    """Cases, the newest first, with how many items there are and are settled; an auditor sees those
    opened in their window.
    """
    if not actor.may_somewhere("offboarding.view"):
        return OffboardingCase.objects.none()
    seen = OffboardingCase.objects.select_related("person", "new_owner")
    if actor.window is not None:
        first, until = actor.window
        seen = seen.filter(opened_at__gte=first, opened_at__lt=until)
    settled = Q(items__state__in=["verified", "kept"]) | Q(
        items__operation__state__in=[
            ProvisioningOperation.State.VERIFIED,
            ProvisioningOperation.State.OVERRIDDEN,
        ]
    )
    return seen.annotate(
        item_count=Count("items", distinct=True),
        settled_count=Count("items", filter=settled, distinct=True),
    ).order_by("-id")


def shown(show: str, *, actor: Actor) -> QuerySet[OffboardingCase]:
    """The cases of one filter of the list."""
    states = {
        "open": OffboardingCase.OPEN,
        "approval": [State.AWAITING_APPROVAL],
        "running": [State.IN_PROGRESS],
        "blocked": [State.BLOCKED],
        "upcoming": [State.SCHEDULED],
        "done": [State.COMPLETE],
        "cancelled": [State.CANCELLED],
    }
    return cases(actor=actor).filter(state__in=states[show])


def item_of(case: OffboardingCase, ref: UUID | str, *, actor: Actor) -> OffboardingItem:
    """One item of a case, with what it is of."""
    actor.require("offboarding.view")
    if found := items_of(case).filter(ref=_uuid(ref)).first():
        return found
    raise NotFound("There is no such item, or you may not see it.")


def case_by_ref(ref: UUID | str, *, actor: Actor) -> OffboardingCase:
    return _there(cases(actor=actor).filter(ref=_uuid(ref)).first())


def cases_asked(
    *, show: str = "", state: str = "", person: UUID | None = None, actor: Actor
) -> QuerySet[OffboardingCase]:
    """Those that somebody asks for."""
    named = {"state": state, "person__ref": person}
    mine = cases(actor=actor).filter(**{name: value for name, value in named.items() if value})
    return mine.filter(state__in=FILTERS[show]) if show else mine


def items(case: OffboardingCase, *, actor: Actor) -> QuerySet[OffboardingItem]:
    """The items of a case in the order in which they are done, of connections the actor may see."""
    refs = actor.connections_where("offboarding.view")
    mine = items_of(case)
    return mine if refs is None else mine.filter(Q(connection=None) | Q(connection__ref__in=refs))


def goes_on(ref: UUID | str, *, actor: Actor) -> bool:
    """Whether something of a case goes on without a person."""
    live = ProvisioningOperation.objects.filter(
        offboarding_items__case=case_by_ref(ref, actor=actor),
        mode=ProvisioningOperation.Mode.CONNECTOR,
        state__in=ProvisioningOperation.LIVE,
    )
    return live.exists()


def case_to_change(ref: UUID | str, *, actor: Actor) -> OffboardingCase:
    """Fetch and lock."""
    actor.require("offboarding.manage")
    mine = OffboardingCase.objects.select_for_update(of=("self",)).select_related("person")
    return _there(mine.filter(ref=_uuid(ref)).first())


def open_case_of(person: Person, *, actor: Actor) -> OffboardingCase | None:
    return cases(actor=actor).filter(person=person, state__in=OffboardingCase.OPEN).first()


def item_to_change(ref: UUID | str, *, actor: Actor) -> OffboardingItem:
    """Fetch and lock."""
    actor.require("offboarding.manage")
    items = OffboardingItem.objects.select_for_update(of=("self",)).select_related("case")
    if found := items.filter(ref=_uuid(ref)).first():
        return found
    raise NotFound("There is no such item, or you may not see it.")


def people_to_offboard(at: datetime, *, actor: Actor) -> QuerySet[Person]:
    """Ended, or inactive for a day, with access and without a case since: whose case is to be
    opened. Whose last case is complete and who has access all the same is for the tests to tell.
    """
    actor.require("offboarding.manage")
    ended = Q(ends_at__lte=at - GRACE)
    inactive = Q(changed_at__lte=at - INACTIVE_FOR) & states.in_state("inactive", at=at)
    handled = OffboardingCase.objects.filter(
        Q(state__in=OffboardingCase.OPEN)
        | Q(opened_at__gte=OuterRef("ends_at"))
        | Q(opened="inactive", opened_at__gte=OuterRef("changed_at")),
        person=OuterRef("pk"),
    )
    return Person.objects.filter(
        ended | inactive, Exists(_access()), ~Exists(handled), merged_into=None
    ).order_by("ends_at", "id")


def leaving_soon(at: datetime, *, actor: Actor) -> QuerySet[Person]:
    """Whose end is known and near, who have access, and have no case yet."""
    if not actor.may_somewhere("offboarding.view"):
        return Person.objects.none()
    opened = OffboardingCase.objects.filter(person=OuterRef("pk"), state__in=OffboardingCase.OPEN)
    return Person.objects.filter(
        Exists(_access()),
        ~Exists(opened),
        ends_at__gt=at,
        ends_at__lte=at + SOON,
        merged_into=None,
    ).order_by("ends_at", "id")


def cases_to_tell(at: datetime, *, actor: Actor) -> QuerySet[OffboardingCase]:
    """What somebody may have to be told of; whether it was told is for the telling to know."""
    waits = Q(state__in=[State.AWAITING_APPROVAL, State.BLOCKED])
    lately = Q(state=State.COMPLETE, completed_at__gt=at - TOLD_WITHIN)
    return cases(actor=actor).filter(waits | lately).order_by("id")


def manager_of(case: OffboardingCase, *, actor: Actor) -> str:
    """The address of the leaver's manager where they may sign in; else empty."""
    actor.require("offboarding.manage")
    key = case.person.manager_email_key
    found = User.objects.filter(email_key=key, is_active=True).first() if key else None
    return found.email if found else ""


def cases_to_begin(at: datetime, *, actor: Actor) -> list[OffboardingCase]:
    actor.require("offboarding.manage")
    due = OffboardingCase.objects.filter(state=State.SCHEDULED, begins_at__lte=at)
    return list(due.select_related("person").order_by("begins_at", "id"))


def cases_of_rehired(at: datetime, *, actor: Actor) -> list[OffboardingCase]:
    """Not begun, and the person may hold access again; what a human opened stays theirs."""
    actor.require("offboarding.manage")
    ahead = OffboardingCase.objects.filter(
        state__in=OffboardingCase.AHEAD, opened__in=["time", "inactive"]
    )
    stays = ~states.may_not_hold_access(at=at, person="person__")
    return list(ahead.filter(stays).select_related("person").order_by("id"))


def cases_under_way(*, actor: Actor, ref: UUID | str | None = None) -> list[OffboardingCase]:
    actor.require("offboarding.manage")
    under_way = OffboardingCase.objects.filter(state__in=OffboardingCase.UNDER_WAY)
    if ref is not None:
        under_way = under_way.filter(ref=_uuid(ref))
    return list(under_way.select_related("person").order_by("id"))


def _access() -> QuerySet[AccountLink]:
    return AccountLink.objects.filter(
        person=OuterRef("pk"),
        state=AccountLink.State.CONFIRMED,
        account__status=Account.Status.ACTIVE,
    ).exclude(account__connection__state="disconnected")


def _there(case: OffboardingCase | None) -> OffboardingCase:
    if case is None:
        raise NotFound("There is no such case, or you may not see it.")
    return case


def _uuid(ref: UUID | str) -> UUID:
    try:
        return ref if isinstance(ref, UUID) else UUID(str(ref))
    except ValueError:
        raise NotFound("There is no such case, or you may not see it.") from None
