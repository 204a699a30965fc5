"""What every connector that changes things promises, and what providers do to it meanwhile.

for trial in CHANGE_TRIALS.values():
    trial(stage)                  raises Broken, with the promise that was not kept
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Literal, Protocol

from tenure.connectors.base import FailureKind, ProviderError
from tenure.connectors.changing import (
    Change,
    Changed,
    ChangeFailed,
    Changing,
    Found,
    Identity,
    Outcome,
    Sight,
    Target,
)
from tenure.connectors.contract.telling import Broken, demand

_SENTENCE = re.compile(r"\S+ [^\n]*\.")
_SHOWN_OF_A_SECRET = 12
_NOBODY = "nobody-has-this-id"


class Closable(Changing, Protocol):
    def close(self) -> None: ...


class Listening(Protocol):
    """A stage that says what must be told to nobody, and how much it was asked."""

    secrets: tuple[str, ...]

    def asked(self) -> int: ...


class ChangeStage(Protocol):
    """What a vendor brings. `target` is somebody who may be removed, and `identity` who it is."""

    target: Target
    identity: Identity
    organization_id: str
    secrets: tuple[str, ...]

    def arrange(self, case: str) -> None:
        """The organization as it began, now with what this case does."""
        ...

    def is_there(self) -> bool:
        """Whether the provider has the target, whatever it says."""
        ...

    def asked(self) -> int:
        """Requests since `arrange`."""
        ...

    def connector(self) -> Closable:
        """A new connector that no answer keeps for long."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a provider does to a removal, what must be said, and whether it was done."""

    name: str
    does: str
    says: Outcome | Literal["accepted"]
    kind: FailureKind | None
    done: bool


def _case(name: str, does: str, says: Outcome | Literal["accepted"], kind: FailureKind | None,
          *, done: bool = False) -> Case:  # fmt: skip
    return Case(name=name, does=does, says=says, kind=kind, done=done)


CASES = (
    _case("done", "Does it and says so.", "accepted", None, done=True),
    _case("gone before", "Says that it is not there.", "refused", "not_found", done=True),
    _case("refused", "Says no, in words.", "refused", "refused"),
    _case("no scope", "Says that the key lacks a scope.", "refused", "missing_scope"),
    _case("conflict", "Says that somebody else changed it.", "refused", "refused"),
    _case("too many requests", "Wants a pause of a second.", "refused", "rate_limited"),
    _case("fault", "Reports a fault of its own.", "unknown", "provider_error"),
    _case("never answered", "Never answers.", "unknown", "unreachable"),
    _case("done, fault", "Does it and reports a fault.", "unknown", "provider_error", done=True),
    _case("done, no answer", "Does it, never answers.", "unknown", "unreachable", done=True),
    _case("done, broken off", "Does it, breaks off.", "unknown", "unreachable", done=True),
    _case("done, cut", "Does it, sends half an answer.", "unknown", "unreadable", done=True),
    _case("done, web page", "Does it, and a gateway answers.", "unknown", "not_the_provider",
          done=True),
    _case("done, page that is well", "Does it, and a page says that all is well.", "unknown",
          "not_the_provider", done=True),
)  # fmt: skip

# What a provider does to a read, by which no target may seem gone: for a read by id, and in a list.
BLIND = ("no scope", "too many requests", "fault", "never answered", "cut", "web page",
         "page that is well", "refused", "parent gone")  # fmt: skip
BLIND_LISTS = (*BLIND, "no cursor", "circle", "no word of more", "unreadable record")


def check_change(stage: ChangeStage, case: Case) -> None:
    """One request, and what is known of it."""
    stage.arrange(case.name)
    with closing(stage.connector()) as connector:
        said = _said(connector, stage.target)
    demand(stage.asked() == 1, f"{case.does} It must be asked once, not {stage.asked()} times.")
    outcome = said.outcome if isinstance(said, ChangeFailed) else "accepted"
    kind = said.kind if isinstance(said, ChangeFailed) else None
    demand(
        (outcome, kind) == (case.says, case.kind),
        f"{case.does} It must be {case.says} ({case.kind}), not {outcome} ({kind}).",
    )
    demand(stage.is_there() != case.done, f"{case.does} The stage itself got it wrong.")
    if isinstance(said, ChangeFailed):
        check_words(stage, said)
        demand(kind != "rate_limited" or said.retry_after == 1.0, "The pause asked for is told.")
    else:
        demand(said.request_id and said.request, "An accepted change names its request.")
        demand(said.organization, "An accepted change says whose organization answered.")


def check_sight(stage: ChangeStage) -> None:
    """There, and gone, as the read says, with whose organization answered."""
    stage.arrange("done")
    nobody = Target(kind=stage.target.kind, id=_NOBODY, parent_id=stage.target.parent_id)
    with closing(stage.connector()) as connector:
        for sight in (connector.look(stage.target),
                      connector.look_in_list(stage.target, stage.identity)):  # fmt: skip
            demand(sight.identity == stage.identity, f"It is {stage.identity}; {sight.identity}")
            check_signed(sight)
        _said(connector, stage.target)
        for target in (stage.target, nobody):
            for sight in (connector.look(target), connector.look_in_list(target, stage.identity)):
                demand(not sight.is_there, "What is gone is not there.")
                check_signed(sight)


def check_lag(stage: ChangeStage, case: str, *, by_id: bool) -> None:
    """A read by id and a list may differ for a while; each says what it says."""
    stage.arrange(case)
    with closing(stage.connector()) as connector:
        _said(connector, stage.target)
        seen = connector.look(stage.target).is_there
        listed = connector.look_in_list(stage.target, stage.identity).is_there
    demand((seen, listed) == (by_id, not by_id), "Neither read may stand for the other.")


def check_blind(stage: ChangeStage, case: str, *, in_list: bool) -> None:
    """A read that failed, or did not come to its end, says nothing."""
    stage.arrange(case)
    nobody = Target(kind=stage.target.kind, id=_NOBODY, parent_id=stage.target.parent_id)
    with closing(stage.connector()) as connector:
        try:
            sight = (
                connector.look_in_list(nobody, Identity())
                if in_list
                else connector.look(stage.target)
            )
        except ProviderError as error:
            check_words(stage, error)
        else:
            raise Broken(f"With {case!r} nobody can tell, but this was told: {sight}")
    demand(in_list or stage.asked() == 1, "A read by id is one request.")


def check_another(stage: ChangeStage) -> None:
    """An answer about somebody else is none."""
    stage.arrange("another")
    with closing(stage.connector()) as connector:
        try:
            connector.look(stage.target)
        except ProviderError as error:
            demand(error.kind == "unreadable", f"It cannot be read, and is no {error.kind}.")
        else:
            raise Broken("An answer about somebody else was taken for one about the target.")


def check_organization(stage: ChangeStage) -> None:
    for case, named in (("done", stage.organization_id), ("roles without organization", "")):
        stage.arrange(case)
        with closing(stage.connector()) as connector:
            demand(connector.organization() == named, f"With {case!r} roles name {named!r}.")


def check_not_sent(stage: ChangeStage) -> None:
    """What cannot be meant, and what a closed connector is told, is never sent."""
    stage.arrange("done")
    with closing(stage.connector()) as connector:
        for odd in ("", ".", ".."):
            target = Target(kind=stage.target.kind, id=odd, parent_id=stage.target.parent_id)
            check_not_told(stage, _said(connector, target))
    check_not_told(stage, _said(connector, stage.target))


def check_not_told(stage: Listening, said: Changed | ChangeFailed) -> None:
    demand(isinstance(said, ChangeFailed) and said.outcome == "not_sent", f"Not sent, not {said!r}")
    demand(stage.asked() == 0, "Nothing may be sent.")


def _said(connector: Changing, target: Target) -> Changed | ChangeFailed:
    try:
        return connector.change(Change(action="remove", target=target))
    except ChangeFailed as failure:
        return failure


def check_signed(sight: Sight | Found) -> None:
    demand(sight.organization and sight.request_id, "A sight says whose answer it is, and which.")


def check_words(stage: Listening, error: ProviderError) -> None:
    demand(_SENTENCE.fullmatch(str(error)), f"This is no sentence: {error}")
    demand(error.__context__ is None and error.__cause__ is None, "A failure holds no exchange.")
    for secret in stage.secrets:
        for at in range(len(secret) - _SHOWN_OF_A_SECRET + 1):
            shown = secret[at : at + _SHOWN_OF_A_SECRET] in f"{error!r}"
            demand(not shown, "A part of a key is in what was told.")


CHANGE_TRIALS: dict[str, Callable[[ChangeStage], None]] = {
    **{f"change: {case.name}": partial(check_change, case=case) for case in CASES},
    **{f"look: {name}": partial(check_blind, case=name, in_list=False) for name in BLIND},
    **{f"list: {name}": partial(check_blind, case=name, in_list=True) for name in BLIND_LISTS},
    "sight": check_sight,
    "list lags": partial(check_lag, case="list lags", by_id=False),
    "read lags": partial(check_lag, case="read lags", by_id=True),
    "another": check_another,
    "organization": check_organization,
    "not sent": check_not_sent,
}
