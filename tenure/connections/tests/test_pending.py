from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from tenure.connections import pending
from tenure.connections.pending import Pending
from tenure.lib.clock import now
from tenure.lib.errors import Conflict


@pytest.fixture
def waiting(judged) -> Pending:
    return Pending(judged=judged(), name="OpenAI", owner_ref="somebody")


def test_what_was_sealed_comes_back_whole(waiting):
    sealed = pending.seal(waiting, session_key="s1")
    assert pending.unseal(sealed, session_key="s1") == waiting


def test_it_shows_nothing_of_the_key(waiting, openai):
    assert openai.admin_key[9:20] not in pending.seal(waiting, session_key="s1")
    assert openai.admin_key not in repr(waiting)


def test_another_session_does_not_open_it(waiting):
    sealed = pending.seal(waiting, session_key="s1")
    with pytest.raises(Conflict, match="enter the key again"):
        pending.unseal(sealed, session_key="s2")


@pytest.mark.parametrize(("seconds", "opens"), [(14 * 60 + 58, True), (15 * 60 + 1, False)])
def test_it_opens_for_a_quarter_of_an_hour(waiting, seconds, opens):
    sealed = pending.seal(waiting, session_key="s1")
    with time_machine.travel(now() + timedelta(seconds=seconds), tick=False):
        if opens:
            pending.unseal(sealed, session_key="s1")
        else:
            with pytest.raises(Conflict):
                pending.unseal(sealed, session_key="s1")
