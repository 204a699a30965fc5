"""Who is really asking, when a reverse proxy stands in front."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class TrustedProxyMiddleware:
    """Believes X-Forwarded-For and -Proto from the configured proxies, and from nobody else.

    The client is the last address in the chain that is not itself a trusted proxy: everything to
    the left of it was written by the client.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    @cached_property
    def _networks(self) -> list[IPv4Network | IPv6Network]:
        return [ip_network(word, strict=False) for word in settings.TENURE_TRUSTED_PROXIES]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        meta = request.META
        forwarded = meta.pop("HTTP_X_FORWARDED_FOR", "")
        scheme = meta.pop("HTTP_X_FORWARDED_PROTO", "")
        if self._is_trusted(meta.get("REMOTE_ADDR", "")):
            for hop in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
                meta["REMOTE_ADDR"] = hop
                if not self._is_trusted(hop):
                    break
            if scheme in ("http", "https"):
                meta["wsgi.url_scheme"] = scheme
                request.environ["wsgi.url_scheme"] = scheme  # type: ignore[attr-defined] # WSGI only
        return self._get_response(request)

    def _is_trusted(self, address: str) -> bool:
        try:
            return any(ip_address(address) in network for network in self._networks)
        except ValueError:
            return False
