"""Which services a target may be, told from its address as Apprise writes it. Pure.

Apprise knows 190 services; some of them read files, run programs or speak other protocols. Only
what is listed here is ever handed to it, and of the options behind `?` only those that name a key
or a place: none that would turn off the verification of certificates or follow redirects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from tenure.lib.errors import Invalid
from tenure.lib.outbound import allowed, check_origin


@dataclass(frozen=True, slots=True)
class Service:
    """`host` is where a hosted service lives; empty when the address names it."""

    title: str
    host: str = ""
    is_encrypted: bool = True


_OWN = {"ntfy": "ntfy", "mmost": "Mattermost", "rocket": "Rocket.Chat", "gotify": "Gotify"}
_OWN |= {"json": "JSON webhook"}

SERVICES: Mapping[str, Service] = {
    "slack": Service("Slack", "hooks.slack.com"),
    "workflows": Service("Microsoft Teams"),
    "discord": Service("Discord", "discord.com"),
    "gchat": Service("Google Chat", "chat.googleapis.com"),
    "webex": Service("Webex", "webexapis.com"),
    **{f"{scheme}s": Service(title) for scheme, title in _OWN.items()},
    **{scheme: Service(title, is_encrypted=False) for scheme, title in _OWN.items()},
}
# Addresses as the services themselves give them out, by the end of their host.
_NATIVE: Mapping[str, str] = {
    "hooks.slack.com": "slack",
    "logic.azure.com": "workflows",
    "api.powerplatform.com": "workflows",
    "discord.com": "discord",
    "discordapp.com": "discord",
    "chat.googleapis.com": "gchat",
    "webexapis.com": "webex",
}
_OPTIONS = frozenset({"api-version", "sp", "sv", "sig", "ver", "key", "token", "threadkey"})
_CLOUD = {"ntfy": "ntfy.sh"}


@dataclass(frozen=True, slots=True)
class Address:
    """What may be told of an address: everything but the secret in it."""

    slug: str
    service: Service
    host: str

    @property
    def tail(self) -> str:
        """The end of the host."""
        if ":" in self.host or self.host.replace(".", "").isdigit():
            return self.host
        labels = self.host.split(".")
        return ("…" if len(labels) > 2 else "") + ".".join(labels[-2:])  # noqa: PLR2004


def read(url: str, *, allow: Sequence[str] = ()) -> Address:
    """The service behind an address, or Invalid. Asks nobody, and repeats nothing of it.

    scheme                host                        -> outcome
    https                 one of a service above         that service
    a hosted service's    any: it is a part of the key   accept
    one's own, encrypted  public, or allowed             accept
    one's own, plain      allowed by the operator        accept
    anything else         any                            Invalid
    """
    try:
        parts = urlsplit(url.strip())
        host, _ = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise Invalid(_UNREADABLE, field="url") from None
    slug = _native(host) if parts.scheme == "https" else parts.scheme
    if (service := SERVICES.get(slug)) is None or not host:
        raise Invalid(_UNKNOWN, field="url")
    names = {name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    # Apprise takes ; for & too: what stands behind one is an option that we have not looked at.
    if names - _OPTIONS or ";" in parts.query or parts.fragment:
        raise Invalid("Leave out the options behind ? in the address.", field="url")
    if service.host:
        return Address(slug, service, service.host)
    cloud = _CLOUD.get(slug.removesuffix("s")) if not parts.path.strip("/") else None
    if not service.is_encrypted and (cloud or not allowed(tuple(allow)).host(host)):
        raise Invalid(f"Write {slug}s:// instead, so that messages travel encrypted.", field="url")
    if not cloud:
        check_origin("https", host, allow=allow)
    return Address(slug, service, cloud or host)


def names_of(slug: str) -> str:
    """The service in the words of people."""
    return SERVICES[slug].title if slug in SERVICES else slug


def _native(host: str) -> str:
    """The service whose host this is, or ends in."""
    ends = (end for end in _NATIVE if host == end or host.endswith(f".{end}"))
    return next((_NATIVE[end] for end in ends), "")


_UNREADABLE = "This is not an address: copy it again from the service."
_UNKNOWN = (
    "Use an address of Slack, Teams (a workflow), Discord, Google Chat or Webex, or one that begins"
    " with ntfys://, mmosts://, rockets://, gotifys:// or jsons://."
)
