"""Where the provider's lists are, as its official SDK knows it.

The SDK is asked once per endpoint and process: it builds the request for a made-up parent and key,
and our transport keeps the address and sends nothing. What is sent later is that address with the
real parent and cursor in it. So the SDK gets neither a key nor the network, whatever it read from
`OPENAI_*` variables ends here, and no request pays for its typing (half of the cost of a page).
Importing this module takes a second, because of the SDK: import it when the first request is due.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from urllib.parse import quote, urlencode

import httpx2
import openai
from openai.resources.admin.organization import Organization

# One of the SDK's methods, found on the SDK's own map of the API.
Endpoint = Callable[[Organization], Callable[..., object]]

_ANYWHERE = "https://provider.invalid"
_PARENT = "PARENT{}"
# Where a list goes on from: another one for each request, and so in no template.
_GOING_ON = ("after", "page")


class _Kept(Exception):
    """Carries the address of a request that is not sent."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class _Keeping(httpx2.BaseTransport):
    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        raise _Kept(request.url.raw_path.decode("ascii"))


def address(endpoint: Endpoint, *whose: str, **parameters: object) -> str:
    """Path and query of a read, below the base URL; ids and values are quoted.

    Where a list goes on from, and `effective_at` (bounds by their name), differ from page to page,
    and the SDK is not asked for each.
    """
    bounds = parameters.pop("effective_at", {})
    going_on = {name: parameters.pop(name) for name in _GOING_ON if name in parameters}
    path = _template(endpoint, len(whose), tuple(sorted(parameters.items())))
    for number, parent in enumerate(whose):
        path = path.replace(_PARENT.format(number), quote(parent, safe=""), 1)
    assert isinstance(bounds, dict)  # noqa: S101 - as the listing of events has it
    added = {f"effective_at[{name}]": bound for name, bound in bounds.items()}
    query = urlencode(added | going_on, quote_via=quote, safe="")
    return f"{path}{'&' if '?' in path else '?'}{query}" if query else path


@lru_cache(maxsize=64)
def _template(endpoint: Endpoint, parents: int, parameters: tuple[tuple[str, object], ...]) -> str:
    whose = [_PARENT.format(number) for number in range(parents)]
    try:
        endpoint(_organization())(*whose, **dict(parameters))
    except _Kept as kept:
        return kept.path
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
