"""The simulator itself: state, switches, log; and the way of one request through them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tenure.simulator.openai import statefile
from tenure.simulator.openai.access import check_access
from tenure.simulator.openai.call import Call, Endpoint, Reply
from tenure.simulator.openai.clock import Clock
from tenure.simulator.openai.company import Company, found
from tenure.simulator.openai.errors import ApiError, body_of, not_found, server_error
from tenure.simulator.openai.faults import Faults
from tenure.simulator.openai.identifiers import derive
from tenure.simulator.openai.model import Saved
from tenure.simulator.openai.organization import Organization
from tenure.simulator.openai.rates import Rates, too_many_requests
from tenure.simulator.openai.requestlog import Logged, RequestLog
from tenure.simulator.openai.scim import settle

ROLES = ("roles", "user_roles", "group_roles")
SOMEBODY_ELSE = "org-SomebodyElse000000000000"
ABSURD_RETRY_AFTER_S = 3600
SAVED_WITHIN_S = 0.2


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """How the simulator was started."""

    company: Company = field(default_factory=Company)
    starts_at: float | None = None
    rpm: str = "off"
    latency_ms: float = 0.0
    state: Path | None = None
    request_log: Path | None = None
    faults: tuple[str, ...] = ()


@dataclass(slots=True)
class Delivery:
    """A reply, and how the wire treats it."""

    reply: Reply
    delay: float = 0.0
    drip: float = 0.0
    never: bool = False
    cut: bool = False


class Simulator:
    def __init__(self, options: Options) -> None:
        self.options = options
        self.log = RequestLog(options.request_log)
        self.stopping = asyncio.Event()
        self.faults = Faults()
        self._requests = 0
        self._save: asyncio.TimerHandle | None = None
        self._begin(statefile.load(options.state) if options.state else None)

    def reset(self) -> None:
        """Back to the company, clock and switches of the start; the log is emptied."""
        self.log.clear()
        self._requests = 0
        self._begin(None)
        self.touched()

    def _begin(self, saved: Saved | None) -> None:
        self.clock = Clock(starts_at=self.options.starts_at)
        if saved is None:
            self.organization = found(self.options.company, clock=self.clock)
        else:
            self.organization = Organization.restored(saved, clock=self.clock)
        self.organization.is_logging = lambda: self.faults.value("audit_log") == "on"
        self.rates = Rates(self.options.rpm, self.clock)
        self.faults.clear()
        for spelling in self.options.faults:
            self.set_fault(spelling)

    def set_fault(self, spelling: str) -> str:
        """Set a switch; one that dates from now (`key_expires_in`) takes effect at once."""
        fault = self.faults.set(spelling)
        if fault.switch.name == "key_expires_in":
            expires_at = self.organization.now() + int(float(fault.value))
            for key in self.organization.admin_keys:
                self.organization.admin_keys.update(key, expires_at=expires_at)
            for credential in self.organization.credentials.values():
                if credential.kind in {"admin", "read_only"}:
                    credential.expires_at = expires_at
        return fault.spelled()

    def settle(self) -> None:
        """Let the directory do what it was due to have done by now."""
        if self.organization.directory and settle(self.organization, faults=self.faults):
            self.touched()

    def touched(self) -> None:
        """Something changed: write the state file once for all changes of the next moment."""
        if self.options.state is not None and self._save is None:
            self._save = asyncio.get_running_loop().call_later(SAVED_WITHIN_S, self.save)

    def save(self) -> None:
        self._save = None
        if self.options.state is not None:
            statefile.save(self.options.state, self.organization.saved())

    def next_request_id(self) -> str:
        self._requests += 1
        return f"req_{derive(self.organization.seed, 'request', self._requests, length=32).lower()}"

    def answer(self, call: Call, endpoint: Endpoint, headers: Mapping[bytes, bytes]) -> Delivery:
        """Decide, do and log one request."""
        outcome, target = None, call.target(endpoint)
        self.settle()
        delivery = self._delivery(call)
        try:
            check_access(call, endpoint, headers)
            self.rates.spend(endpoint)
            if self.faults:
                self._refuse_by_fault(call)
            if not delivery.never:
                delivery.reply = endpoint.handle(call)
                if endpoint.creates:
                    delivery.reply.status = int(self.faults.value("create_status"))
                if call.method != "GET":
                    outcome = "nothing" if call.did_nothing else "committed"
                    self.touched()
            elif call.method != "GET":
                outcome = "nothing"
        except ApiError as error:
            outcome = None if call.method == "GET" else "refused"
            delivery.reply = self._refusal(error, call)
        if self.faults:
            outcome = self._spoil(delivery, call, outcome)
        self._log(call, delivery, outcome, target)
        return delivery

    def _refuse_by_fault(self, call: Call) -> None:
        faults = self.faults
        limited = faults.value("rate_limited", call) if "rate_limited" in faults else "off"
        if limited != "off":
            raise _limited(limited)
        if faults.on("not_found", call):
            raise not_found(call.path)
        if faults.on("bad_request", call):
            raise ApiError(400, "The planets are not aligned.")
        if faults.on("overloaded", call):
            raise overloaded()
        if faults.on("server_error", call):
            raise server_error(call.request_id)
        if call.method != "GET" and faults.on("conflict", call):
            raise ApiError(409, "The resource was changed at the same time.", code="conflict")

    def _delivery(self, call: Call) -> Delivery:
        delivery = Delivery(Reply(200, b""))
        if not self.faults:
            return delivery
        faults = self.faults
        delivery.never = faults.on("timeout", call)
        delivery.cut = faults.on("reset", call)
        for name in ("delay", "slow_drip"):
            seconds = float(faults.value(name, call) or 0) if name in faults else 0.0
            setattr(delivery, name.removeprefix("slow_"), seconds)
        return delivery

    def _spoil(self, delivery: Delivery, call: Call, outcome: str | None) -> str | None:
        faults, reply = self.faults, delivery.reply
        lost = faults.value("commit_then", call) if outcome == "committed" else "off"
        if lost != "off":
            if lost in {"500", "503"}:
                error = server_error(call.request_id) if lost == "500" else overloaded()
                delivery.reply = self._refusal(error, call)
            delivery.never, delivery.cut = lost == "timeout", lost == "reset"
            return "committed_unreported"
        if (ids := faults.value("role_ids")) != "organization" and call.collection in ROLES:
            reply.body = _renamed(reply.body, self.organization.id, ids)
        broken = faults.value("broken_body", call) if "broken_body" in faults else "off"
        if broken.startswith("html"):
            status, reply.content_type, reply.body = body_of(ApiError(502, ""), "html")
            reply.status = 200 if broken == "html_200" else status
        elif broken == "empty":
            reply.body = b""
        elif broken == "truncated":
            reply.body = reply.body[: len(reply.body) // 2]
        unreported = delivery.cut or broken != "off"
        return "committed_unreported" if unreported and outcome == "committed" else outcome

    def _refusal(self, error: ApiError, call: Call) -> Reply:
        shape = self.faults.value("error_body", call) if self.faults else "envelope"
        status, content_type, body = body_of(error, shape)
        return Reply(status, body, content_type, error.headers)

    def _log(self, call: Call, delivery: Delivery, outcome: str | None, target: str) -> None:
        self.log.add(
            Logged(
                ts=self.clock.now(),
                method=call.method,
                path=call.path,
                query=call.raw_query,
                status=0 if delivery.never else delivery.reply.status,
                request_id=call.request_id,
                key=call.credential.kind if call.credential else None,
                outcome=outcome,
                target=target,
            )
        )


def _renamed(body: bytes, organization_id: str, ids: str) -> bytes:
    """Roles whose ids name no organization, or somebody else's."""
    named = f"__api-organization__{organization_id}".encode()
    return body.replace(
        named,
        b"" if ids == "bare" else named.replace(organization_id.encode(), SOMEBODY_ELSE.encode()),
    )


def overloaded() -> ApiError:
    """The provider's 503."""
    return ApiError(
        503,
        "The server is currently overloaded. Please try again later.",
        kind="service_unavailable_error",
        code="server_is_overloaded",
    )


def _limited(how: str) -> ApiError:
    if how == "insufficient_quota":
        message = "You exceeded your current quota, please check your plan and billing details."
        return ApiError(429, message, kind="insufficient_quota", code="insufficient_quota")
    if how == "slow_down":
        return ApiError(429, "Slow down.", kind="rate_limit_error", code="slow_down")
    seconds = {"plain": None, "retry_after": 1, "absurd": ABSURD_RETRY_AFTER_S}[how]
    return too_many_requests(retry_after=seconds)
