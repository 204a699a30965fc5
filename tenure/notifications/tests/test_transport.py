from __future__ import annotations

import pytest

from tenure.notifications.transport import UnknownTransport, backend_options, transport


@pytest.mark.parametrize(
    ("address", "backend", "expected"),
    [
        ("console:", "console", {}),
        ("file:///var/mail%20box", "filebased", {"file_path": "/var/mail box"}),
        ("smtp://mail.example", "smtp", {"port": 587, "use_tls": True, "use_ssl": False}),
        ("smtp://mail.example:2525?tls=off", "smtp", {"port": 2525, "use_tls": False}),
        ("smtp://localhost", "smtp", {"port": 25, "use_tls": False}),
        ("smtps://mail.example", "smtp", {"port": 465, "use_tls": False, "use_ssl": True}),
        ("smtp://u%40x:p%3A@mail.example", "smtp", {"username": "u@x", "password": "p:"}),
    ],
)
def test_the_address_says_how_mail_leaves(address, backend, expected):
    name, options = backend_options(address)
    assert (name, {key: options[key] for key in expected}) == (backend, expected)
    assert transport(address)


@pytest.mark.parametrize("address", ["", "mail.example", "smtp://", "http://mail.example"])
def test_any_other_address_is_refused_without_repeating_it(address):
    with pytest.raises(UnknownTransport) as refused:
        backend_options(address)
    assert "smtp://HOST" in str(refused.value)
