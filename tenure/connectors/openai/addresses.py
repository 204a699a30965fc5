"""Where the provider's endpoints are, and what is sent there, as its official SDK knows it.

The SDK is asked once per endpoint and process: it builds the request for a made-up parent and key,
and our transport keeps the request and sends nothing. What is sent later is that request with the
real ids and cursor in it. So the SDK gets neither a key nor the network, whatever it read from
`OPENAI_*` variables ends here, and no request pays for its typing (half of the cost of a page).
Importing this module takes a second, because of the SDK: import it when the first request is due.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache, lru_cache
from urllib.parse import quote, urlencode

import httpx2
import msgspec
import openai
from openai.resources.admin.organization import Organization

# One of the SDK's methods, found on the SDK's own map of the API.
Endpoint = Callable[[Organization], Callable[..., object]]

_ANYWHERE = "https://provider.invalid"
_PARENT = "PARENT{}"
_PARENTS = re.compile(r"PARENT(\d)")
# Where a list goes on from: another one for each request, and so in no template.
_GOING_ON = ("after", "page")


class Asking(msgspec.Struct, frozen=True):
    """One request: `path` is below the base URL, with its query."""

    method: str
    path: str
    body: bytes = b""


class _Kept(Exception):
    """Carries a request that is not sent."""

    def __init__(self, asking: Asking) -> None:
        super().__init__(asking.path)
        self.asking = asking


class _Keeping(httpx2.BaseTransport):
    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.raw_path.decode("ascii")
        raise _Kept(Asking(request.method, path, request.read()))


def address(endpoint: Endpoint, *whose: str, **parameters: object) -> str:
    """Path and query of a read, below the base URL; ids and values are quoted.

    Where a list goes on from, `effective_at` (bounds by their name) and `email` (the one address to
    list) differ from request to request, and the SDK is not asked for each.
    """
    bounds = parameters.pop("effective_at", {})
    email = parameters.pop("email", None)
    going_on = {name: parameters.pop(name) for name in _GOING_ON if name in parameters}
    path = _placed(_template(endpoint, len(whose), tuple(sorted(parameters.items()))).path, whose)
    assert isinstance(bounds, dict)  # noqa: S101 - as the listing of events has it
    added = {f"effective_at[{name}]": bound for name, bound in bounds.items()}
    added |= {"emails[]": email} if email else {}
    query = urlencode(added | going_on, quote_via=quote, safe="")
    return f"{path}{'&' if '?' in path else '?'}{query}" if query else path


def change(endpoint: Endpoint, *whose: str, **fields: object) -> Asking:
    """A request that changes something, with `fields` in its body."""
    made_up = tuple((name, name) for name in sorted(fields))
    asking = _template(endpoint, len(whose), made_up)
    body = {k: fields[v] for k, v in json.loads(asking.body or b"{}").items()}
    encoded = msgspec.json.encode(body) if body else b""
    return Asking(asking.method, _placed(asking.path, whose), encoded)


def _placed(path: str, whose: tuple[str, ...]) -> str:
    """The path of the real parents. All at once: an id may look like a place for the next."""
    return _PARENTS.sub(lambda place: quote(whose[int(place[1])], safe=""), path)


@lru_cache(maxsize=64)
def _template(
    endpoint: Endpoint, parents: int, parameters: tuple[tuple[str, object], ...]
) -> Asking:
    whose = [_PARENT.format(number) for number in range(parents)]
    try:
        endpoint(_organization())(*whose, **dict(parameters))
    except _Kept as kept:
        return kept.asking
    raise LookupError("the SDK asked for nothing")


@cache
def _organization() -> Organization:
    # Every argument that is left out would be read from the environment.
    sdk = openai.OpenAI(
        admin_api_key="none",
        api_key="",
        organization="none",
        base_url=_ANYWHERE,
        max_retries=0,
        http_client=httpx2.Client(transport=_Keeping(), trust_env=False, follow_redirects=False),
    )
    # Read from OPENAI_CUSTOM_HEADERS; one that is not ASCII would fail every request.
    sdk._custom_headers = {}
    return sdk.admin.organization
