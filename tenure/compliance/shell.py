"""What this slice offers to the shell: the answer on Overview, the tests, and panels."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from tenure.compliance import queries, wording
from tenure.compliance.overview import Answer, answer, own_access
from tenure.lib.actor import Actor
from tenure.lib.shell import Counter, NavEntry, PaletteEntry, Panel, shell
from tenure.lib.web import ActorRequest

Drawn = tuple[str, Mapping[str, Any]] | None


def tests_counter(actor: Actor) -> Counter | None:
    """Overdue findings, else open ones."""
    count = queries.open_counts(actor=actor)
    if count.overdue:
        return Counter(f"{count.overdue} overdue", "red")
    return Counter(f"{count.open} open") if count.open else None


class _Answered(threading.local):
    """The answer is read once for the page's bar and its body.

    An actor is made anew for every request, so that this is never older than the request.
    """

    actor: Actor | None = None
    answer: Answer | None = None


_answered = _Answered()


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
    found = queries.live_findings(actor=request.actor).filter(account=account)
    return "compliance/_findings_panel.html", {"findings": wording.lines(found)}


def findings_of_person(request: ActorRequest, person: Any) -> Drawn:  # noqa: ANN401
    found = queries.live_findings(actor=request.actor).filter(person=person)
    return "compliance/_findings_panel.html", {"findings": wording.lines(found)}


shell.add(
    NavEntry(
        group="Assurance",
        label="Tests",
        icon="shield-check",
        url_name="compliance:tests",
        permission="tests.view",
        counter=tests_counter,
        position=10,
    ),
    PaletteEntry(
        label="Leavers with access",
        icon="user-off",
        url_name="compliance:leavers",
        keywords="former people left deprovision offboard",
        permission="tests.view",
    ),
    Panel(slot="overview.actions", render=overview_bar, permission="overview.view"),
    Panel(slot="overview.answer", render=overview_answer, permission="overview.view"),
    Panel(slot="overview.answer", render=own_access_panel, permission="me.view"),
    Panel(slot="account.findings", render=findings_of_account, permission="findings.view"),
    Panel(slot="person.findings", render=findings_of_person, permission="findings.view"),
)
