"""What this slice offers to the shell: cases, and the way to one from a person or an account."""

from __future__ import annotations

from collections.abc import Mapping

from tenure.inventory.models import Account
from tenure.lib.shell import NavEntry, PaletteEntry, Panel, shell
from tenure.lib.web import ActorRequest
from tenure.offboarding import queries
from tenure.people.models import Person
from tenure.provisioning.models import ProvisioningOperation

Rendered = tuple[str, Mapping[str, object]]


def of_person(request: ActorRequest, person: Person) -> Rendered | None:
    """Whether there is a case comes by itself: that page asks much already."""
    if not request.actor.may("offboarding.manage"):
        return None
    return "offboarding/_of_person_panel.html", {"person": person}


def of_account(request: ActorRequest, account: Account) -> Rendered | None:
    """The same on the page of an account that is somebody's."""
    ref = getattr(account, "person_ref", None)
    if ref is None or not request.actor.may("offboarding.manage"):
        return None
    return "offboarding/_account_panel.html", {"ref": ref}


def cause(_request: ActorRequest, operation: ProvisioningOperation) -> Rendered | None:
    """On an operation: the case that asked for it."""
    if operation.cause_kind != "offboarding_case":
        return None
    return "offboarding/_cause.html", {"ref": operation.cause_ref}


shell.add(
    NavEntry(
        group="Lifecycle",
        label="Offboarding",
        icon="door-exit",
        url_name="offboarding:cases",
        permission="offboarding.view",
        rows=lambda actor: queries.shown("open", actor=actor),
        position=20,
    ),
    PaletteEntry(
        label="Offboard somebody",
        icon="door-exit",
        url_name="offboarding:new",
        keywords="leaver leave remove access emergency fire last day",
        permission="offboarding.manage",
    ),
    PaletteEntry(
        label="Plans to approve",
        icon="door-exit",
        url_name="offboarding:cases",
        keywords="offboarding approval leavers",
        permission="offboarding.manage",
        asks="show=approval",
    ),
    Panel("person.actions", of_person, "offboarding.manage", position=60),
    Panel("account.findings", of_account, "offboarding.manage", position=70),
    Panel("operation.cause", cause, "offboarding.view"),
)
