"""People at the provider's own pages: who did something there, and logging in."""

from __future__ import annotations

import zlib
from typing import Any

from tenure.simulator.openai.history import Actor
from tenure.simulator.openai.identifiers import derive
from tenure.simulator.openai.model import OWNER, User
from tenure.simulator.openai.organization import Organization

_CITIES = (
    ("Oslo", "NO", "Oslo", "03", "59.91", "10.75"),
    ("Berlin", "DE", "Land Berlin", "BE", "52.52", "13.40"),
    ("Mumbai", "IN", "Maharashtra", "MH", "19.07", "72.88"),
)


def session_of(organization: Organization, user: User) -> Actor:
    """A user acting through a browser, in the shape that was captured."""
    number = zlib.crc32(user.id.encode())
    city, country, region, code, latitude, longitude = _CITIES[number % len(_CITIES)]
    details = {
        "asn": str(64_496 + number % 16),
        "city": city,
        "country": country,
        "region": region,
        "region_code": code,
        "latitude": latitude,
        "longitude": longitude,
    }
    session = {
        "user": {"id": user.id, "email": user.email or ""},
        "ip_address": f"203.0.113.{number % 254 + 1}",
        "ip_address_details": details,
        "ja3": derive(organization.seed, "ja3", user.id, length=32).lower(),
        "ja4": derive(organization.seed, "ja4", user.id, length=36).lower(),
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64)",
    }
    return {"type": "session", "session": session}


def console_of(organization: Organization) -> Actor | None:
    """Whoever does what nobody said who did: the organization's first owner."""
    owner = next((user for user in organization.users if user.role == OWNER), None)
    return session_of(organization, owner) if owner else None


def record_login(
    organization: Organization, actor: Actor, *, at: int | None = None, failed: bool = False
) -> None:
    """The event of a login in a session. One that succeeded has no details of its own."""
    if failed:
        told: dict[str, Any] = {
            "error_code": "invalid_credentials",
            "error_message": "Wrong password.",
        }
        organization.record("login.failed", actor, at=at, **told)
    else:
        organization.record("login.succeeded", actor, at=at)
