"""Deny by default: every address and method has a permission, or stands on the public list."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from tenure.testing.cast import user_of
from tenure.users.middleware import ActorMiddleware
from tenure.users.permissions import BY_TOKEN, PUBLIC, SIGNED_IN, declared_permission
from tenure.users.rules import ALL_PERMISSIONS

USUAL, OTHER = ("GET", "POST"), ("HEAD", "PUT", "PATCH", "DELETE")
METHODS = (*USUAL, *OTHER)
SOME_REF = "019aaaaa-aaaa-7aaa-8aaa-aaaaaaaaaaaa"

# Every address that answers without signing in. Adding one is a decision: say why.
PUBLIC_LIST = {
    "healthz": "liveness, says nothing but ok",
    "readyz": "readiness, names no data",
    ".well-known/tenure-evidence-key.json": "public keys, for whoever verifies evidence",
    "theme": "a cookie for colours, before signing in too",
    "api/v1/openapi.json": "the same text for every installation of a version; tools send no token",
    "styleguide": "components for developers; not found unless TENURE_DEBUG",
    "styleguide/errors/<int:status>": "the same, for error pages",
}
# The library that signs people in, and our one-time links.
PUBLIC_PREFIXES = ("auth/", "join/", "first-admin/", "welcome/")


def walk(patterns, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, route)
        else:
            yield route, pattern


def all_patterns() -> list[tuple[str, URLPattern]]:
    return list(walk(get_resolver().url_patterns))


def address_of(route: str) -> str:
    """A concrete path for a route, with something plausible in each place."""
    import re

    def fill(match: re.Match[str]) -> str:
        kind = match.group(1) or "str:"
        return {"uuid:": SOME_REF, "int:": "1"}.get(kind, "x")

    path = re.sub(r"<(\w+:)?\w+>", fill, route)
    return "/" + path.replace("^", "").replace("$", "").replace("\\Z", "")


def undeclared(patterns: list[tuple[str, URLPattern]]) -> list[str]:
    return [route for route, pattern in patterns if declared_permission(pattern.callback) is None]


def test_every_address_declares_who_may_use_it():
    patterns = all_patterns()
    assert len(patterns) > 30
    assert undeclared(patterns) == []


def test_declared_permissions_exist():
    known = ALL_PERMISSIONS | {PUBLIC, SIGNED_IN, BY_TOKEN}
    strange = {
        route: declared_permission(pattern.callback)
        for route, pattern in all_patterns()
        if declared_permission(pattern.callback) not in known
    }
    assert strange == {}


def test_the_public_list_is_short_and_known():
    public = {
        route
        for route, pattern in all_patterns()
        if declared_permission(pattern.callback) == PUBLIC
    }
    assert {route for route in public if not route.startswith(PUBLIC_PREFIXES)} == set(PUBLIC_LIST)


def test_the_walker_finds_a_planted_unprotected_view():
    def planted(_request: HttpRequest) -> HttpResponse:
        return HttpResponse("secret")

    from django.urls import path

    assert undeclared(list(walk([path("planted/", planted)]))) == ["planted/"]
    request = RequestFactory().get("/planted/")
    middleware = ActorMiddleware(lambda _: HttpResponse())
    request.actor = None
    with pytest.raises(PermissionDenied):
        middleware.process_view(request, planted, (), {})


def protected() -> list[str]:
    return sorted(
        route
        for route, pattern in all_patterns()
        if declared_permission(pattern.callback) not in (PUBLIC, SIGNED_IN, BY_TOKEN, None)
    )


@pytest.mark.django_db
def test_nobody_signed_in_gets_nowhere_with_any_method():
    client = Client(raise_request_exception=False)
    for route, pattern in all_patterns():
        if declared_permission(pattern.callback) == PUBLIC:
            continue
        for method in METHODS:
            answer = client.generic(method, address_of(route))
            where = answer.headers.get("Location", "")
            assert (answer.status_code == 302 and "/auth/login" in where) or (
                answer.status_code in (401, 403, 404, 405)
            ), (method, route, answer.status_code, where)


@pytest.mark.django_db
def test_an_outsider_with_a_session_is_refused_everything_that_needs_a_permission():
    client = Client(raise_request_exception=False)
    client.force_login(user_of("oscar"))
    for number, (route, pattern) in enumerate(all_patterns()):
        if declared_permission(pattern.callback) in (PUBLIC, SIGNED_IN, "me.view"):
            continue
        # Who they are is looked up for each request; the others are all of one kind to us.
        for method in (*USUAL, OTHER[number % len(OTHER)]):
            answer = client.generic(method, address_of(route))
            assert answer.status_code in (401, 403, 404, 405), (method, route, answer.status_code)


@pytest.mark.django_db
def test_whoever_visits_an_address_that_takes_a_form_is_led_to_a_page():
    client = Client(raise_request_exception=False, headers={"accept": "text/html,*/*;q=0.8"})
    client.force_login(user_of("ada"))
    for route, pattern in all_patterns():
        if declared_permission(pattern.callback) in (PUBLIC, BY_TOKEN, None):
            continue
        answer = client.get(address_of(route), follow=True)
        assert answer.status_code in (200, 400, 404), (route, answer.status_code)


def test_the_made_up_ref_is_a_uuid():
    assert str(UUID(SOME_REF)) == SOME_REF
