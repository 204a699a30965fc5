"""How tests are asked and on which days the organization works, and whom they tell."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from tenure.compliance import setting_rules
from tenure.compliance.deadlines import the_calendar, today
from tenure.compliance.models import (
    ComplianceTest,
    Holiday,
    OrganizationCalendar,
    TestSubscriber,
)
from tenure.lib.actor import Actor
from tenure.lib.errors import Invalid, NotFound
from tenure.lib.text import fold_email
from tenure.users import rules as user_rules
from tenure.users.actors import actor_of_user, in_force
from tenure.users.models import RoleAssignment, User

_WORKING_SETS = (user_rules.ADMIN, user_rules.ACCESS_MANAGER, user_rules.SYSTEM_OWNER)


def organization_calendar(*, actor: Actor) -> OrganizationCalendar:
    """The calendar that due dates are counted by; anyone who sees tests may know it."""
    if not actor.may_somewhere("tests.view"):
        raise NotFound("The calendar is not yours to see.")
    return the_calendar()


def calendar_to_change(*, actor: Actor) -> OrganizationCalendar:
    """The calendar, locked; made on first use."""
    actor.require("settings.manage")
    usual = the_calendar()
    OrganizationCalendar.objects.get_or_create(pk=1, defaults={"zone": usual.zone})
    return OrganizationCalendar.objects.select_for_update().get(pk=1)


def holidays(*, actor: Actor) -> QuerySet[Holiday]:
    """Days off, the earliest first."""
    days = Holiday.objects.order_by("on")
    return days if actor.may_somewhere("tests.view") else days.none()


def holiday_to_remove(ref: UUID | str, *, actor: Actor) -> Holiday:
    """One day off, locked."""
    actor.require("settings.manage")
    if found := Holiday.objects.select_for_update().filter(ref=ref).first():
        return found
    raise NotFound("There is no such holiday any more; reload the page.")


def tests_to_reactivate(*, actor: Actor) -> list[str]:
    """Tests whose last day of not being asked is over."""
    actor.require("tests.run")
    resting = ComplianceTest.objects.filter(
        is_deactivated=True, deactivated_until__isnull=False
    ).values_list("slug", "deactivated_until")
    day = today()
    return [
        slug
        for slug, until in resting
        if setting_rules.deactivation_is_over(until=until, today=day)
    ]


tests_to_reactivate.__test__ = False  # type: ignore[attr-defined] # not for pytest to collect


def subscribers(*, actor: Actor) -> QuerySet[TestSubscriber]:
    """Who is told of which test's findings."""
    seen = TestSubscriber.objects.select_related("user", "test").order_by("user__email_key")
    return seen if actor.may_somewhere("tests.subscribe") else seen.none()


def subscribers_of(row: ComplianceTest, *, actor: Actor) -> QuerySet[TestSubscriber]:
    """Those of one test."""
    return subscribers(actor=actor).filter(test=row)


def colleagues(*, actor: Actor) -> QuerySet[User]:
    """Users who may work on findings."""
    if not actor.may_somewhere("findings.assign"):
        return User.objects.none()
    assigned = RoleAssignment.objects.filter(in_force(), permission_set__in=_WORKING_SETS)
    return User.objects.filter(pk__in=assigned.values("user"), is_active=True).order_by(
        "name", "email_key"
    )


def colleague_by_email(email: str, *, connections: set[str | None], actor: Actor) -> User:
    """A user who may work on findings of all of these connections."""
    found = colleagues(actor=actor).filter(email_key=fold_email(email)).first()
    if found is None:
        raise Invalid("No user who works on findings has this address.", field="owner")
    theirs = actor_of_user(found)
    if all(theirs.may("findings.assign", connection=ref) for ref in connections):
        return found
    raise Invalid(
        f"{found} may not see all of these findings: choose somebody else.", field="owner"
    )


def user_to_subscribe(email: str, *, actor: Actor) -> User:
    """Somebody who may be told of findings."""
    if not actor.may_somewhere("tests.subscribe"):
        raise NotFound("There are no subscribers for you to see.")
    if found := User.objects.filter(email_key=fold_email(email), is_active=True).first():
        return found
    raise Invalid("No user has this address.", field="email")


def may_be_told(user: User, *, actor: Actor) -> bool:
    """Whether a user works with tests, and sees them as they are now."""
    theirs = actor_of_user(user)
    return actor.may_somewhere("tests.subscribe") and theirs.may_somewhere("tests.subscribe")
