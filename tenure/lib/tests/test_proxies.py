from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from tenure.lib.proxies import TrustedProxyMiddleware


@pytest.fixture
def asking(settings):
    """`asking(peer, **headers)`: the address and scheme that the application believes."""
    settings.TENURE_TRUSTED_PROXIES = ["10.0.0.0/8"]

    def ask(peer: str, **headers: str) -> tuple[str, str]:
        request = RequestFactory().get("/", REMOTE_ADDR=peer, **headers)
        TrustedProxyMiddleware(lambda _: HttpResponse())(request)
        assert not [name for name in request.META if name.startswith("HTTP_X_FORWARDED")]
        return request.META["REMOTE_ADDR"], request.scheme

    return ask


def test_a_stranger_who_forwards_is_taken_for_what_they_are(asking):
    said = {"HTTP_X_FORWARDED_FOR": "192.0.2.9", "HTTP_X_FORWARDED_PROTO": "https"}
    assert asking("198.51.100.7", **said) == ("198.51.100.7", "http")


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("192.0.2.9", "192.0.2.9"),
        ("203.0.113.1, 192.0.2.9", "192.0.2.9"),
        ("203.0.113.1, 192.0.2.9, 10.2.2.2", "192.0.2.9"),
        ("", "10.1.1.1"),
    ],
    ids=["one", "forged by the client", "two proxies", "none"],
)
def test_a_trusted_proxy_names_the_client_that_it_saw(asking, forwarded, client):
    said = {"HTTP_X_FORWARDED_FOR": forwarded, "HTTP_X_FORWARDED_PROTO": "https"}
    assert asking("10.1.1.1", **said) == (client, "https")


def test_a_scheme_that_is_none_is_not_believed(asking):
    assert asking("10.1.1.1", HTTP_X_FORWARDED_PROTO="javascript") == ("10.1.1.1", "http")
