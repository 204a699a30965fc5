from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tenure.audit.models import AuditEvent
from tenure.lib.errors import Invalid, NotAllowed
from tenure.notifications import queries
from tenure.notifications.models import Preference
from tenure.notifications.operations.set_preference import set_preference
from tenure.notifications.tests.conftest import actor_of_the_worker
from tenure.testing.cast import actor_of, user_of

pytestmark = pytest.mark.django_db
RIGHT = {"deliveries": {"key_expired": "off"}, "hour": 7, "zone": "Europe/Oslo"}


def test_it_is_ones_own_and_audited():
    user_of("sid")
    set_preference(**RIGHT, actor=actor_of("sid"))
    own = set_preference(**{**RIGHT, "deliveries": {"owner_gone": "daily"}}, actor=actor_of("sid"))
    assert own.deliveries == {"key_expired": "off", "owner_gone": "daily"}
    assert queries.preference(actor=actor_of("sid")) == own
    assert queries.preference(actor=actor_of("ada")).deliveries == {}
    event = AuditEvent.objects.order_by("id").last()
    assert event.verb == "preference.changed"
    assert event.detail["before"]["deliveries"] == {"key_expired": "off"}
    assert event.detail["after"] == {"deliveries": own.deliveries, "hour": 7, "zone": "Europe/Oslo"}


def test_until_one_chooses_it_is_as_the_permission_set_says():
    user_of("sid")
    actor = actor_of("sid")
    found = {one.slug: one.delivery for one in queries.choices(Preference(), actor=actor)}
    assert found["leaver_with_access"] == "daily"
    assert found["connection_failing"] == "at_once"
    assert "owner_gone" not in found


@pytest.mark.parametrize(
    "wrong",
    [
        {"deliveries": {"spam": "off"}},
        {"deliveries": {"key_expired": "sometimes"}},
        {"hour": 24},
        {"hour": -1},
        {"zone": "Mars/Olympus"},
        {"zone": "../../etc/passwd"},
    ],
)
def test_what_makes_no_sense_is_refused(wrong):
    with pytest.raises(Invalid):
        set_preference(**{**RIGHT, **wrong}, actor=actor_of("sid"))
    assert not Preference.objects.exists()


def test_a_job_has_nothing_to_choose():
    with pytest.raises(NotAllowed):
        set_preference(**RIGHT, actor=actor_of_the_worker())


def test_the_database_agrees_about_hours():
    set_preference(**RIGHT, actor=actor_of("sid"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Preference.objects.update(hour=24)
