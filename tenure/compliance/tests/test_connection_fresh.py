from __future__ import annotations

from datetime import timedelta

import pytest

from tenure.compliance.explaining import sentence
from tenure.compliance.operations.set_test import set_test
from tenure.compliance.tests.cases import DAY, NOON, TODAY
from tenure.compliance.tests.judging import ask, inputs, row
from tenure.connections.models import ConnectionKey
from tenure.inventory.models import Collection
from tenure.testing.cast import actor_of, email_of, user_of
from tenure.testing.factories import (
    OF_ORGANIZATION,
    make_account,
    make_connection,
    make_person,
    make_project,
)
from tenure.testing.machines import make_key

SLUG = "connection-fresh"
MINUTE = timedelta(minutes=1)


def make_own_key(connection, expires_at, **given):
    columns = {"purpose": "everyday", "key_id": "k", "hint": "abcd", "kind": "admin"}
    return ConnectionKey.objects.create(
        connection=connection,
        wrapped_key=b"x",
        ciphertext=b"x",
        expires_at=expires_at,
        **{**columns, "stored_at": NOON - 300 * DAY, **given},
    )


def test_what_was_read_a_minute_ago_is_fresh(organization):
    assert not ask(SLUG)
    assert row(SLUG).state == "ok"


@pytest.mark.parametrize(("age", "fails"), [(60 * MINUTE, False), (61 * MINUTE, True)])
def test_a_list_is_fresh_for_two_intervals(organization, age, fails):
    Collection.objects.filter(key="invites").update(completed_at=NOON - age)
    found = ask(SLUG)
    assert list(found) == ([f"connection:{organization.ref}:invites"] if fails else [])
    for finding in found.values():
        assert finding.since == NOON - age + 60 * MINUTE
        assert finding.due_at == finding.since + DAY


def test_stale_data_is_what_this_test_finds_and_not_what_stops_it(organization):
    Collection.objects.update(completed_at=NOON - 5 * DAY)
    assert len(ask(SLUG)) == len(OF_ORGANIZATION)
    assert row(SLUG).state == "needs_attention"


@pytest.mark.parametrize(("connected", "fails"), [(59 * MINUTE, False), (61 * MINUTE, True)])
def test_a_new_connection_has_two_intervals_for_its_first_reading(organization, connected, fails):
    organization.connected_at = NOON - connected
    organization.save()
    organization.collections.all().delete()
    assert bool(ask(SLUG)) == fails


@pytest.mark.parametrize("state", ["draft", "disconnected"])
def test_what_is_not_connected_is_not_read(organization, state):
    other = make_connection(state=state)
    other.collections.update(completed_at=None)
    assert not ask(SLUG)


def test_a_paused_connection_grows_old_like_any_other(organization):
    other = make_connection(state="paused")
    other.collections.update(completed_at=NOON - DAY)
    assert {finding.connection for finding in ask(SLUG).values()} == {other}


@pytest.mark.parametrize(("left", "fails"), [(14, False), (13.9, True), (-1, True)])
def test_a_key_lasts_for_two_weeks_more(organization, left, fails):
    make_own_key(organization, NOON + left * DAY)
    make_own_key(make_connection(), None)
    found = ask(SLUG)
    assert list(found) == ([f"connection:{organization.ref}:key:everyday"] if fails else [])
    for finding in found.values():
        assert finding.since == NOON + left * DAY - 14 * DAY
        assert "abcd" not in str(finding.why)


def test_a_short_lived_key_is_due_from_when_it_was_stored(organization):
    make_own_key(organization, NOON + 2 * DAY, stored_at=NOON - MINUTE)
    (finding,) = ask(SLUG).values()
    assert finding.since == NOON - MINUTE


def test_how_long_a_key_must_last_is_a_setting(organization):
    make_own_key(organization, NOON + 20 * DAY)
    terms = {"slug": SLUG, "sla_days": 1, "sla_unit": "calendar", "actor": actor_of("ada")}
    set_test(**terms, thresholds={"days": 30})
    (finding,) = ask(SLUG).values()
    assert inputs(finding)["Days it must still have"] == 30


@pytest.mark.parametrize("tied_by", ["user", "address"])
def test_an_owner_who_left_is_a_finding(organization, tied_by):
    organization.owner = user_of("sid")
    organization.save()
    assert not ask(SLUG)
    person = make_person("Sid Brandt", email=email_of("sid"), ends_on=TODAY - 2 * DAY)
    if tied_by == "user":
        person.user, person.email_key = organization.owner, "other@x.example"
        person.save()
    (finding,) = ask(SLUG).values()
    assert finding.subject == f"connection:{organization.ref}:owner"
    assert (finding.person, finding.since) == (person, person.ends_at)


def test_a_recorded_tie_goes_before_an_address(organization):
    organization.owner = user_of("sid")
    organization.save()
    make_person("Namesake", email=email_of("sid"), ends_on=TODAY - 2 * DAY)
    here = make_person("Sid Brandt")
    here.user = organization.owner
    here.save()
    assert not ask(SLUG)


@pytest.mark.parametrize(("age", "fails"), [(DAY, False), (DAY + MINUTE, True)])
def test_the_lists_of_projects_are_fresh_for_a_day_and_are_one_finding(organization, age, fails):
    for name in ("Search", "Vision"):
        make_project(organization, name)
    Collection.objects.filter(kind="project_keys", resource__name="Search").update(
        completed_at=NOON - age
    )
    found = ask(SLUG)
    assert list(found) == ([f"connection:{organization.ref}:project_keys"] if fails else [])
    for finding in found.values():
        assert finding.since == NOON - age + DAY
        said = f"The project keys of {organization.name} have not been read since 2026-11-22 11:59"
        assert sentence(finding).startswith(said)


@pytest.mark.parametrize(("age", "fails"), [(DAY, False), (DAY + MINUTE, True)])
def test_a_new_project_has_a_day_for_its_first_reading(organization, age, fails):
    make_project(organization, "Search")
    vision = make_project(organization, "Vision")
    vision.began_at = NOON - age
    vision.save()
    Collection.objects.filter(kind="project_keys", resource=vision).update(completed_at=None)
    found = ask(SLUG)
    assert bool(found) == fails
    for finding in found.values():
        assert "have not been read completely yet." in sentence(finding)


def test_a_list_that_is_refused_says_why_when_it_is_old(organization):
    Collection.objects.filter(key="groups").update(
        state="unavailable", reason="This key lacks api.groups.read.", completed_at=NOON - DAY
    )
    (finding,) = ask(SLUG).values()
    assert inputs(finding)["Refused because"] == "This key lacks api.groups.read."


@pytest.mark.parametrize("listed", ["ends", "lasts", "twice", "gone"])
def test_what_the_list_says_of_our_own_key_is_believed(organization, listed):
    owner = make_account(organization, external_id="user-ada")
    soon, late = NOON + 5 * DAY, NOON + 200 * DAY
    # Stored when it ended at another time.
    make_own_key(organization, late if listed == "ends" else soon, owner_id="user-ada")
    record = {"owner": owner, "hint": "sk-admin-…abcd"}
    key = make_key(organization, **record, expires_at=soon if listed == "ends" else late)
    if listed == "twice":
        make_key(organization, **record, expires_at=late)
    if listed == "gone":
        key.ended_at, key.ended_known_by = NOON, "between_reads"
        key.save()
    make_key(organization, owner=owner, hint="sk-admin-…zzzz", expires_at=NOON + DAY)
    assert bool(ask(SLUG)) == (listed != "lasts")
