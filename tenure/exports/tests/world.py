"""A little of everything that lists show, and more of it while somebody reads."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from tenure.access_requests.tests.asked import make_request
from tenure.compliance.operations.run_tests import run_tests
from tenure.connections.models import Connection
from tenure.inventory.models import Entitlement, Resource, SyncCollection, SyncRun
from tenure.lib.clock import now
from tenure.offboarding.operations.open_case import open_case
from tenure.provisioning import planned
from tenure.provisioning.operations.plan_operations import plan_operations
from tenure.reviews.models import Campaign
from tenure.reviews.tests.campaigns import make_campaign
from tenure.testing.cast import actor_of
from tenure.testing.factories import (
    link,
    make_account,
    make_connection,
    make_credential,
    make_evidence,
    make_group,
    make_member,
    make_people_source,
    make_person,
    make_project,
)

DEPARTMENTS = ("Research", "Platform", "Sales")


class World:
    """One connection whose lists grow in the middle as much as at their ends."""

    def __init__(self, seed: int) -> None:
        make_people_source()
        self.random = Random(seed)  # noqa: S311 - names and numbers
        self.connection = make_connection()
        self.project = make_project(self.connection, "Assistant")
        self.group = make_group(self.connection, "Assistants")
        self.run = self._run()
        self.campaign: Campaign | None = None

    def leave(self) -> None:
        """Somebody leaves, and something is to be removed."""
        leaver = make_account(self.connection, person=make_person("Erik Halvorsen"))
        plan_operations(
            plans=[planned.of_member(leaver)], cause=planned.Cause(), actor=actor_of("ada")
        )
        person = leaver.links.get().person
        open_case(person_ref=person.ref, actor=actor_of("ada"))
        make_evidence()
        make_request(self.connection)

    @property
    def role(self) -> Entitlement:
        """What members of the project have there."""
        return Entitlement.objects.get(resource=self.project, external_id="member")

    def within(self, name: str) -> Resource | Entitlement | SyncRun | Connection | Campaign | None:
        """What a list is within, where it is within something."""
        places = {
            "runs": self.connection,
            "collections": self.run,
            "group-members": self.group,
            "role-holders": self.role,
            "review-items": self.campaign,
        }
        return places.get(name, self.project)

    def grow(self, accounts: int, *, is_judged: bool = True) -> None:
        """So many more accounts, of all kinds, and what hangs on them."""
        for _ in range(accounts):
            self._account()
        for _ in range(accounts // 2):
            make_project(self.connection, self._name())
            make_group(self.connection, self._name())
        self.campaign = self.campaign or make_campaign(self.connection)
        if is_judged:
            run_tests(actor=actor_of("mara"))

    def _account(self) -> None:
        dice = self.random.random()
        left = {"ends_on": now().date() - timedelta(days=self.random.randint(2, 40))}
        person = make_person(
            self._name(),
            department=self.random.choice(DEPARTMENTS),
            **(left if dice < 0.4 else {}),
        )
        account = make_account(
            self.connection,
            person=person if dice < 0.7 else None,
            role=self.random.choice(("reader", "owner")),
            began_at=now() - timedelta(days=self.random.randint(1, 60)),
            **({} if dice < 0.7 else {"name": self._name()}),
        )
        if dice > 0.7:
            link(account, person, state="proposed", method=self.random.choice(_METHODS))
        if self.random.random() < 0.5:
            make_member(self.project, account, role=self.random.choice(("member", "owner")))
            make_member(self.group, account)
        make_credential(
            self.project,
            account if dice < 0.9 else None,
            name=self._name(),
        )

    def _run(self) -> SyncRun:
        """A sync that read the list of users."""
        run = SyncRun.objects.create(
            connection=self.connection, status="complete", queued_at=now(), finished_at=now()
        )
        users = self.connection.collections.get(kind="users")
        SyncCollection.objects.create(
            run=run, collection=users, key=users.key, kind=users.kind, state="complete", pages=1
        )
        return run

    def _name(self) -> str:
        return "".join(self.random.choices("abcdefghij", k=6)).capitalize()


_METHODS = ("similar_name", "plain_email")


def grown() -> World:
    """Twenty-four accounts of all kinds, judged."""
    made = World(5)
    made.leave()
    made.grow(24)
    return made
