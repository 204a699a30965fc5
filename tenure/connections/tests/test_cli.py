from __future__ import annotations

import os
import re
from datetime import timedelta

import pytest

from tenure.connections import keyring
from tenure.connections.budget import lease, limited
from tenure.connections.models import Connection
from tenure.connections.operations.pause_connection import pause_connection
from tenure.lib.clock import now, rfc3339
from tenure.lib.secrets import RootKey, RootKeys, root_key_file
from tenure.supervisor.claims import claim_home
from tenure.testing.cast import actor_of, email_of, user_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def key_file(openai, tmp_path):
    """`key_file(key)`: a file with that key."""

    def written(key: str = ""):
        file = tmp_path / "key"
        file.write_text((key or openai.admin_key) + "\n")
        return file

    return written


@pytest.fixture
def connect(tenure, openai, key_file):
    def run(*more: object, key: str = ""):
        return tenure(
            "connect", "openai", "--organization-id", openai.organization_id,
            "--api-key-file", key_file(key), "--base-url", openai.url, *more,
        )  # fmt: skip

    return run


def test_connect_stores_and_says_what_it_found(connect, openai):
    user_of("sid")
    ended = connect("--name", "OpenAI EU", "--owner", email_of("sid"), "--rpm", "off", "--json")
    assert ended.code == 0
    document = ended.json["connection"]
    assert document["organization_id"] == openai.organization_id
    assert (document["name"], document["state"], document["removal"]) == (
        "OpenAI EU",
        "active",
        "off",
    )
    assert document["owner"] == email_of("sid")
    assert document["requests_per_minute"] is None
    assert document["keys"][0]["hint"] == openai.admin_key[-4:]
    assert {"capability", "state", "seen"} == set(ended.json["found"][0])


def test_connect_in_words_names_the_organization(connect, openai):
    ended = connect()
    assert f"Connected to {openai.organization_id}" in ended.out
    assert openai.admin_key not in ended.out


def test_the_key_may_come_by_standard_input(tenure, openai):
    ended = tenure(
        "connect", "openai", "--organization-id", openai.organization_id,
        "--api-key-stdin", "--base-url", openai.url, stdin=openai.admin_key + "\n",
    )  # fmt: skip
    assert ended.code == 0
    assert Connection.objects.count() == 1


def test_the_key_comes_one_way_and_not_two_or_none(tenure, openai, key_file):
    wanted = ("connect", "openai", "--organization-id", openai.organization_id)
    for given in ((), ("--api-key-stdin", "--api-key-file", key_file())):
        ended = tenure(*wanted, *given)
        assert ended.code == 2
        assert "by one of them only" in ended.err


def test_a_key_that_cannot_be_read_is_a_refusal(tenure, openai, tmp_path):
    ended = tenure(
        "connect", "openai", "--organization-id", openai.organization_id,
        "--api-key-file", tmp_path / "nothing",
    )  # fmt: skip
    assert ended.code == 2
    assert "cannot be read" in ended.err


def test_a_limited_key_needs_a_yes(connect, openai):
    openai.faults(personal_key_reads=True)
    ended = connect("--json", key=openai.personal_key)
    assert ended.code == 2
    assert "--yes" in ended.json["title"]
    assert not Connection.objects.exists()
    assert connect("--yes", key=openai.personal_key).code == 0
    assert Connection.objects.get().judged.key_kind == "personal"


def test_a_limited_key_is_upgraded_by_rotate_key(connect, tenure, openai, key_file):
    openai.faults(personal_key_reads=True)
    connect("--yes", key=openai.personal_key)
    ended = tenure("connections", "rotate-key", "OpenAI", "--api-key-file", key_file(), "--json")
    assert ended.code == 0
    assert ended.json["connection"]["key_kind"] == "admin"
    assert Connection.objects.count() == 1


def test_list_and_show_never_hold_a_key(connection, tenure, openai):
    for words in (("list",), ("show", "openai"), ("show", openai.organization_id)):
        for form in ((), ("--json",)):
            ended = tenure("connections", *words, *form)
            assert ended.code == 0
            assert openai.organization_id in ended.out
            assert openai.admin_key[9:21] not in ended.out


def test_show_tells_the_budget_and_what_refusals_have_taught(connection, tenure):
    lease(connection, "project_users", 1)
    limited(connection, "project_users", retry_after=600)
    told = tenure("connections", "show", "OpenAI", "--json").json["connection"]["budget"]
    assert told["requests_per_minute"] == 50
    everything, members = told["families"]
    assert everything == {"family": "", "per_minute": 50, "ceiling": 50, "blocked_until": None}
    assert (members["family"], members["per_minute"], members["ceiling"]) == (
        "project_users", 7, 10,
    )  # fmt: skip
    assert members["blocked_until"].endswith("Z")
    words = " ".join(tenure("connections", "show", "OpenAI").out.split())
    assert "budget: All requests" in words
    assert "slowed to 7 after OpenAI refused" in words


def test_show_tells_how_it_fares(fail, tenure, openai):
    connection = fail(2)
    connection.owner = user_of("sid")
    connection.save(update_fields=["owner"])
    connection.keys.update(expires_at=now() + timedelta(days=9))
    said = tenure("connections", "show", "OpenAI", "--json").json["connection"]
    assert (said["state"], said["strikes"]) == ("active", 2)
    assert said["first_strike_at"] == rfc3339(connection.first_strike_at)
    assert said["state_since"] == rfc3339(connection.state_changed_at)
    assert (said["failure_kind"], said["paused_by"]) == ("invalid_key", None)
    assert (said["owner"], said["owner_has_left"]) == (email_of("sid"), False)
    (key,) = said["keys"]
    assert (key["hint"], key["expiry"]) == (openai.admin_key[-4:], "soon")
    words = tenure("connections", "show", "OpenAI").out
    for line in (r"state +active", r"strikes +2", r"interval minutes +30", r"removal +off",
                 r"requests per minute +50", r"owner has left +no",
                 rf"everyday key +…{openai.admin_key[-4:]} admin, expires soon"):  # fmt: skip
        assert re.search(line, words), line


def test_show_tells_why_it_fails_and_who_paused_it(fail, tenure):
    user_of("ada")
    connection = fail()
    said = tenure("connections", "show", "OpenAI", "--json").json["connection"]
    assert (said["state"], said["state_reason"]) == ("failing", "The key was revoked; replace it.")
    pause_connection(ref=connection.ref, actor=actor_of("ada"))
    said = tenure("connections", "show", "OpenAI", "--json").json["connection"]
    assert (said["state"], said["paused_by"]) == ("paused", "Ada Lindqvist")


def test_an_unknown_name_is_told(tenure):
    ended = tenure("connections", "show", "nothing")
    assert ended.code == 2
    assert "no such connection" in ended.err


def test_set_changes_several_things_or_nothing(connection, tenure):
    ended = tenure(
        "connections", "set", "OpenAI", "--removal", "on", "--interval", "60", "--rpm", "10",
        "--rename", "OpenAI EU", "--json",
    )  # fmt: skip
    document = ended.json["connection"]
    assert (document["removal"], document["interval_minutes"]) == ("on", 60)
    assert (document["requests_per_minute"], document["name"]) == (10, "OpenAI EU")
    user_of("hugo")
    refused = tenure(
        "connections", "set", "OpenAI EU", "--interval", "30", "--owner", email_of("hugo")
    )
    assert refused.code == 2
    connection.refresh_from_db()
    assert connection.interval_minutes == 60


def test_set_says_how_far_removals_go(connection, tenure):
    words = ("connections", "set", "OpenAI", "--policy", "automatic", "--brake", "25")
    ended = tenure(*words, "--accept-organization", "on", "--json")
    document = ended.json["connection"]
    assert (document["removal_policy"], document["brake_per_hour"]) == ("automatic", 25)
    assert document["organization_accepted_at"]
    words = ("connections", "set", "OpenAI", "--brake", "0", "--accept-organization", "off")
    document = tenure(*words, "--json").json["connection"]
    assert (document["brake_per_hour"], document["organization_accepted_at"]) == (None, None)
    assert tenure("connections", "set", "OpenAI", "--policy", "at-once").code == 2


def test_pause_resume_validate_and_disconnect(connection, tenure):
    states = []
    for words in (("pause",), ("resume",), ("validate",), ("disconnect", "--yes")):
        ended = tenure("connections", words[0], "OpenAI", *words[1:], "--json")
        assert ended.code == 0
        states.append(ended.json["connection"]["state"])
    assert states == ["paused", "active", "active", "disconnected"]


def test_disconnecting_asks_first(connection, tenure):
    ended = tenure("connections", "disconnect", "OpenAI")
    assert ended.code == 2
    assert "--yes" in ended.err
    connection.refresh_from_db()
    assert connection.state == "active"


def test_validating_a_revoked_key_ends_with_3(connection, tenure, openai):
    openai.faults(revoked="admin")
    assert tenure("connections", "validate", "OpenAI").code == 3


def test_secrets_rotate_makes_a_new_root_key_that_opens_everything(
    connection, tenure, openai, settings, tmp_path
):
    settings.TENURE_HOME = tmp_path
    settings.TENURE_ROOT_KEY_FILE = tmp_path / "secret.key"
    root_key_file(settings.TENURE_ROOT_KEY_FILE)
    ended = tenure("secrets", "rotate", "--json")
    assert ended.code == 0
    assert ended.json["secrets"] == 1
    on_disk = RootKey(root_key_file(settings.TENURE_ROOT_KEY_FILE))
    assert on_disk.id == ended.json["root_key"]
    settings.TENURE_ROOT_KEYS = RootKeys(on_disk)
    assert keyring.open_key(connection, keyring.Purpose.EVERYDAY) == openai.admin_key


def test_secrets_rotate_waits_for_the_server_to_stop(connection, tenure, settings, tmp_path):
    settings.TENURE_HOME = tmp_path
    held = claim_home(tmp_path)
    ended = tenure("secrets", "rotate")
    os.close(held)
    assert ended.code == 2
    assert "stop it first" in ended.err
