"""Judging a key by live reads: what it is, what it sees, and whether it is the right one's.

Nothing is tried by writing. Each collection is asked once, because requests are scarce.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal, TypeVar
from urllib.parse import unquote, urlsplit

import msgspec

from tenure.connectors.base import (
    Credentials,
    FailureKind,
    Found,
    Probe,
    ProviderError,
    Refusal,
    Validation,
)
from tenure.connectors.openai import errors, wire
from tenure.connectors.openai.addresses import Endpoint
from tenure.connectors.openai.client import BASE_URL, Client
from tenure.connectors.openai.description import ORGANIZATION_PAGE
from tenure.connectors.openai.found import Looks, Seen, found_rows
from tenure.connectors.openai.organization import ORGANIZATION_ID, in_roles
from tenure.connectors.openai.typed import ADMIN_KEY
from tenure.lib import clock, structs
from tenure.lib.text import last_four

Item = TypeVar("Item")
Proof = Literal["response_header", "role_ids", "both", "none"]

_ATTEMPTS = 2
_FIELDS: dict[FailureKind, str] = {
    "wrong_organization": "organization_id",
    "invalid_key": "api_key",
    "missing_scope": "api_key",
    "not_an_admin_key": "api_key",
    "not_a_member": "api_key",
    "not_found": "base_url",
    "not_the_provider": "base_url",
    "bad_input": "base_url",
}
# The longest beginning that fits says what sort of key it is.
_SORTS = {
    "sk-proj-": "a project key",
    "sk-svcacct-": "a service account's key",
    "sk-": "a personal key",
}


def judge(client: Client, credentials: Credentials) -> Validation:
    """What the key turned out to be. Raises Refusal when it cannot read the users."""
    looks = _look_around(client, credentials)
    proof, name = _organization(looks, credentials)
    is_admin_key = credentials.api_key.startswith(ADMIN_KEY)
    found = found_rows(looks, is_admin_key=is_admin_key)
    own = _own_key(looks.admin_keys.items, credentials.api_key)
    owner = (own and own.owner) or wire.KeyOwner()
    return Validation(
        organization_id=credentials.organization_id,
        organization_name=name,
        organization_proof=proof,
        organization_header=looks.users.organization,
        organization_in_roles=next(iter(in_roles(looks.roles.items)), ""),
        key_kind=_key_kind(found, is_admin_key=is_admin_key),
        key_hint=last_four(credentials.api_key),
        found=found,
        probes=_probes(client, credentials),
        may_write=None if is_admin_key else False,
        audit_logging=looks.audit_logging,
        key_owner=owner.name or None,
        key_owner_id=owner.id or None,
        key_created_at=_on_a_calendar(own.created_at) if own else None,
        key_expires_at=_on_a_calendar(own.expires_at) if own else None,
        users_seen=len(looks.users.items),
        more_users=looks.users.more,
    )


def organization_of(client: Client, credentials: Credentials) -> str:
    """The one organization that the answers to a key name by its id. Raises Refusal."""
    look = _Look(client)
    users = look(lambda api: api.users.with_raw_response.list, wire.User, limit=1)
    if users.error is not None:
        raise _refusal(users.error, credentials)
    roles = look(lambda api: api.roles.with_raw_response.list, wire.Identified)
    named = in_roles(roles.items)
    if ORGANIZATION_ID.fullmatch(users.organization):
        named.add(users.organization)
    if len(named) != 1:
        raise Refusal(
            "bad_input",
            "OpenAI's answers do not say which organization this key is of: name it by its ID, "
            f"org-…, from {ORGANIZATION_PAGE}.",
            field="organization_id",
        )
    return named.pop()


def _on_a_calendar(seconds: int | None) -> int | None:
    """The instant, or None for one no calendar has: it says nothing that could be shown."""
    with contextlib.suppress(ValueError):
        wire.instant(seconds)
        return seconds
    return None


def _look_around(client: Client, credentials: Credentials) -> Looks:
    look = _Look(client)
    users = look(lambda api: api.users.with_raw_response.list, wire.User)
    if users.error is not None:
        raise _refusal(users.error, credentials)
    return Looks(
        users=users,
        invites=look(lambda api: api.invites.with_raw_response.list, wire.Invite),
        projects=look(
            lambda api: api.projects.with_raw_response.list,
            wire.Project,
            include_archived=True,
        ),
        groups=look(lambda api: api.groups.with_raw_response.list, wire.Identified),
        roles=look(lambda api: api.roles.with_raw_response.list, wire.Identified),
        admin_keys=look(lambda api: api.admin_api_keys.with_raw_response.list, wire.AdminKey),
        audit_log=look(
            lambda api: api.audit_logs.with_raw_response.list,
            wire.Identified,
            limit=1,
        ),
        costs=look(
            lambda api: api.usage.with_raw_response.costs,
            msgspec.Raw,
            start_time=int((clock.now() - timedelta(days=1)).timestamp()),
            limit=1,
        ),
    )


_list_page = structs.decoder(wire.ListPage)


class _Look:
    """Asks for the first page of a list; once more when the failure may pass by itself."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def __call__(
        self, endpoint: Endpoint, item: type[Item], *, limit: int = 100, **parameters: object
    ) -> Seen[Item]:
        error: ProviderError | None = None
        for _ in range(_ATTEMPTS):
            try:
                return self._page(endpoint, item, limit=limit, **parameters)
            except ProviderError as failure:
                error = failure
                if not failure.may_pass or failure.kind == "rate_limited":
                    break
        return Seen(error=error)

    def _page(self, endpoint: Endpoint, item: type[Item], **parameters: object) -> Seen[Item]:
        answer = self._client.get(endpoint, **parameters)
        try:
            page = _list_page.decode(answer.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            page = None
        if page is None:
            raise errors.unreadable()
        items, decode = [], structs.decoder(item).decode
        for raw in page.data:
            # A record we cannot read is the sync's to report; it says nothing about the key.
            with contextlib.suppress(msgspec.DecodeError):
                items.append(decode(raw))
        return Seen(items=items, more=bool(page.has_more), organization=answer.organization)


def _refusal(error: ProviderError, credentials: Credentials) -> Refusal:
    """Why the users could not be read, at the field that has to be mended."""
    kind, sentence = error.kind, str(error)
    if kind == "missing_scope" and not credentials.api_key.startswith(ADMIN_KEY):
        sort = next(s for begin, s in _SORTS.items() if credentials.api_key.startswith(begin))
        kind = "not_an_admin_key"
        sentence = (
            f"This is {sort} and cannot see who is in the organization: make a key that begins "
            "with sk-admin- under Settings, Admin keys, and paste that one."
        )
    elif kind == "not_found" and not credentials.base_url:
        kind = "provider_error"
    return Refusal(kind, sentence, field=_FIELDS.get(kind))


def _organization(looks: Looks, credentials: Credentials) -> tuple[Proof, str | None]:
    """Which answers name the organization by its id, and its name when they give one.

    The provider has accepted our OpenAI-Organization header; that alone is an assertion, because
    a key of one organization would have been refused and a person's own might not.
    """
    header = looks.users.organization
    embedded = in_roles(looks.roles.items)
    header_is_id = header == credentials.organization_id or bool(ORGANIZATION_ID.fullmatch(header))
    named = embedded | ({header} if header_is_id else set())
    if named - {credentials.organization_id}:
        raise Refusal(
            "wrong_organization",
            "OpenAI's answers name another organization than the one you typed: copy the "
            "organization ID from the settings of the organization in which the key was made.",
            field="organization_id",
        )
    proof: Proof = "none"
    if named:
        sources = (header_is_id, bool(embedded))
        proof = "both" if all(sources) else "response_header" if header_is_id else "role_ids"
    return proof, None if header_is_id else header or None


def _key_kind(
    found: Sequence[Found], *, is_admin_key: bool
) -> Literal["admin", "limited", "personal"]:
    """A read-only admin key cannot be told from a full one without writing."""
    if not is_admin_key:
        return "personal"
    return "limited" if any(row.state == "missing_scope" for row in found) else "admin"


def _own_key(keys: Sequence[wire.AdminKey], key: str) -> wire.AdminKey | None:
    """The record of the key in use, found by the ends that are shown; None unless exactly one."""
    fits = [record for record in keys if _may_be(record.redacted_value or "", key)]
    return fits[0] if len(fits) == 1 else None


def _may_be(redacted: str, key: str) -> bool:
    """True when `sk-admin-…abcd`, however it is shortened, can stand for the key."""
    ends = re.fullmatch(r"([\w-]+)[^\w-]+([\w-]{3,})", redacted)
    return ends is not None and key.startswith(ends[1]) and key.endswith(ends[2])


def _probes(client: Client, credentials: Credentials) -> tuple[Probe, ...]:
    """What was asked, with the base URL's own path left out."""
    base = urlsplit(credentials.base_url or BASE_URL).path.rstrip("/") + "/"
    return tuple(
        Probe(
            method="GET",
            path=unquote(asked.path.removeprefix(base)),
            status=asked.status,
            milliseconds=asked.milliseconds,
        )
        for asked in client.log
    )
