"""Who may do what: bearer keys, their scopes, and the organization they belong to."""

from __future__ import annotations

from collections.abc import Mapping

from tenure.simulator.openai.call import Call, Endpoint
from tenure.simulator.openai.errors import ApiError, missing_scopes
from tenure.simulator.openai.model import Credential

_SHOWN = 4


def check_access(call: Call, endpoint: Endpoint, headers: Mapping[bytes, bytes]) -> None:
    """Refuse the request, or note on the call whose key it uses."""
    value = _bearer(headers.get(b"authorization", b"").decode("latin-1"))
    call.credential = credential = _valid(call, value)
    _check_organization(call, headers.get(b"openai-organization"))
    faults = call.faults
    status = int(faults.value("missing_scope_status"))
    if faults.on("false_401", call):
        raise missing_scopes(endpoint.needed_scope(), status=401)
    barred = faults.value("missing_scope").split(",")
    if call.collection in barred or not _may(call, credential, endpoint):
        raise missing_scopes(endpoint.needed_scope(), status=status)


def _may(call: Call, credential: Credential, endpoint: Endpoint) -> bool:
    scope = endpoint.needed_scope()
    if credential.kind == "personal" and call.method == "GET":
        reads = call.faults.value("personal_key_reads") == "on"
        return scope in credential.scopes or (reads and scope == "api.management.read")
    return scope in credential.scopes


def _bearer(header: str) -> str:
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "bearer" or not value.strip():
        raise ApiError(
            401,
            "You didn't provide an API key. Provide it in an Authorization header using Bearer "
            "auth (i.e. Authorization: Bearer YOUR_KEY).",
        )
    return value.strip()


def _valid(call: Call, value: str) -> Credential:
    organization = call.organization
    credential = organization.credentials.get(value)
    now = organization.clock.now()
    revoked = call.faults.value("revoked").split(",")
    if (
        credential is None
        or credential.kind in revoked
        or "all" in revoked
        or (credential.dead_from is not None and credential.dead_from <= now)
        or (credential.expires_at is not None and credential.expires_at <= now)
    ):
        raise ApiError(
            401,
            f"Incorrect API key provided: {redacted(value)}. You can find your API key at "
            "https://platform.openai.com/account/api-keys.",
            code="invalid_api_key",
        )
    return credential


def redacted(value: str) -> str:
    """A key as the provider shows it: its prefix and its last four characters."""
    prefix = next((p for p in ("sk-admin-", "sk-proj-", "sk-") if value.startswith(p)), "")
    return f"{prefix}{'*' * 16}{value[-_SHOWN:] if len(value) > _SHOWN * 3 else ''}"


def _check_organization(call: Call, named: bytes | None) -> None:
    if named is None:
        return
    if call.faults.value("organization_ignored") == "on":
        return
    mismatch = call.faults.value("organization_mismatch") == "on"
    if mismatch or named.decode("latin-1") != call.organization.id:
        raise ApiError(
            401,
            "OpenAI-Organization header should match organization for API key",
            code="mismatched_organization",
        )
