"""What this slice offers to the shell: the answer on Overview, the tests, and panels."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from tenure.compliance import queries, wording
from tenure.compliance.models import Finding
from tenure.compliance.overview import Answer, answer, own_access
from tenure.lib.actor import Actor
from tenure.lib.counting import in_words
from tenure.lib.shell import Counter, NavEntry, PaletteEntry, Panel, SettingsEntry, shell
from tenure.lib.web import ActorRequest

Drawn = tuple[str, Mapping[str, Any]] | None


class _Answered(threading.local):
    """The answer is read once for the page's body and its bar.

    An actor is made anew for every request, so that this is never older than the request.
    """

    actor: Actor | None = None
    answer: Answer | None = None


_answered = _Answered()


def findings_counter(counts: Mapping[str, int]) -> Counter | None:
    """Overdue findings, else open ones."""
    if counts["overdue"]:
        return Counter(f"{in_words(counts['overdue'])} overdue", "red")
    return Counter(f"{in_words(counts['open'])} open") if counts["open"] else None


def _answer(actor: Actor) -> Answer:
    if _answered.answer is None or _answered.actor is not actor:
        _answered.actor, _answered.answer = actor, answer(actor=actor)
    return _answered.answer


def overview_bar(request: ActorRequest, _subject: object) -> Drawn:
    """The age of the data, and Sync now."""
    return "compliance/_overview_bar.html", {"answer": _answer(request.actor)}


def overview_answer(request: ActorRequest, _subject: object) -> Drawn:
    """The whole of Overview for those who may see it; one reading feeds all of its parts."""
    return "compliance/_overview.html", {"answer": _answer(request.actor)}


def own_access_panel(request: ActorRequest, _subject: object) -> Drawn:
    """For everybody else: what they have themselves."""
    if request.actor.may_somewhere("overview.view"):
        return None
    return "compliance/_own_access.html", {"own": own_access(actor=request.actor)}


def findings_of_account(request: ActorRequest, account: Any) -> Drawn:  # noqa: ANN401
    return _panel(queries.live_findings(actor=request.actor).filter(account=account), request)


def findings_of_person(request: ActorRequest, person: Any) -> Drawn:  # noqa: ANN401
    return _panel(queries.live_findings(actor=request.actor).filter(person=person), request)


def findings_of_credential(request: ActorRequest, key: Any) -> Drawn:  # noqa: ANN401
    found = queries.live_findings(actor=request.actor)
    return _panel(found.filter(subject=f"credential:{key.ref}"), request)


def _panel(found: QuerySet[Finding], request: ActorRequest) -> Drawn:
    then = queries.as_they_were(found, actor=request.actor)
    shown = wording.lines(then, at=queries.seen_until(request.actor))
    return "compliance/_findings_panel.html", {"findings": shown}


shell.add(
    NavEntry(
        group="Assurance",
        label="Findings",
        icon="list-check",
        url_name="compliance:findings",
        permission="findings.view",
        rows=lambda actor: queries.rows_of_counts(actor=actor),
        says=findings_counter,
        position=5,
    ),
    NavEntry(
        group="Assurance",
        label="Tests",
        icon="shield-check",
        url_name="compliance:tests",
        permission="tests.view",
        position=10,
    ),
    PaletteEntry(
        label="Leavers with access",
        icon="user-off",
        url_name="compliance:leavers",
        keywords="former people left deprovision offboard",
        permission="tests.view",
    ),
    PaletteEntry(
        label="My findings",
        icon="list-check",
        url_name="compliance:findings",
        keywords="work list mine assign",
        permission="findings.assign",
        asks="show=mine",
    ),
    PaletteEntry(
        label="Overdue findings",
        icon="list-check",
        url_name="compliance:findings",
        keywords="late due",
        permission="findings.view",
        asks="show=overdue",
    ),
    PaletteEntry(
        label="Exempted findings",
        icon="list-check",
        url_name="compliance:findings",
        keywords="exemptions accepted until",
        permission="findings.view",
        asks="show=exempted",
    ),
    PaletteEntry(
        label="Controls",
        icon="list-check",
        url_name="compliance:controls",
        hint="Page",
        keywords="soc 2 iso 27001 nist pci framework",
        permission="tests.view",
    ),
    SettingsEntry(
        label="Calendar",
        icon="calendar",
        url_name="compliance:calendar",
        says="Where days begin, which of the week are worked, and holidays.",
        permission="settings.view",
        position=30,
    ),
    SettingsEntry(
        label="Tests and their time",
        icon="shield-check",
        url_name="compliance:tests-settings",
        says="How long a finding may stay open, thresholds, and tests that are not asked.",
        permission="settings.view",
        position=40,
    ),
    Panel(slot="overview.actions", render=overview_bar, permission="overview.view"),
    Panel(slot="overview.answer", render=overview_answer, permission="overview.view"),
    Panel(slot="overview.answer", render=own_access_panel, permission="me.view"),
    Panel(slot="account.findings", render=findings_of_account, permission="findings.view"),
    Panel(slot="credential.findings", render=findings_of_credential, permission="findings.view"),
    Panel(slot="person.findings", render=findings_of_person, permission="findings.view"),
)
