"""Never too much: the brake, and who may release it."""

from __future__ import annotations

import pytest

from tenure.connections.operations.set_connection import set_connection
from tenure.lib.errors import Conflict, NotAllowed
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.operations.release_brake import release_brake
from tenure.testing.cast import actor_of

State = ProvisioningOperation.State
Block = ProvisioningOperation.Block
ADA, MARA = "person-of-ada", "person-of-mara"


@pytest.fixture
def tight(connection, members):
    set_connection(ref=connection.ref, brake_per_hour=3, actor=actor_of("ada"))
    return members


def ada():
    return actor_of("ada", person_id=ADA)


def mara():
    return actor_of("mara", person_id=MARA)


def test_the_first_over_the_limit_stops_the_rest(connection, tight, remove, openai):
    operations = remove(*tight[:6], by=ada())
    assert [one.state for one in operations] == [State.VERIFIED] * 3 + [State.BLOCKED] * 3
    assert {one.block for one in operations[3:]} == {Block.BRAKE}
    assert operations[3].reason == (
        "3 accounts of OpenAI were removed within an hour, which is the limit of its brake. If "
        "that is right, a second person releases the brake for those that wait."
    )
    assert sum(one["method"] == "DELETE" for one in openai.requests()) == 3


def test_a_second_person_releases_it_for_those_that_wait(connection, tight, remove, work):
    operations = remove(*tight[:6], by=ada())
    release_brake(connection_ref=connection.ref, actor=mara())
    work(operations[0])
    for operation in operations:
        operation.refresh_from_db()
    assert {one.state for one in operations} == {State.VERIFIED}
    later = remove(tight[6], by=ada())
    assert (later.state, later.block) == (State.BLOCKED, Block.BRAKE)


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (actor_of("ada", person_id=ADA), "ask somebody other than yourself"),
        (actor_of("mara", person_id=ADA), "ask somebody other than yourself"),
        (actor_of("mara"), "your user is linked to none"),
    ],
)
def test_the_same_human_cannot_be_the_second_person(connection, tight, remove, who, why):
    remove(*tight[:4], by=ada())
    with pytest.raises(NotAllowed, match=why):
        release_brake(connection_ref=connection.ref, actor=who)


def test_whoever_is_no_known_person_cannot_be_followed_by_a_second(connection, tight, remove):
    remove(*tight[:4], by=actor_of("ada"))
    with pytest.raises(NotAllowed, match="who asked for it is linked to none"):
        release_brake(connection_ref=connection.ref, actor=mara())


def test_an_hour_later_there_is_room_again(tight, remove, later):
    remove(*tight[:3], by=ada())
    later(3601)
    assert remove(tight[3], by=ada()).state == State.VERIFIED


def test_nothing_to_release_is_said(connection, tight):
    with pytest.raises(Conflict, match="keeps nothing"):
        release_brake(connection_ref=connection.ref, actor=mara())


def test_without_a_choice_it_is_ten_or_one_in_twenty(connection, members, remove):
    operations = remove(*members[:11], by=ada())
    assert [one.state for one in operations] == [State.VERIFIED] * 10 + [State.BLOCKED]
    assert operations[10].block == Block.BRAKE


def test_what_failed_long_ago_counts_when_it_is_tried_again(tight, remove, work, openai, later):
    openai.faults(not_found="on@DELETE:users", error_body="html")
    operations = [remove(member, by=ada()) for member in tight[:3]]
    later(3601)
    openai.clear_faults()
    others = remove(*tight[3:6], by=ada())
    assert {one.state for one in others} == {State.VERIFIED}
    assert {work(one).state for one in operations} == {State.BLOCKED}
    assert {one.block for one in operations} == {Block.BRAKE}
