from __future__ import annotations

import pytest

from tenure.compliance.models import TestSubscriber
from tenure.compliance.operations.subscribe_to_test import subscribe_to_test
from tenure.compliance.operations.unsubscribe_from_test import unsubscribe_from_test
from tenure.compliance.tests.cases import MARA
from tenure.lib.errors import Conflict, NotFound
from tenure.testing.cast import actor_of, email_of, user_of

pytestmark = pytest.mark.django_db
SLUG = "accounts-linked"


def test_a_subscriber_is_taken_off_one_test_only():
    user_of("sid")
    for slug in (SLUG, "leavers-deprovisioned"):
        subscribe_to_test(slug=slug, email=email_of("sid"), actor=MARA)
    unsubscribe_from_test(slug=SLUG, email=email_of("sid"), actor=actor_of("sid"))
    assert [one.test.slug for one in TestSubscriber.objects.all()] == ["leavers-deprovisioned"]
    with pytest.raises(Conflict, match="not subscribed"):
        unsubscribe_from_test(slug=SLUG, email=email_of("sid"), actor=MARA)


@pytest.mark.parametrize("who", ["aud", "hugo"])
def test_it_refuses_who_may_not(who):
    user_of("sid")
    subscribe_to_test(slug=SLUG, email=email_of("sid"), actor=MARA)
    with pytest.raises((Conflict, NotFound)):
        unsubscribe_from_test(slug=SLUG, email=email_of("sid"), actor=actor_of(who))
    assert TestSubscriber.objects.exists()
