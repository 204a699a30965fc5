"""What the database itself refuses, whoever asks it."""

# ruff: noqa: S608 - statements that no value of anybody else is in
from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from tenure.audit import guards
from tenure.reviews.models import Campaign, ReviewItem
from tenure.reviews.operations.close_campaign import close_campaign
from tenure.reviews.tests.conftest import items_of

ITEMS, CAMPAIGNS = "reviews_reviewitem", "reviews_campaign"


def refused(sql):
    with pytest.raises((IntegrityError, DatabaseError), match="refused"), transaction.atomic():
        connection.cursor().execute(sql)


def test_the_snapshot_is_sealed_from_its_birth(staged):
    staged()
    for column in ("role", "person_name", "account_email", "key"):
        refused(f"UPDATE {ITEMS} SET {column} = 'x'")
    for column in ("is_flagged", "is_privileged"):
        refused(f"UPDATE {ITEMS} SET {column} = NOT {column}")
    refused(f"UPDATE {ITEMS} SET position = position + 1000")
    refused(f"UPDATE {ITEMS} SET person_id = NULL, active_at = '2020-01-01 00:00:00'")
    refused(f"DELETE FROM {ITEMS}")
    refused("UPDATE reviews_campaignsnapshot SET rows = 1")
    refused("UPDATE reviews_campaignsnapshot SET sha256 = ''")
    refused("DELETE FROM reviews_campaignsnapshot")


def test_every_column_of_an_item_is_frozen_or_part_of_its_decision():
    from tenure.reviews.item_models import FROZEN

    changing = {
        *("reviewer", "assigned_by", "decision", "to_role", "reason", "decided_at", "decided_by"),
        *("decided_by_person", "was_bulk", "was_carried", "decision_before", "to_role_before"),
        *("reason_before", "version", "submission"),
    }
    names = {field.name for field in ReviewItem._meta.concrete_fields} - {"id"}
    assert names == {*FROZEN} | changing
    assert not {*FROZEN} & changing


def test_decisions_are_sealed_when_they_are_submitted(opened, decide_all):
    campaign = opened()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {ITEMS} SET version = version + 1")
        assert cursor.rowcount == 12
    decide_all(campaign)
    refused(f"UPDATE {ITEMS} SET decision = 'pending'")
    refused(f"UPDATE {ITEMS} SET reason = 'x'")
    refused(f"UPDATE {ITEMS} SET submission_id = NULL")
    refused("UPDATE reviews_reviewsubmission SET attestation = 'x'")
    refused("DELETE FROM reviews_reviewsubmission")


def test_completed_campaigns_are_sealed(opened, decide_all, who):
    campaign = decide_all(opened())
    close_campaign(ref=campaign.ref, actor=who("mara"))
    assert Campaign.objects.get().state == "completed"
    refused(f"UPDATE {CAMPAIGNS} SET title = 'x'")
    refused(f"UPDATE {CAMPAIGNS} SET state = 'open', completed_at = NULL")
    refused(f"DELETE FROM {CAMPAIGNS}")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
def test_tables_cannot_be_emptied(staged):
    staged()
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in (ITEMS, CAMPAIGNS, "reviews_campaignsnapshot", "reviews_remediation"):
        refused(f"TRUNCATE {table} CASCADE")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite replaces")
def test_rows_cannot_be_replaced(staged):
    item = items_of(staged()).first()
    refused(f"INSERT OR REPLACE INTO {ITEMS} SELECT * FROM {ITEMS} WHERE id = {item.pk}")


def test_no_table_is_without_its_guard(db):
    assert guards.missing(connection) == []
