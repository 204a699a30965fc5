"""Requests, people and permissions in any order: what must never be is never.

nothing is given before each of its steps is approved, by another human each
who approves was asked, was here, could sign in, and was what they were asked as
nobody approves their own: through no user, address, merge, delegation or token
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tenure.access_requests import choosing
from tenure.access_requests.models import AccessRequest, AskedApprover
from tenure.access_requests.operations.approve_request import approve_request
from tenure.access_requests.operations.cancel_request import cancel_request
from tenure.access_requests.operations.deny_request import deny_request
from tenure.access_requests.operations.escalate_request import escalate_request
from tenure.access_requests.operations.replace_approvers import replace_approvers
from tenure.access_requests.operations.save_approver_group import save_approver_group
from tenure.access_requests.operations.save_policy import save_policy
from tenure.access_requests.operations.set_catalogue_entry import set_catalogue_entry
from tenure.access_requests.operations.submit_request import submit_request
from tenure.access_requests.policy_rules import Approver, Policy, Step
from tenure.access_requests.tests.conftest import WHO, company
from tenure.access_requests.writing import EntryWords, PolicyWords
from tenure.connections.models import Connection
from tenure.lib import clock
from tenure.lib.errors import DomainError
from tenure.people.models import Delegation, Person
from tenure.people.operations.add_delegation import add_delegation
from tenure.people.operations.clear_person_left import clear_person_left
from tenure.people.operations.mark_person_left import mark_person_left
from tenure.people.operations.merge_people import merge_people
from tenure.people.operations.unmerge_people import unmerge_people
from tenure.testing.cast import actor_of, user_of
from tenure.testing.factories import make_person
from tenure.testing.lengths import length
from tenure.users.actors import actor_of_token, actor_of_user
from tenure.users.models import ApiToken, RoleAssignment, User
from tenure.users.operations.assign_role import assign_role
from tenure.users.operations.end_role_assignment import end_role_assignment

EXAMPLES, STEPS = length(8, full=150), length(20, full=50)
# Beside their own, Hugo has a second user, by another address of the same human.
USERS = (*WHO, "hugo-2")
NAME, USER = st.sampled_from(WHO), st.sampled_from(USERS)
WHICH = st.integers(0, 7)
THINGS = st.sampled_from(["research", "search", "group", "search-owner"])
KINDS = st.sampled_from(["manager", "system_owner", "entry_owner", "group", "person"])
ADA = actor_of("ada")
CHANGES = {
    "delegate": WHO,
    "leave_or_come_back": ("rita", "sid", "oscar", "mara"),
    "shut_out_or_let_in": ("rita", "sid", "oscar", "mara"),
    "promote_or_demote": ("mara", "oscar"),
    "own_the_connection": ("sid", "mara", "hugo", "oscar"),
    "merge_or_part": ("hugo", "rita"),
}


@pytest.mark.django_db
def test_in_any_order_nothing_is_given_that_was_not_approved():
    class Requests(Machine):
        def __init__(self):
            self.mark = transaction.savepoint()
            super().__init__()

        def teardown(self):
            transaction.savepoint_rollback(self.mark)

    run_state_machine_as_test(
        Requests,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            suppress_health_check=list(HealthCheck),
        ),
    )


class Machine(RuleBasedStateMachine):
    """What people do. Whatever is refused in a sentence is fine."""

    def __init__(self):
        super().__init__()
        self.halden = company()
        other = make_person("Hugo C.", email="hugo.c@halden.example")
        user = User(email="hugo.c@halden.example", name="Hugo C.")
        user.clean()
        user.save()
        self.second, self.users = other, {name: user_of(name) for name in WHO} | {"hugo-2": user}
        self.groups = [
            save_approver_group(
                name="Security",
                people=[self.halden.people[name].ref for name in ("rita", "oscar", "hugo")],
                actor=ADA,
            )
        ]

    @initialize(some=st.lists(st.tuples(NAME, THINGS), min_size=1, max_size=4))
    def begin(self, some):
        self.list_an_owner("oscar")
        for whom, thing in some:
            self._ask(whom, whom, thing, 30)

    # Asking and answering.

    @rule(who=USER, whom=NAME, thing=THINGS, days=st.sampled_from([None, 3, 90]))
    def ask(self, who, whom, thing, days):
        self._ask(who, whom, thing, days)

    def _ask(self, who, whom, thing, days):
        name, _, role = thing.partition("-")
        resource = getattr(self.halden, name)
        with Sentence():
            submit_request(
                resource=resource.ref,
                role="" if name == "group" else role or "member",
                person=self.halden.people[whom].ref,
                reason="To work on it",
                days=days,
                actor=self._actor(who),
            )

    @rule(who=USER, which=WHICH, by_token=st.booleans())
    def approve(self, who, which, by_token):
        if request := self._request(which):
            self._approve(request, self._actor(who, by_token=by_token))

    @rule(which=WHICH, place=WHICH)
    def approve_as_asked(self, which, place):
        """Somebody who is asked approves, or whoever stands in for them."""
        if request := self._request(which):
            rows = AskedApprover.objects.filter(step__request=request, step__state="open")
            asked = {row.person_id for row in rows}
            asked |= set(Delegation.objects.filter(person__in=asked).values_list("to", flat=True))
            names = [n for n in WHO if self.halden.people[n].pk in asked] or ["ada"]
            self._approve(request, self._actor(names[place % len(names)]))

    @rule(which=WHICH, by_merge=st.booleans())
    def whom_it_is_for_stands_in_and_approves(self, which, by_merge):
        """Whoever is asked leaves it to whom it is for, or turns out to be the same human."""
        if (request := self._request(which)) is None:
            return
        for row in AskedApprover.objects.filter(step__request=request, step__state="open"):
            names = {self.halden.people[name].pk: name for name in WHO}
            name, own = names.get(row.person_id), names.get(request.person_id)
            if name is None or own is None:
                continue
            self.delegate(name, own)
            if by_merge:
                with Sentence():
                    kept = self._fresh(own)
                    merge_people(kept_ref=kept.ref, merged_ref=row.person.ref, actor=ADA)
            self._approve(request, self._actor(own))

    @rule(which=WHICH, shut_out=st.booleans())
    def whoever_is_asked_goes_and_approves(self, which, shut_out):
        """They left, or may not sign in, and answer all the same; then they are back."""
        if (request := self._request(which)) is None:
            return
        go = self.shut_out_or_let_in if shut_out else self.leave_or_come_back
        names = {self.halden.people[name].pk: name for name in WHO}
        rows = AskedApprover.objects.filter(step__request=request, step__state="open", answer="")
        asked = [names[one.person_id] for one in rows if one.person_id in names]
        for name in asked[:1]:
            go(name)
            self._approve(request, self._actor(name))
            go(name)

    @rule(which=WHICH, place=WHICH)
    def approve_through(self, which, place):
        """One step after the other."""
        for _ in range(3):
            self.approve_as_asked(which, place)

    def _approve(self, request, actor):
        was = Approval(request, actor, self.halden)
        with Sentence() as said:
            approve_request(ref=request.ref, actor=actor)
        if not said.refused:
            was.check()

    @rule(who=USER, which=WHICH)
    def deny(self, who, which):
        if request := self._request(which):
            with Sentence():
                deny_request(ref=request.ref, reason="No", actor=self._actor(who))

    @rule(who=USER, which=WHICH)
    def cancel(self, who, which):
        if request := self._request(which):
            with Sentence():
                cancel_request(ref=request.ref, actor=self._actor(who))

    @rule(which=WHICH, hours=st.sampled_from([0, 30]))
    def wait(self, which, hours):
        """Minutes pass: others are asked, or more."""
        if request := self._request(which):
            request.steps.filter(state="open").update(due_at=clock.now() - timedelta(hours=hours))
            with Sentence():
                replace_approvers(ref=request.ref, actor=ADA)
                escalate_request(ref=request.ref, actor=ADA)

    # Who is there, and what they may.

    @rule(what=st.sampled_from(sorted(CHANGES)), place=WHICH, to=NAME)
    def change(self, what, place, to):
        names = CHANGES[what]
        more = (to,) if what == "delegate" else ()
        getattr(self, what)(names[place % len(names)], *more)

    def delegate(self, name, to):
        day, people = clock.now().date(), self.halden.people
        with Sentence():
            add_delegation(
                person_ref=people[name].ref,
                email=people[to].email,
                from_day=day,
                until_day=day,
                actor=ADA,
            )

    def leave_or_come_back(self, name):
        person = self._fresh(name)
        with Sentence():
            if person.left_at:
                clear_person_left(person_ref=person.ref, actor=ADA)
            else:
                at = clock.now()
                mark_person_left(person_ref=person.ref, at=at, reason="Left", actor=ADA)

    def shut_out_or_let_in(self, name):
        user = User.objects.get(pk=self.users[name].pk)
        User.objects.filter(pk=user.pk).update(is_active=not user.is_active)

    def promote_or_demote(self, name):
        held = RoleAssignment.objects.filter(
            user=self.users[name], permission_set="access_manager", ends_at=None
        ).first()
        with Sentence():
            if held:
                end_role_assignment(assignment_ref=held.ref, actor=ADA)
            else:
                ref = self.users[name].ref
                assign_role(user_ref=ref, permission_set="access_manager", actor=ADA)

    def own_the_connection(self, name):
        Connection.objects.update(owner=self.users[name])

    def merge_or_part(self, name):
        """The second entry of Hugo's turns out to be his, or Rita's, or not."""
        kept = self._fresh(name)
        merge = self.second.merged_by.filter(undone_at=None).first()
        with Sentence():
            if merge:
                unmerge_people(merge_ref=merge.ref, actor=ADA)
            else:
                merge_people(kept_ref=kept.ref, merged_ref=self.second.ref, actor=ADA)

    # What those who manage requests decide.

    @rule(names=st.sets(NAME, min_size=1, max_size=3))
    def change_group(self, names):
        people = [self.halden.people[name].ref for name in sorted(names)]
        with Sentence():
            save_approver_group(ref=self.groups[0].ref, name="Security", people=people, actor=ADA)

    @rule(
        kinds=st.lists(st.lists(KINDS, min_size=1, max_size=2), min_size=1, max_size=3),
        needs=st.sampled_from(["any", "all"]),
        name=NAME,
    )
    def change_policy(self, kinds, needs, name):
        refs = {"group": str(self.groups[0].ref), "person": str(self.halden.people[name].ref)}
        steps = tuple(
            Step(
                needs=needs,
                approvers=tuple(Approver(kind=one, ref=refs.get(one, "")) for one in step),
            )
            for step in kinds
        )
        number = AccessRequest.objects.count()
        with Sentence():
            words = PolicyWords(name=f"P{number}", rules=Policy(steps=steps), is_default=True)
            save_policy(words=words, actor=ADA)

    def list_an_owner(self, name):
        words = EntryWords(listing="listed", owner=self.halden.people[name].ref)
        with Sentence():
            set_catalogue_entry(
                resource=self.halden.search.ref, role="owner", changes=words, actor=ADA
            )

    # What must always be so.

    @invariant()
    def what_is_given_has_every_step_approved_by_another_human(self):
        given = AccessRequest.objects.exclude(state="pending_approval").exclude(approved_at=None)
        for request in given:
            steps = list(request.steps.all())
            assert steps, request
            assert {step.state for step in steps} == {"approved"}, request
            humans = []
            for step in steps:
                rows = list(step.asked.filter(answer="approved"))
                assert rows, step
                humans += [row.answered_by_person_id for row in rows]
                if step.needs == "all" and not any(row.is_escalation for row in rows):
                    assert not step.asked.filter(
                        answer="", replaced_at=None, is_escalation=False
                    ).exists()
            assert len(set(humans)) == len(humans), request

    @invariant()
    def what_waits_has_one_open_step_and_nothing_given(self):
        for request in AccessRequest.objects.filter(state="pending_approval"):
            assert request.approved_at is None
            assert request.steps.filter(state="open").count() == 1, request

    def _request(self, which):
        some = list(AccessRequest.objects.order_by("-id")[: which + 1])
        return some[-1] if some else None

    def _fresh(self, name):
        return Person.objects.get(pk=self.halden.people[name].pk)

    def _actor(self, name, *, by_token=False):
        user = User.objects.get(pk=self.users[name].pk)
        if not by_token:
            return actor_of_user(user)
        token, _ = ApiToken.objects.get_or_create(
            user=user,
            name="A test",
            defaults={"scopes": ["requests:write"], "digest": f"{user.pk:032d}".encode()},
        )
        return actor_of_token(token)


class Approval:
    """Who is about to approve, as it was before they did."""

    def __init__(self, request, actor, halden):
        at = clock.now()
        self.request, self.halden = request, halden
        self.human = Person.objects.filter(ref=actor.person_id).first()
        self.could_sign_in = User.objects.filter(ref=actor.user_id, is_active=True).exists()
        self.was_here = choosing.able(at).filter(pk=self.human.pk if self.human else 0).exists()
        self.managers = self._keys(choosing.access_managers(request.connection, at=at))
        self.owners = self._keys(choosing.system_owners(request.connection, at=at))

    def check(self):
        answers = AskedApprover.objects.filter(step__request=self.request, answer="approved")
        row = answers.latest("answered_at")
        assert self.human is not None
        assert self.could_sign_in
        assert self.was_here
        assert row.answered_by_person == self.human
        request = AccessRequest.objects.get(pk=self.request.pk)
        own = {self._root(request.person), self._root(request.asked_by_person)}
        for person in (self.human, row.person):
            assert self._root(person) not in own
        if row.came_by == "access_manager":
            assert self._root(row.person) in self.managers
        if row.came_by == "system_owner":
            assert self._root(row.person) in self.owners
        if row.came_by == "group":
            assert self._root(row.person) in self._keys(row.group.people.all())
        if self._root(row.person) != self.human.pk:
            day = clock.now().date()
            assert row.person.delegations.filter(
                to=self.human, from_day__lte=day, until_day__gte=day, withdrawn_at=None
            ).exists()

    @staticmethod
    def _root(person):
        return (person.merged_into_id or person.pk) if person else 0

    @classmethod
    def _keys(cls, people):
        return {cls._root(person) for person in people}


class Sentence:
    """Whatever is refused is refused in a sentence."""

    refused = False

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, DomainError):
            self.refused = True
            assert str(error).endswith("."), str(error)
            return True
        return False
