from __future__ import annotations

import pytest

from tenure.jobs import Retry
from tenure.lib.errors import NotAllowed, NotFound
from tenure.notifications.models import Notice, Target
from tenure.notifications.operations.remove_target import remove_target
from tenure.notifications.operations.tell import tell
from tenure.notifications.operations.try_target import try_target
from tenure.notifications.tests.conftest import deliver, leaver
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db


def test_its_address_is_wiped_and_it_is_told_nothing_more(target_at, listener):
    target = target_at(listener.url, "leaver_with_access")
    tell(topic="leaver_with_access", events=[leaver()], actor=actor_of("ada"))
    try_target(ref=target.ref, actor=actor_of("ada"))
    removed = remove_target(ref=target.ref, actor=actor_of("ada"))
    removed.refresh_from_db()
    assert (removed.ciphertext, removed.wrapped_key, removed.topics) == (None, None, [])
    assert not Notice.objects.exists()
    with pytest.raises(Retry, match="was removed"):
        deliver()
    assert listener.got == []
    assert tell(topic="leaver_with_access", events=[leaver()], actor=actor_of("ada")) == 0


def test_its_name_is_free_again(target_at, listener):
    remove_target(ref=target_at(listener.url).ref, actor=actor_of("ada"))
    target_at(listener.url)
    assert Target.objects.count() == 2


def test_it_is_refused_to_others_and_twice(target_at, listener):
    target = target_at(listener.url)
    with pytest.raises(NotAllowed):
        remove_target(ref=target.ref, actor=actor_of("mara"))
    remove_target(ref=target.ref, actor=actor_of("ada"))
    with pytest.raises(NotFound):
        remove_target(ref=target.ref, actor=actor_of("ada"))
