"""What an answer that is not a good one means, judged by its words and only then by its status.

The same refusal has been seen with status 401 and 403, in four shapes of body, and replaced by a
gateway's HTML page; see the README for where each was seen.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import msgspec

from tenure.connectors.base import FailureKind, ProviderError
from tenure.lib import clock, structs
from tenure.lib.outbound import NotReached
from tenure.lib.secrets import redact

_QUOTA = {
    "insufficient_quota",
    "credit_balance_exhausted",
    "billing_hard_limit_reached",
    "billing_not_active",
}
_TWO_MINUTES = 120
_REFUSES_CURSOR = (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND)
# Asked first: between these words stands a name that somebody chose.
_ARCHIVED = re.compile(r"project .* is archived\.?", re.DOTALL)
_SCOPE = re.compile(r"[a-z_]+(?:\.[a-z_]+)+")

# (kind, codes, words of the message in lower case). The first row that fits decides.
_MARKS: tuple[tuple[FailureKind, frozenset[str], tuple[str, ...]], ...] = (
    (
        "wrong_organization",
        frozenset({"mismatched_organization"}),
        ("should match organization",),
    ),
    ("missing_scope", frozenset(), ("missing scopes", "insufficient permissions")),
    ("address_not_allowed", frozenset({"ip_not_authorized"}), ("ip not authorized", "ip address")),
    (
        "unsupported_region",
        frozenset({"unsupported_country_region_territory"}),
        ("region, or territory not supported",),
    ),
    ("not_a_member", frozenset({"no_organization"}), ("must be a member of an organization",)),
    (
        "invalid_key",
        frozenset({"invalid_api_key", "account_deactivated"}),
        ("incorrect api key", "invalid api key"),
    ),
)

_SENTENCES: dict[FailureKind, str] = {
    "wrong_organization": (
        "This key belongs to another organization: copy the organization ID from the settings of "
        "the organization in which the key was made."
    ),
    "invalid_key": (
        "OpenAI does not accept this key, because it was mistyped, revoked or has expired: paste "
        "it again or make a new admin key."
    ),
    "not_a_member": (
        "The owner of this key belongs to no organization: make the key as an owner of the "
        "organization you want to connect."
    ),
    "address_not_allowed": (
        "OpenAI accepts this organization's keys from listed addresses only: add this server's "
        "address to the IP allowlist in OpenAI's settings."
    ),
    "unsupported_region": (
        "OpenAI does not serve the country or region this server calls from: run Tenure where "
        "OpenAI is available."
    ),
    "quota_exhausted": (
        "OpenAI refuses because the organization's credit or quota is used up: settle its billing "
        "in OpenAI, then try again."
    ),
    "stale_cursor": (
        "OpenAI no longer accepts the place it gave for going on: read the list again from its "
        "beginning."
    ),
    "parent_gone": "The project was archived or deleted in OpenAI, so there is no list to read.",
    "provider_error": "OpenAI reports a fault of its own ({status}): try again in a few minutes.",
    "not_found": (
        "OpenAI has nothing at this address (404): check that the base URL is right, it usually "
        "ends in /v1."
    ),
    "unreadable": (
        "An answer of OpenAI could not be read, it was cut short or is not JSON: try again in a "
        "few minutes, and if it stays, check what stands between this server and OpenAI."
    ),
}


class _Error(msgspec.Struct):
    message: object = None
    code: object = None


class _Envelope(msgspec.Struct):
    """The documented body, `{"error": {…}}`, and the two others met: flat, and a bare string."""

    error: _Error | str | None = None
    message: object = None
    code: object = None


_envelope = structs.decoder(_Envelope)


def refused(
    status: int, headers: Mapping[str, str], body: bytes, *, cursor: str | None = None
) -> ProviderError:
    """The failure that an answer other than 2xx means, to a request that went on from `cursor`."""
    if status in range(300, 400):
        return ProviderError(
            "not_the_provider",
            "The base URL leads to a redirect, which is not followed: enter the final address.",
            status=status,
        )
    try:
        envelope = _envelope.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _not_json(status, headers, body)
    message, code = _message_and_code(envelope)
    if cursor and status in _REFUSES_CURSOR and _is_about(cursor, message, code):
        return ProviderError("stale_cursor", _SENTENCES["stale_cursor"], status=status)
    return _judged(status, message, code, retry_after=_retry_after(headers))


def words(body: bytes) -> str:
    """What a refusal says, in the provider's words; empty when it has none."""
    try:
        return _message_and_code(_envelope.decode(body))[0]
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""


def not_offered() -> str:
    """Why a list that not every organization has was not read."""
    return "OpenAI does not offer this for the organization."


def parent_gone() -> str:
    """Why the list of a project that is no more was not read."""
    return _SENTENCES["parent_gone"]


def unreachable(failure: NotReached) -> ProviderError:
    """The failure of an exchange that brought no answer, or none that can be read."""
    if failure.why == "unreadable":
        return unreadable()
    return ProviderError(
        "bad_input" if failure.why == "forbidden" else "unreachable",
        str(failure),
        may_pass=failure.why not in ("forbidden", "tls", "too_large"),
    )


def unreadable() -> ProviderError:
    """The failure of a 2xx answer whose body is not what was asked for."""
    return ProviderError("unreadable", _SENTENCES["unreadable"], may_pass=True)


def looks_like_html(headers: Mapping[str, str], body: bytes) -> bool:
    kind = headers.get("content-type", "")
    return "html" in kind or body[:64].lstrip().lower().startswith((b"<!doctype", b"<html"))


def proxy_page(status: int) -> ProviderError:
    """The failure of an answer that is a web page."""
    return ProviderError(
        "not_the_provider",
        f"A web page came back instead of OpenAI's answer (status {status}): check the base URL "
        "and any proxy or gateway between this server and OpenAI.",
        status=status,
        may_pass=status >= HTTPStatus.INTERNAL_SERVER_ERROR,
    )


def _judged(status: int, message: str, code: str, *, retry_after: float | None) -> ProviderError:
    kind = _kind(status, message.lower(), code.lower())
    if kind == "missing_scope":
        sentence = missing_scope(_scopes(message))
    elif kind == "rate_limited":
        sentence = rate_limited(retry_after)
    elif kind == "refused":
        said = f": “{quoted(message)}”" if message else ""
        sentence = f"OpenAI refused the request ({status}){said}; check the key and its owner."
    else:
        sentence = _SENTENCES[kind].format(status=status)
    return ProviderError(
        kind,
        sentence,
        status=status,
        may_pass=kind in ("rate_limited", "provider_error")
        or status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT),
        retry_after=retry_after,
    )


def missing_scope(scopes: list[str]) -> str:
    what = " and ".join(scopes) if scopes else "the permissions this needs"
    return (
        f"This key lacks {what}: make a new admin key that has it, because scopes added to an "
        "existing key are known not to take effect."
    )


def rate_limited(retry_after: float | None) -> str:
    when = "in a minute"
    if retry_after is not None:
        soon = retry_after <= _TWO_MINUTES
        when = f"in {retry_after:.0f} seconds" if soon else f"in {retry_after / 60:.0f} minutes"
    return f"OpenAI is getting too many requests from this organization: try again {when}."


def _is_about(cursor: str, message: str, code: str) -> bool:
    """True when the words of a refusal mean the cursor, or quote it."""
    if code == "invalid_cursor" or "cursor" in message.lower():
        return True
    return re.search(rf"(?<![\w-]){re.escape(cursor)}(?![\w-])", message) is not None


def _kind(status: int, message: str, code: str) -> FailureKind:
    if status == HTTPStatus.BAD_REQUEST and _ARCHIVED.fullmatch(message):
        return "parent_gone"
    for kind, codes, words in _MARKS:
        if code in codes or any(word in message for word in words):
            return kind
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return "quota_exhausted" if code in _QUOTA else "rate_limited"
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "provider_error"
    return "not_found" if status == HTTPStatus.NOT_FOUND else "refused"


def _not_json(status: int, headers: Mapping[str, str], body: bytes) -> ProviderError:
    """A refusal without words. An empty or cut one may still be the provider's."""
    if looks_like_html(headers, body):
        return proxy_page(status)
    return _judged(status, "", "", retry_after=_retry_after(headers))


def _message_and_code(envelope: _Envelope) -> tuple[str, str]:
    error = envelope.error
    if isinstance(error, str):
        return error, ""
    said = error or envelope
    return _text(said.message), _text(said.code)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _scopes(message: str) -> list[str]:
    _, _, listed = message.partition("issing scopes:")
    return _SCOPE.findall(listed.partition(". ")[0])


def quoted(message: str) -> str:
    """At most a line of the provider's words, without anything like a key."""
    line = " ".join("".join(c if c.isprintable() else " " for c in message).split())
    return redact(line[:160]).rstrip(".")


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds from Retry-After, which is a number or a date; None when absent or nonsense."""
    raw = headers.get("retry-after", "").strip()
    try:
        seconds = float(raw) if raw[:1].isdigit() else _seconds_until(raw)
    except (ValueError, OverflowError):
        return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _seconds_until(date: str) -> float:
    return (parsedate_to_datetime(date).astimezone(UTC) - clock.now()).total_seconds()


NO_ID = "has no id, so nobody can tell whose it is"
_MISSING = re.compile(r"missing required field `(\w+)`")
_WRONG = re.compile(r"at `\$\.(\w+)")


def about_record(problem: str) -> str:
    """What is wrong with one record, after its name: a decoder's sentence as people say it."""
    if NO_ID in problem:
        return NO_ID
    if missing := _MISSING.search(problem):
        return NO_ID if missing[1] == "id" else f"has no {missing[1]}"
    if wrong := _WRONG.search(problem):
        return NO_ID if wrong[1] == "id" else f"has something else where its {wrong[1]} should be"
    return f"is no record ({problem.rstrip('.')})"
