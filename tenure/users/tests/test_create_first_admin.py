from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection

from tenure.audit.models import AuditEvent
from tenure.lib.clock import now
from tenure.lib.errors import Conflict, NotFound
from tenure.testing.cast import PASSWORD, user_of
from tenure.users.actors import LINK_HOLDER, actor_of_user
from tenure.users.first_admin import first_admin_link
from tenure.users.models import OneTimeLink, User
from tenure.users.operations.create_first_admin import create_first_admin

FORM = {"email": "ida@halden.example", "name": "Ida", "password": PASSWORD}


def path_of(address: str | None) -> str:
    assert address is not None
    return "/" + address.split("/", 3)[3]


def token_of(address: str | None) -> str:
    return path_of(address).rpartition("/")[2]


@pytest.mark.django_db
def test_the_page_makes_an_admin_and_signs_them_in(client):
    link = path_of(first_admin_link())
    assert "Create the first admin" in client.get(link).content.decode()
    assert client.post(link, FORM).status_code == 302
    assert client.get("/settings/users").status_code == 200
    assert actor_of_user(User.objects.get()).may("settings.manage")
    event = AuditEvent.objects.get(verb="user.made_first_admin")
    assert (event.actor_kind, event.actor_id) == ("system", "link")
    assert first_admin_link() is None


@pytest.mark.django_db
def test_looking_ten_times_changes_nothing(client):
    link = path_of(first_admin_link())
    for _ in range(5):
        client.get(link)
        client.head(link)
    assert not User.objects.exists()
    assert OneTimeLink.objects.get().spent_at is None
    assert client.post(link, FORM).status_code == 302


@pytest.mark.django_db
def test_an_address_that_is_none_spends_nothing(client):
    link = path_of(first_admin_link())
    assert client.post(link, {**FORM, "email": "ida"}).status_code == 422
    assert client.post(link, FORM).status_code == 302


@pytest.mark.django_db
def test_a_newer_link_voids_the_one_before(client):
    first, second = first_admin_link(), first_admin_link()
    assert client.get(path_of(first)).status_code == 404
    assert client.get(path_of(second)).status_code == 200


@pytest.mark.django_db
def test_it_lasts_sixty_minutes(client, time_machine):
    link = first_admin_link()
    time_machine.move_to(now() + dt.timedelta(minutes=60, seconds=1))
    assert client.get(path_of(link)).status_code == 404
    with pytest.raises(NotFound):
        create_first_admin(token=token_of(link), actor=LINK_HOLDER, **FORM)


@pytest.mark.django_db
def test_it_works_only_while_no_admin_exists():
    link = first_admin_link()
    user_of("ada")
    with pytest.raises(Conflict):
        create_first_admin(token=token_of(link), actor=LINK_HOLDER, **FORM)


@pytest.mark.django_db
def test_only_its_digest_is_stored():
    token = token_of(first_admin_link())
    assert token not in str(list(OneTimeLink.objects.values()))
    assert token not in str(list(AuditEvent.objects.values()))


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_wins():
    token, start, outcomes = token_of(first_admin_link()), threading.Barrier(2), []

    def create(email: str) -> None:
        start.wait()
        try:
            create_first_admin(token=token, actor=LINK_HOLDER, **{**FORM, "email": email})
            outcomes.append("made")
        except NotFound:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=create, args=[f"{n}@halden.example"]) for n in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made", "refused"]
    assert User.objects.count() == 1
