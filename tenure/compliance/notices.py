"""What is told of findings and exemptions, and to whom.

Of leavers hear those who may exempt findings, and the connection's owner. Of what is overdue or
about to reopen hear the finding's owner and the subscribers of its test; where there are none,
those who may exempt it. Nobody hears of a finding that they may not see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from tenure.compliance import queries
from tenure.compliance.catalog import catalogue
from tenure.compliance.deadlines import the_calendar
from tenure.compliance.explaining import who
from tenure.compliance.models import Exemption, Finding
from tenure.compliance.notice_rules import days_to_warn
from tenure.lib.actor import Actor
from tenure.lib.clock import rfc3339
from tenure.notifications.topics import Event
from tenure.users.actors import actor_of_user
from tenure.users.models import User
from tenure.users.reading import Holder, holders_of


class Audience:
    """Who hears of which finding, and in which time zone; read once for many findings."""

    def __init__(self, *, actor: Actor) -> None:
        self._actor = actor
        self._readers: dict[int, Actor] = {}

    def of_leaver(self, finding: Finding) -> list[str]:
        owner = finding.connection.owner if finding.connection else None
        looks_after = [owner.email] if owner and self._may_see(owner, finding) else []
        return [*self._exempting(finding), *looks_after]

    def of_finding(self, finding: Finding) -> list[str]:
        """Its owner and subscribers, else those who may exempt it."""
        concerned = [*([finding.owner] if finding.owner else []), *self._following[finding.test_id]]
        own = [user.email for user in concerned if self._may_see(user, finding)]
        return own or self._exempting(finding)

    def _exempting(self, finding: Finding) -> list[str]:
        refs = {"", str(finding.connection.ref)} if finding.connection else {""}
        return [one.email for one in self._holders if one.connection_ref in refs]

    def _may_see(self, user: User, finding: Finding) -> bool:
        if user.pk not in self._readers:
            self._readers[user.pk] = actor_of_user(user)
        connection = str(finding.connection.ref) if finding.connection else None
        reader = self._readers[user.pk]
        may = reader.may("findings.view", connection=connection) and reader.window is None
        return user.is_active and may

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(the_calendar().zone)

    @cached_property
    def _holders(self) -> Sequence[Holder]:
        return holders_of("findings.exempt")

    @cached_property
    def _following(self) -> dict[int, list[User]]:
        found: dict[int, list[User]] = defaultdict(list)
        for one in queries.subscribers(actor=self._actor):
            found[one.test_id].append(one.user)
        return found


def of_leavers(findings: Iterable[Finding], *, audience: Audience) -> list[Event]:
    return [
        Event(
            to=audience.of_leaver(finding),
            fields={
                "person": who(finding),
                "what": _what(finding),
                "since": _day(finding.since, audience),
                "due": _moment(finding.due_at, audience),
            },
            url=_page(finding),
            subject=finding.test.slug,
            list_url=f"{settings.TENURE_PUBLIC_URL}{reverse('compliance:leavers')}",
            about=finding.ref,
        )
        for finding in findings
    ]


def of_overdue(findings: Iterable[Finding], *, audience: Audience) -> list[Event]:
    """One that was opened again, and is late again, is told again."""
    return [
        Event(
            to=audience.of_finding(finding),
            fields={**_fields(finding), "due": _moment(finding.due_at, audience)},
            url=_page(finding),
            subject=finding.test.slug,
            list_url=_list(finding, "overdue"),
            about=finding.ref,
            occasion=rfc3339(finding.reopened_at) if finding.reopened_at else "",
        )
        for finding in findings
    ]


def of_ending(exemptions: Iterable[Exemption], *, at: datetime, audience: Audience) -> list[Event]:
    """Those that end within 7 days, and once more within one."""
    events = []
    for exemption in exemptions:
        days = days_to_warn(ends_at=exemption.ends_at, exempted_at=exemption.exempted_at, at=at)
        if days is None:
            continue
        finding = exemption.finding
        fields = {
            **_fields(finding),
            "when": "within a day" if days == 1 else f"within {days} days",
            "until": f"{exemption.until.day} {exemption.until:%B %Y}",
            "reason": exemption.reason,
        }
        events.append(
            Event(
                to=audience.of_finding(finding),
                fields=fields,
                url=_page(finding),
                subject=finding.test.slug,
                list_url=_list(finding, "exempted"),
                about=exemption.ref,
                occasion=str(days),
            )
        )
    return events


def _fields(finding: Finding) -> dict[str, str]:
    name, what = who(finding), _what(finding)
    if finding.person is not None and finding.credential is None:
        what = f"{name}, {what}"
    return {"test": catalogue()[finding.test.slug].title, "what": what}


def _what(finding: Finding) -> str:
    """What the finding is about, as a part of a sentence: account noor@halden.example in OpenAI."""
    where = f" in {finding.connection}" if finding.connection else ""
    if finding.credential is not None:
        return f"key {finding.credential}{where}"
    if finding.account is not None:
        return f"account {finding.account.email or finding.account}{where}"
    if finding.subject.startswith("invitation:"):
        return f"invitation{where}" if finding.person else f"invitation of {who(finding)}{where}"
    return who(finding)


def _page(finding: Finding) -> str:
    return f"{settings.TENURE_PUBLIC_URL}{reverse('compliance:finding', args=[finding.ref])}"


def _list(finding: Finding, show: str) -> str:
    """The work list, narrowed to what a message of several tells of."""
    page = reverse("compliance:findings")
    asked = urlencode({"show": show, "test": finding.test.slug})
    return f"{settings.TENURE_PUBLIC_URL}{page}?{asked}"


def _day(instant: datetime, audience: Audience) -> str:
    local = instant.astimezone(audience.zone)
    return f"{local.day} {local:%B %Y}"


def _moment(instant: datetime, audience: Audience) -> str:
    local = instant.astimezone(audience.zone)
    return f"{local.day} {local:%B %Y %H:%M %Z}"
