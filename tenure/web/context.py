"""What the base templates need on every page, computed only when a template asks."""

from __future__ import annotations

from functools import cached_property
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

import tenure
from tenure.lib.actor import Actor
from tenure.web.registry import NavGroup, NavItem, actor_of, navigation, user_menu

THEMES = ("light", "dark", "auto")
THEME_COOKIE = "theme"


class ShellContext:
    """`shell` in templates. Fragments never touch `nav`, so its counters cost them nothing."""

    version = tenure.__version__
    theme_choices = (
        ("light", "Light", "sun"),
        ("dark", "Dark", "moon"),
        ("auto", "System", "device-desktop"),
    )

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @property
    def theme(self) -> str:
        """light, dark, or auto: then the style sheet follows the reader's system."""
        chosen = self.request.COOKIES.get(THEME_COOKIE, "")
        return chosen if chosen in THEMES else "auto"

    @property
    def organization(self) -> str:
        return str(getattr(settings, "TENURE_ORGANIZATION_NAME", ""))

    @property
    def host(self) -> str:
        """Where Tenure is reached; not the request's word for it, which may be a forgery."""
        return urlsplit(settings.TENURE_PUBLIC_URL).netloc

    @property
    def actor(self) -> Actor | None:
        return actor_of(self.request)

    @property
    def base(self) -> str:
        """The base template for pages shown to anyone, signed in or not."""
        return "web/base.html" if self.actor else "web/base_plain.html"

    @cached_property
    def nav(self) -> list[NavGroup]:
        return navigation(self.request)

    @cached_property
    def user_menu(self) -> list[NavItem]:
        return user_menu(self.request)


def shell(request: HttpRequest) -> dict[str, ShellContext]:
    """Context processor."""
    return {"shell": ShellContext(request)}
