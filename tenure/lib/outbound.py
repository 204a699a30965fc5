"""Which addresses a URL that a person typed may lead to: https, and the public internet.

Whoever can type a URL can otherwise make this server call its own neighbours: the cloud's metadata
address, the database, a printer. The text is judged by `check_url`; what counts is the judgement of
the resolved address when the connection is made (`permitted_addresses`), because a name can point
elsewhere a second later. The operator may allow more: names, addresses or networks.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Literal
from urllib.parse import urlsplit

from tenure.lib.errors import Invalid

Address = IPv4Address | IPv6Address
Why = Literal[
    "forbidden",
    "unknown_host",
    "tls",
    "refused",
    "timeout",
    "broken",
    "too_large",
    "unreadable",
]

_GLOBAL_UNICAST = IPv6Network("2000::/3")
# Set aside for protocols; parts of it were called global by some versions of ipaddress.
_PROTOCOLS = IPv4Network("192.0.0.0/24")
_NAT64 = IPv6Network("64:ff9b::/96")
# inet_aton reads 2130706433, 0177.1 and 0x7f.0.0.1 as 127.0.0.1; nobody types these by accident.
_NUMBERS = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+))*\.?", re.IGNORECASE)


class NotReached(Exception):
    """No usable answer came. `why` is for deciding, the message is a sentence for people.

    `has_left` is false only when nothing of the request was sent: else it may have been carried
    out, whatever became of the answer.
    """

    def __init__(self, why: Why, message: str, *, has_left: bool = True) -> None:
        super().__init__(message)
        self.why = why
        self.has_left = has_left


class Allowed:
    """The operator's exceptions: host names, addresses, or networks such as 10.0.0.0/8."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        self._names: set[str] = set()
        self._networks: list[IPv4Network | IPv6Network] = []
        for entry in entries:
            try:
                self._networks.append(ip_network(entry.strip("[]"), strict=False))
            except ValueError:
                self._names.add(_folded(entry))

    def host(self, host: str) -> bool:
        """True when the host itself is listed: it may then be called by http as well."""
        try:
            return self.address(ip_address(_folded(host)))
        except ValueError:
            return _folded(host) in self._names

    def address(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


@lru_cache(maxsize=64)
def allowed(entries: tuple[str, ...]) -> Allowed:
    """The exceptions, parsed once per list."""
    return Allowed(entries)


def is_public(address: Address) -> bool:
    """True for an address of the public internet, seen through every way of wrapping IPv4 in IPv6.

    address                                          -> public
    global unicast                                      yes
    loopback, private, link-local, shared (100.64/10)   no
    multicast, unspecified, broadcast, reserved         no
    IPv4 inside IPv6 (mapped, 6to4, Teredo, NAT64)      as the IPv4 address
    """
    if isinstance(address, IPv6Address):
        if (inner := _inside(address)) is not None:
            return is_public(inner)
        return address in _GLOBAL_UNICAST and address.is_global
    set_aside = address.is_multicast or address.is_reserved or address in _PROTOCOLS
    return address.is_global and not set_aside


def check_url(url: str, *, allow: Sequence[str] = ()) -> str:
    """The URL without its trailing slash, or Invalid. Asks no name server."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Invalid("This is not a URL: write https://, a host name and a path.") from None
    if not host or re.search(r"[\s\\%\x00-\x1f]", url.strip()):
        raise Invalid("This is not a URL: write https://, a host name and a path.")
    if parts.username is not None or parts.password is not None:
        raise Invalid("Leave the name and password out of the URL: put the key in its own field.")
    if parts.query or parts.fragment:
        raise Invalid("End the URL with its path: leave out everything from ? or # on.")
    if port == 0:
        raise Invalid("Port 0 cannot be called: leave the port out or write the real one.")
    check_origin(parts.scheme, host, allow=allow)
    return url.strip().rstrip("/")


def check_origin(scheme: str, host: str, *, allow: Sequence[str] = ()) -> None:
    """Refuses a scheme and host as written. A name that passes is judged again once resolved."""
    exceptions = allowed(tuple(allow))
    if exceptions.host(host) and scheme in ("http", "https"):
        return
    if scheme != "https":
        raise Invalid("Write a URL that begins with https://, so that the key travels encrypted.")
    try:
        address = ip_address(host)
    except ValueError:
        if _NUMBERS.fullmatch(host):
            raise Invalid("Write the address in its usual form, four numbers with dots.") from None
        return
    if not is_public(address):
        raise Invalid(
            f"{host} is not on the public internet: use a public address, or let the operator "
            "list this one in TENURE_PROVIDER_HOSTS_ALLOW."
        )


def permitted_addresses(host: str, port: int, *, allow: Sequence[str] = ()) -> list[str]:
    """The addresses of `host` that may be called, resolved now. Raises NotReached for none.

    The caller connects to one of these and never resolves the name again.
    """
    exceptions = allowed(tuple(allow))
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotReached(
            "unknown_host",
            f"The name {host} could not be resolved: check the spelling and this server's DNS.",
        ) from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if exceptions.host(host):
        return addresses
    permitted = [
        text
        for text in addresses
        if is_public(address := ip_address(text)) or exceptions.address(address)
    ]
    if not permitted:
        raise NotReached(
            "forbidden",
            f"{host} leads to an address that is not on the public internet: use a public host, "
            "or let the operator list this one in TENURE_PROVIDER_HOSTS_ALLOW.",
        )
    return permitted


def _inside(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for, when it does."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def _folded(host: str) -> str:
    return host.strip().strip("[]").rstrip(".").lower()
