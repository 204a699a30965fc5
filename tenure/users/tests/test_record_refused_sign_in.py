from __future__ import annotations

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from tenure.audit.models import AuditEvent, AuditText
from tenure.testing.cast import PASSWORD, email_of, user_of

pytestmark = pytest.mark.django_db
VERB = "sign_in.refused"


def sign_in(client, typed: str, *, by: str = "wrong") -> None:
    client.post("/auth/login", {"login": typed, "password": by})


@pytest.mark.parametrize("typed", [email_of("mara"), "nobody@halden.example"])
def test_a_failed_sign_in_leaves_what_was_typed_where_it_can_be_erased(client, typed):
    user_of("mara")
    sign_in(client, typed)
    event = AuditEvent.objects.get(verb=VERB)
    assert (event.actor_id, event.detail) == ("stranger", {})
    texts = dict(AuditText.objects.filter(event=event).values_list("field", "text"))
    assert (texts["typed"], texts["address"]) == (typed, "127.0.0.1")
    assert "wrong" not in str(texts)


def test_the_right_password_is_no_refusal(client):
    user_of("mara")
    sign_in(client, email_of("mara"), by=PASSWORD)
    assert not AuditEvent.objects.filter(verb=VERB).exists()


def test_a_wrong_second_factor_is_refused_like_a_wrong_password(client):
    TOTP.activate(user_of("mara"), generate_totp_secret())
    sign_in(client, email_of("mara"), by=PASSWORD)
    assert not AuditEvent.objects.filter(verb=VERB).exists()
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert AuditText.objects.get(event__verb=VERB, field="typed").text == email_of("mara")


def test_somebody_shut_out_who_knows_the_password_is_noted_once(client):
    user = user_of("mara")
    user.is_active = False
    user.save()
    sign_in(client, email_of("mara"), by=PASSWORD)
    assert AuditEvent.objects.filter(verb=VERB).count() == 1


def test_a_flood_of_attempts_is_no_flood_of_events(client):
    user_of("mara")
    for _ in range(8):
        sign_in(client, email_of("mara"))
    assert AuditEvent.objects.filter(verb=VERB).count() == 5
