from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def sign_in(_request: HttpRequest) -> dict[str, bool]:
    """Context processor: browsers keep passkeys for names, and for none that is a number."""
    try:
        ip_address(urlsplit(settings.TENURE_PUBLIC_URL).hostname or "")
    except ValueError:
        return {"passkeys_work": True}
    return {"passkeys_work": False}
