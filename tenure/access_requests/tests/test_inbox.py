"""Many wait for one person: the inbox asks no more, and looks at no more than it shows."""

from __future__ import annotations

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from tenure.access_requests import queries
from tenure.access_requests.models import AccessRequest, ApprovalStep, AskedApprover
from tenure.lib.clock import now
from tenure.people.models import Person
from tenure.testing.lengths import length

pytestmark = pytest.mark.django_db
MANY = length(600, full=5000)


@pytest.fixture
def crowd(halden):
    """`crowd(5000)`: so many more people, each of whom waits for an answer of Rita's."""

    def ask(number):
        at, known = now(), AccessRequest.objects.count()
        people = Person.objects.bulk_create(
            Person(
                name=f"Colleague {known + n}",
                email_key=f"c{known + n}@halden.example",
                created_at=at,
                changed_at=at,
            )
            for n in range(number)
        )
        made = AccessRequest.objects.bulk_create(
            AccessRequest(
                number=known + n + 1,
                connection=halden.connection,
                resource=halden.research,
                role="member",
                title="Member of research",
                person=person,
                asked_by=str(person),
                asked_by_person=person,
                asked_at=at,
            )
            for n, person in enumerate(people)
        )
        steps = ApprovalStep.objects.bulk_create(
            ApprovalStep(
                request=one, position=1, needs="any", title="Manager", state="open", due_at=at
            )
            for one in made
        )
        AskedApprover.objects.bulk_create(
            AskedApprover(step=one, person=halden.people["rita"], why="manager", came_by="manager")
            for one in steps
        )

    return ask


def page(actor):
    with CaptureQueriesContext(database) as asked:
        found = queries.inbox_page(actor=actor)
    return found, len(asked)


def test_the_inbox_asks_as_much_for_many_as_for_few(crowd, who):
    crowd(3)
    few, before = page(who("rita"))
    crowd(MANY)
    found, after = page(who("rita"))
    assert (len(few.rows), len(found.rows)) == (3, 50)
    assert after == before <= 5
    assert [one.number for one in found.rows] == list(range(1, 51))
    with CaptureQueriesContext(database) as asked:
        for one in found.rows:
            assert [str(who_.person) for who_ in one.steps.all()[0].asked.all()] == ["Rita Novak"]
            assert one.connection.name
            assert one.resource.name
    assert len(asked) == 0
    assert queries.waiting_count(actor=who("rita")) == MANY + 3


def test_every_page_is_reached_and_each_request_is_shown_once(crowd, who):
    crowd(120)
    seen, cursor = [], ""
    while True:
        found = queries.inbox_page(cursor=cursor, actor=who("rita"))
        seen += [one.number for one in found.rows]
        if not found.next:
            break
        cursor = found.next
    assert seen == list(range(1, 121))
