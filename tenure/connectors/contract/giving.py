"""What a connector that gives access promises beside what it promises of removals.

for trial in GIVING_TRIALS.values():
    trial(stage)                  raises Broken, with the promise that was not kept

A vendor brings a stage for each thing that it can give. `FINDING_TRIALS` are for those that have
no id before they are made.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Protocol

from msgspec.structs import replace

from tenure.connectors.base import ProviderError
from tenure.connectors.changing import Change, Changed, ChangeFailed, Target
from tenure.connectors.contract.changes import (
    BLIND_LISTS,
    CASES,
    Case,
    Closable,
    check_not_told,
    check_signed,
    check_words,
)
from tenure.connectors.contract.telling import Broken, demand


class GivingStage(Protocol):
    """What a vendor brings. `given` may be sent as it is, and nobody has it yet."""

    given: Change
    secrets: tuple[str, ...]

    def arrange(self, case: str) -> None:
        """The organization as it began, now with what this case does."""
        ...

    def times(self) -> int:
        """How often the provider has just what was given, whatever it says."""
        ...

    def asked(self) -> int:
        """Requests since `arrange`."""
        ...

    def connector(self) -> Closable:
        """A new connector that no answer keeps for long."""
        ...


# What is given is not there before, so that it is gone cannot be.
GIVEN = tuple(case for case in CASES if case.name != "gone before")


def check_given(stage: GivingStage, case: Case) -> None:
    """One request, and what is known of it."""
    stage.arrange(case.name)
    with closing(stage.connector()) as connector:
        said = _said(connector, stage.given)
    demand(stage.asked() == 1, f"{case.does} It must be asked once, not {stage.asked()} times.")
    outcome = said.outcome if isinstance(said, ChangeFailed) else "accepted"
    kind = said.kind if isinstance(said, ChangeFailed) else None
    demand(
        (outcome, kind) == (case.says, case.kind),
        f"{case.does} It must be {case.says} ({case.kind}), not {outcome} ({kind}).",
    )
    demand(stage.times() == int(case.done), f"{case.does} It is there {stage.times()} times.")
    if isinstance(said, ChangeFailed):
        check_words(stage, said)
    else:
        demand(said.request_id and said.request, "An accepted change names its request.")
        demand(said.organization, "An accepted change says whose organization answered.")


def check_not_sent(stage: GivingStage) -> None:
    """What has no target, what nobody can give, and what a closed connector is told."""
    stage.arrange("done")
    nobody = Target(kind=stage.given.target.kind, id="", parent_id=stage.given.target.parent_id)
    key = Target(kind="project_key", id="key", parent_id="project")
    odd = (replace(stage.given, target=nobody), replace(stage.given, target=key))
    with closing(stage.connector()) as connector:
        said = [_said(connector, change) for change in odd]
    said.append(_said(connector, stage.given))
    for one in said:
        check_not_told(stage, one)


def check_found(stage: GivingStage) -> None:
    """Nobody before, and afterwards just what was sent, in whatever case its address is asked."""
    stage.arrange("done")
    kind, email = stage.given.target.kind, stage.given.email
    with closing(stage.connector()) as connector:
        before = connector.find(kind, email)
        demand(not before.sights, f"Nobody has {email} yet, and {before.sights} was found.")
        said = _said(connector, stage.given)
        demand(isinstance(said, Changed) and said.id, "What was made has an id.")
        for spelled in (email, email.upper()):
            found = connector.find(kind, spelled)
            demand(len(found.sights) == 1, f"{spelled} was found {len(found.sights)} times.")
            check_signed(found)
            (sight,) = found.sights
            check_signed(sight)
            demand(sight.id == getattr(said, "id", ""), "It is found under the id that was told.")
            demand(sight.identity and sight.identity.role == stage.given.role, "It has the role.")
            demand(sight.projects == stage.given.projects, f"It leads to {sight.projects}.")
            by_id = connector.look(Target(kind=kind, id=sight.id))
            demand(by_id.projects == sight.projects, "Both reads say where it leads.")


def check_says_no_projects(stage: GivingStage) -> None:
    """An answer without projects is not one that says that there are none."""
    stage.arrange("projects are not told")
    with closing(stage.connector()) as connector:
        _said(connector, stage.given)
        (sight,) = connector.find(stage.given.target.kind, stage.given.email).sights
    demand(sight.projects is None, "Nobody said where it leads.")


def check_finds_nobody_blindly(stage: GivingStage, case: str) -> None:
    """A list that was not read to its end does not say that nobody has an address."""
    stage.arrange(case)
    with closing(stage.connector()) as connector:
        try:
            found = connector.find(stage.given.target.kind, stage.given.email)
        except ProviderError as error:
            check_words(stage, error)
        else:
            raise Broken(f"With {case!r} nobody can tell, but this was told: {found}")


def _said(connector: Closable, change: Change) -> Changed | ChangeFailed:
    try:
        return connector.change(change)
    except ChangeFailed as failure:
        return failure


GIVING_TRIALS: dict[str, Callable[[GivingStage], None]] = {
    **{f"give: {case.name}": partial(check_given, case=case) for case in GIVEN},
    "not sent": check_not_sent,
}
FINDING_TRIALS: dict[str, Callable[[GivingStage], None]] = {
    **{f"find: {name}": partial(check_finds_nobody_blindly, case=name) for name in BLIND_LISTS
       if name != "parent gone"},
    "found": check_found,
    "says no projects": check_says_no_projects,
}  # fmt: skip
