"""The flags, by their table; and that SQL finds the same of whatever there is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.inventory.activity_rules import NOT_KNOWN, dormant_before
from tenure.inventory.models import Account, AccountLink, Credential
from tenure.lib.clock import now
from tenure.people.rules import EARLY_ACCESS
from tenure.reviews.flag_rules import FLAGS, Facts, flags_of
from tenure.reviews.models import Campaign, ReviewItem
from tenure.reviews.operations.create_campaign import create_campaign
from tenure.reviews.operations.stage_campaign import stage_campaign
from tenure.reviews.settings_of import Settings
from tenure.testing.cast import actor_of
from tenure.testing.factories import (
    make_account,
    make_connection,
    make_credential,
    make_member,
    make_person,
    make_project,
)

DORMANT = datetime(2026, 8, 1, tzinfo=UTC)
BEFORE, SINCE = DORMANT - timedelta(days=1), DORMANT + timedelta(days=1)


def flags(**said):
    return set(flags_of(Facts(**{"kind": "grant", "dormant_before": DORMANT, **said})))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, set()),
        ({"may_hold_access": False}, {"leaver"}),
        ({"has_person": False}, {"unlinked"}),
        ({"has_person": False, "may_hold_access": False}, {"unlinked"}),
        ({"kind": "credential", "has_account": False}, {"unlinked"}),
        ({"is_on_leave": True}, {"on_leave"}),
        ({"is_on_leave": True, "may_hold_access": False}, {"leaver"}),
        ({"had_review": True}, {"new"}),
        ({"had_review": True, "was_role": "member", "role": "member"}, set()),
        ({"had_review": True, "was_role": "reader", "role": "member"}, {"role_raised"}),
        ({"had_review": True, "was_role": "member", "role": "reader"}, set()),
        (
            {"had_review": True, "was_role": "editor", "role": "owner", "was_privileged": False},
            {"role_raised", "privileged"},
        ),
        ({"had_review": True, "was_role": "editor", "role": "member"}, set()),
        (
            {"had_review": True, "was_role": "owner", "role": "owner", "was_privileged": True},
            {"privileged"},
        ),
        ({"role": "owner"}, {"privileged"}),
        ({"kind": "credential", "thing_kind": "admin_key"}, {"privileged"}),
        ({"active_at": BEFORE}, {"dormant"}),
        ({"active_at": SINCE}, set()),
        ({"active_at": None}, set()),
        ({"kind": "invitation", "active_at": BEFORE}, set()),
        ({"kind": "credential", "last_used_at": BEFORE}, {"unused"}),
        ({"kind": "credential", "last_used_at": SINCE, "created_at": BEFORE}, set()),
        ({"kind": "credential", "created_at": BEFORE}, {"unused"}),
        ({"kind": "credential"}, set()),
        ({"last_used_at": BEFORE}, set()),
        ({"account_kind": "external"}, {"external"}),
    ],
)
def test_the_table(said, expected):
    assert flags(**said) == expected


ACCOUNT = st.fixed_dictionaries(
    {
        "role": st.sampled_from(["owner", "reader", "member", "custom"]),
        "kind": st.sampled_from(["person", "external", "service", "shared"]),
        "active_days": st.sampled_from([None, 0, 89, 92, 400]),
        "person": st.sampled_from(["", "current", "former", "leave", "disabled", "early", "soon"]),
        "project_role": st.sampled_from(["", "owner", "member"]),
        "key_days": st.sampled_from([None, 0, 92, 400]),
        "raised": st.booleans(),
    }
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACCOUNT, min_size=2, max_size=8))
def test_sql_finds_what_the_rule_says(db, made):
    from django.db import transaction

    with transaction.atomic():
        _hold_against_the_rule(made)
        transaction.set_rollback(True)


def _hold_against_the_rule(made):
    connection = make_connection()
    project = make_project(connection)
    for said in made:
        _make(connection, project, said)
    first = _staged(connection)
    first.state, first.completed_at = Campaign.State.COMPLETED, now()
    first.save()
    for said, account in zip(
        made, Account.objects.filter(connection=connection).order_by("pk"), strict=True
    ):
        if said["raised"]:
            Account.objects.filter(pk=account.pk).update(role="owner")
    _make(connection, project, made[0])
    second = _staged(connection)
    at = second.snapshot.taken_at
    rows = ReviewItem.objects.filter(campaign__in=[first, second])
    assert rows.count() > len(made)
    for item in rows.select_related("person", "account", "before", "snapshot"):
        mine = {flag for flag in FLAGS if getattr(item, f"is_{flag}")}
        assert mine == set(flags_of(_facts(item, had=item.campaign_id == second.pk))), item.key
        assert item.is_flagged == bool(mine)
    assert at


def _make(connection, project, said):
    account = make_account(connection, kind=said["kind"], role=said["role"])
    if said["active_days"] is not None:
        at = now() - timedelta(days=said["active_days"])
        Account.objects.filter(pk=account.pk).update(last_active_at=at, last_active_source="usage")
    if said["project_role"]:
        make_member(project, account, said["project_role"])
    if said["key_days"] is not None:
        used = now() - timedelta(days=said["key_days"])
        make_credential(project, account, last_used_at=used if said["raised"] else None)
        Credential.objects.filter(owner=account).update(created_at=used)
    if said["person"]:
        AccountLink.objects.create(
            account=account,
            person=_person(said["person"]),
            state="confirmed",
            method="manual",
            confidence="certain",
            decided_at=now(),
            decided_by="Ada",
        )


def _person(state):
    given = {
        "leave": {"is_on_leave": True},
        "disabled": {"is_disabled": True},
        "former": {"ends_on": now().date() - timedelta(days=5)},
    }.get(state, {})
    person = make_person(**given)
    if state in ("early", "soon"):
        person.begins_at = now() + (EARLY_ACCESS * (2 if state == "early" else 0.5))
        person.save()
    return person


def _staged(connection):
    campaign = create_campaign(
        settings=Settings(
            title="T", connections=[connection.ref], due_at=now() + timedelta(days=7)
        ),
        actor=actor_of("ada"),
    )
    return stage_campaign(ref=campaign.ref, override_reason="A test", actor=actor_of("ada"))


def _facts(item, *, had):
    at, person = item.snapshot.taken_at, item.person
    may = person is not None and not (
        (person.ends_at is not None and person.ends_at <= at)
        or person.is_disabled
        or not person.is_listed
        or (person.begins_at is not None and person.begins_at > at + EARLY_ACCESS)
    )
    active = item.account.last_active_at if item.account else NOT_KNOWN
    return Facts(
        kind=item.kind,
        account_kind=item.account_kind,
        has_account=item.account is not None,
        has_person=person is not None,
        may_hold_access=may,
        is_on_leave=item.person_state == "on_leave",
        role=item.role,
        thing_kind=item.thing_kind,
        active_at=None if active == NOT_KNOWN else active,
        last_used_at=item.last_used_at,
        created_at=item.created_at,
        had_review=had,
        was_role=item.before.role if item.before else None,
        was_privileged=item.before.is_privileged if item.before else None,
        dormant_before=dormant_before(at),
    )
