from __future__ import annotations

import pytest

from tenure.access_requests.operations.comment_on_request import comment_on_request
from tenure.access_requests.operations.deny_request import deny_request
from tenure.lib.errors import Invalid, NotAllowed, NotFound
from tenure.users.actors import local_operator

pytestmark = pytest.mark.django_db


def test_whoever_sees_a_request_may_ask_and_answer_in_any_state(ask, who):
    request = ask()
    comment_on_request(ref=request.ref, text=" For  how long? ", actor=who("rita"))
    deny_request(ref=request.ref, reason="No", actor=who("rita"))
    comment_on_request(ref=request.ref, text="A week would do", actor=who("hugo"))
    told = [(one.by, one.text) for one in request.comments.order_by("id")]
    assert told == [("Rita Novak", "For how long?"), ("Hugo Castell", "A week would do")]


def test_it_says_something_and_somebody_says_it(ask, who):
    request = ask()
    with pytest.raises(Invalid):
        comment_on_request(ref=request.ref, text=" ", actor=who("hugo"))
    with pytest.raises(NotAllowed):
        comment_on_request(ref=request.ref, text="Hm", actor=local_operator())
    with pytest.raises(NotFound):
        comment_on_request(ref=request.ref, text="Hm", actor=who("oscar"))
