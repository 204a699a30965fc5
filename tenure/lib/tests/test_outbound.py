from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.lib.errors import Invalid
from tenure.lib.outbound import NotReached, check_url, is_public, permitted_addresses

NOT_PUBLIC = [
    "0.0.0.0",  # noqa: S104 - listed because it must be refused
    "0.1.2.3",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::1",
    "100::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2001:0:1:1:0:0:80ff:fffe",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]
PUBLIC = ["8.8.8.8", "104.18.7.192", "2606:4700::6812:7c0", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_these_addresses_are_not_public(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_these_addresses_are_public(address):
    assert is_public(ip_address(address))


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_wrapping_an_ipv4_address_changes_nothing(inner):
    mapped = IPv6Address(f"::ffff:{inner}")
    nat64 = IPv6Address(int(IPv6Address("64:ff9b::")) + int(inner))
    sixtofour = IPv6Address((0x2002 << 112) + (int(inner) << 80))
    assert {is_public(a) for a in (mapped, nat64, sixtofour)} == {is_public(inner)}


@pytest.mark.parametrize(
    "url",
    [
        "https://api.openai.com/v1",
        "https://gateway.example:8443/openai/v1",
        "https://8.8.8.8/v1",
        "https://[2606:4700::6812:7c0]/v1",
    ],
)
def test_a_public_https_url_passes_as_it_is(url):
    assert check_url(url) == url


def test_white_space_around_and_a_slash_at_the_end_are_forgiven():
    assert check_url(" https://api.openai.com/v1/ ") == "https://api.openai.com/v1"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "not a URL"),
        ("api.openai.com/v1", "not a URL"),
        ("https://", "not a URL"),
        ("https://a b/", "not a URL"),
        ("https://host\\@evil.example/", "not a URL"),
        ("https://a%00b/", "not a URL"),
        ("https://[::1", "not a URL"),
        ("https://host:99999/", "not a URL"),
        ("https://host:0/", "Port 0"),
        ("http://api.openai.com/v1", "begins with https://"),
        ("file:///etc/passwd", "not a URL"),
        ("ftp://host.example/", "begins with https://"),
        ("https://user:secret@host.example/", "Leave the name and password out"),
        ("https://key@host.example/", "Leave the name and password out"),
        ("https://host.example/?next=1", "from ? or # on"),
        ("https://host.example/#top", "from ? or # on"),
        ("https://127.0.0.1/", "not on the public internet"),
        ("https://169.254.169.254/latest/meta-data", "not on the public internet"),
        ("https://[::ffff:10.0.0.1]/", "not on the public internet"),
        ("https://2130706433/", "its usual form"),
        ("https://0177.0.0.1/", "its usual form"),
        ("https://0x7f.1/", "its usual form"),
        ("https://127.1/", "its usual form"),
    ],
)
def test_everything_else_is_refused_with_what_to_do(url, sentence):
    with pytest.raises(Invalid, match=sentence.replace("?", r"\?")) as refused:
        check_url(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "allow"),
    [
        ("http://127.0.0.1:4010/v1", ["127.0.0.1"]),
        ("http://10.1.2.3/v1", ["10.0.0.0/8"]),
        ("http://[::1]:4010/v1", ["::1"]),
        ("http://simulator:4010/v1", ["Simulator."]),
    ],
)
def test_the_operator_may_allow_more_and_then_http_as_well(url, allow):
    assert check_url(url, allow=allow) == url


@pytest.mark.parametrize("url", ["http://10.1.2.3/", "http://simulator.example/", "gopher://::1/"])
def test_what_is_allowed_is_no_more_than_what_is_listed(url):
    with pytest.raises(Invalid):
        check_url(url, allow=["127.0.0.1", "simulator", "::1"])


@pytest.fixture
def names(monkeypatch):
    """A name server of the test's own."""
    table: dict[str, list[str]] = {}

    def getaddrinfo(host, port, **_):
        if host not in table:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in table[host]]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return table


def test_a_public_name_that_leads_inside_is_refused(names):
    names["rebound.example"] = ["169.254.169.254"]
    with pytest.raises(NotReached) as refused:
        permitted_addresses("rebound.example", 443)
    assert refused.value.why == "forbidden"


def test_of_several_addresses_only_the_public_ones_are_used(names):
    names["mixed.example"] = ["10.0.0.1", "8.8.8.8", "8.8.8.8", "::1"]
    assert permitted_addresses("mixed.example", 443) == ["8.8.8.8"]


def test_a_name_may_lead_into_an_allowed_network(names):
    names["inside.example"] = ["10.0.0.1", "192.168.0.1"]
    assert permitted_addresses("inside.example", 443, allow=["10.0.0.0/8"]) == ["10.0.0.1"]


def test_an_allowed_name_may_lead_anywhere(names):
    names["inside.example"] = ["192.168.0.1"]
    assert permitted_addresses("inside.example", 80, allow=["inside.example"]) == ["192.168.0.1"]


def test_an_unknown_name_says_so(names):
    with pytest.raises(NotReached, match=r"nowhere\.example could not be resolved") as refused:
        permitted_addresses("nowhere.example", 443)
    assert refused.value.why == "unknown_host"
