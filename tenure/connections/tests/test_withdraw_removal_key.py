from __future__ import annotations

import pytest

from tenure.connections.operations.add_removal_key import add_removal_key
from tenure.connections.operations.replace_key import replace_key
from tenure.connections.operations.set_removal import set_removal
from tenure.connections.operations.withdraw_removal_key import withdraw_removal_key
from tenure.lib.errors import Conflict, NotAllowed
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


def test_it_forgets_the_key_and_removal_stays_on_when_the_everyday_key_may_write(
    connection, judged, openai
):
    add_removal_key(ref=connection.ref, judged=judged(), actor=actor_of("ada"))
    set_removal(ref=connection.ref, is_on=True, actor=actor_of("ada"))
    changed = withdraw_removal_key(ref=connection.ref, actor=actor_of("ada"))
    changed.refresh_from_db()
    assert changed.removal_is_on is True
    assert [key.purpose for key in changed.keys.all()] == ["everyday"]


def test_removal_goes_off_when_no_key_is_left_that_may_write(connection, judged, openai):
    openai.faults(personal_key_reads=True)
    add_removal_key(ref=connection.ref, judged=judged(), actor=actor_of("ada"))
    replace_key(
        ref=connection.ref, judged=judged(api_key=openai.personal_key), actor=actor_of("ada")
    )
    set_removal(ref=connection.ref, is_on=True, actor=actor_of("ada"))
    changed = withdraw_removal_key(ref=connection.ref, actor=actor_of("ada"))
    changed.refresh_from_db()
    assert changed.removal_is_on is False


def test_there_is_nothing_to_withdraw_twice(connection):
    with pytest.raises(Conflict, match="no removal key"):
        withdraw_removal_key(ref=connection.ref, actor=actor_of("ada"))


def test_who_may_only_look_withdraws_nothing(connection):
    with pytest.raises(NotAllowed):
        withdraw_removal_key(ref=connection.ref, actor=actor_of("mara"))
