"""Apprise, in a process of its own: one order on standard input, one answer on standard output.

A process, because Apprise follows whatever proxies, certificate files and netrc its environment
names, resolves names by itself and may wait long. Here the environment is empty, each connection
is judged as it is made, by an audit hook that nothing can take out again, and whoever takes too
long is killed without harm to the worker. Run it as `python -m tenure.notifications.messenger`.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Sequence
from ipaddress import ip_address

import msgspec

from tenure.lib import structs
from tenure.lib.outbound import NotReached, allowed, is_public, permitted_addresses

_ONLY_MARKDOWN = ("workflows",)
_ADDRESS = re.compile(r"https?://\S+")
_MARKS = re.compile(r"[\\`*_\[\]#~|]")


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What to send where; without a body the address is only looked at."""

    url: str
    host: str
    service: str
    allow: Sequence[str] = ()
    title: str = ""
    body: str = ""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """`problem` ends a sentence, and names nothing of the address; empty when all is well."""

    problem: str = ""


class Forbidden(OSError):
    """An address that may not be called."""


class _Status(logging.Handler):
    """Remembers the status of the last refusal that Apprise logs, and nothing else of it."""

    status = ""

    def emit(self, record: logging.LogRecord) -> None:
        if found := re.search(r"error=(\d{3})\b", record.getMessage()):
            self.status = found.group(1)


def guard(order: Order, forbidden: list[str]) -> Callable[[str, tuple[object, ...]], None]:
    """An audit hook that lets connections be made only to where `lib.outbound` permits."""
    exceptions = allowed(tuple(order.allow))
    named: set[str] = set()
    if exceptions.host(order.host):
        named = set(permitted_addresses(order.host, 443, allow=order.allow))

    def judge(event: str, arguments: tuple[object, ...]) -> None:
        if event != "socket.connect":
            return
        where = arguments[1]
        text = str(where[0]).partition("%")[0] if isinstance(where, tuple) else ""
        try:
            address = ip_address(text)
        except ValueError:
            address = None
        if address is None or not (
            text in named or is_public(address) or exceptions.address(address)
        ):
            forbidden.append(text)
            raise Forbidden("not on the public internet")

    return judge


def harmless(text: str) -> str:
    """Names that call a whole channel, and links under false words, as the text they are.

    What a provider calls an account is data; a service would act on it.
    """
    text = re.sub(r"@(?=(?:everyone|here|channel|all)\b)", "@\u200b", text)
    return text.replace("<", "<\u200b").replace("](", "]\u200b(")


def as_markdown(text: str) -> str:
    """The same, where an address is a link only when it is written as one."""
    lines = (line.strip() for line in text.splitlines())
    return "\n\n".join(
        f"[{line}]({line})" if _ADDRESS.fullmatch(line) else _MARKS.sub(r"\\\g<0>", line)
        for line in lines
        if line
    )


def carry_out(order: Order) -> Answer:
    forbidden: list[str] = []
    try:
        sys.addaudithook(guard(order, forbidden))
    except NotReached:
        return Answer(problem="its host could not be resolved; check the spelling and the DNS")
    import apprise
    from apprise.common import NotifyFormat, PersistentStoreMode

    asset = apprise.AppriseAsset(
        app_id="Tenure",
        async_mode=False,
        http_redirects=False,
        storage_mode=PersistentStoreMode.MEMORY,
        # No pictures: whoever reads the message would fetch them from somebody else.
        image_url_mask="",
        image_url_logo="",
    )
    status = _Status()
    apprise.logger.handlers, apprise.logger.propagate = [status], False
    service = apprise.Apprise.instantiate(order.url, asset=asset)
    if service is None or order.service not in _schemes_of(service):
        return Answer(problem="it is no complete address of the service; copy it again from there")
    service.verify_certificate, service.redirects = True, False
    carrier = apprise.Apprise(asset=asset)
    carrier.add(service)
    title, body, form = harmless(order.title), harmless(order.body), NotifyFormat.TEXT
    if order.service in _ONLY_MARKDOWN:
        body, form = as_markdown(body), NotifyFormat.MARKDOWN
    if not body or carrier.notify(title=title, body=body, body_format=form):
        return Answer()
    return Answer(problem=_problem(status.status, was_forbidden=bool(forbidden)))


def _problem(status: str, *, was_forbidden: bool) -> str:
    if was_forbidden:
        return (
            "its host leads to an address that is not on the public internet; use another, or let"
            " the operator list it in TENURE_PROVIDER_HOSTS_ALLOW"
        )
    if status:
        return f"the service answered {status}; check whether the address is still valid there"
    return "the service could not be reached or did not answer"


def _schemes_of(service: object) -> set[str]:
    """The names under which Apprise knows the service, encrypted and not."""
    names: set[str] = set()
    for name in ("protocol", "secure_protocol"):
        given = getattr(service, name, None) or ()
        names |= {given} if isinstance(given, str) else set(given)
    return names


if __name__ == "__main__":
    order = structs.decoder(Order).decode(sys.stdin.buffer.read())
    answer = sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever a library prints is no answer
    answer.write(msgspec.json.encode(carry_out(order)))
