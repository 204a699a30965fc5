"""Which account somebody means who types its e-mail, or its ref."""

from __future__ import annotations

from uuid import UUID

from tenure.inventory.queries.accounts import FEW, accounts, present
from tenure.lib.actor import Actor
from tenure.lib.errors import Invalid, NotFound
from tenure.lib.text import fold_email


def account_ref(named: str, *, actor: Actor) -> UUID | str:
    """The ref of the one account with this e-mail that is there; a ref names itself."""
    if "@" not in named:
        return named
    here = present(accounts(actor=actor)).filter(email_key=fold_email(named)).order_by("pk")
    found = list(here[:FEW])
    if len(found) > 1:
        refs = ", ".join(f"{one.connection.name} {one.ref}" for one in found)
        raise Invalid(f"Several accounts have the e-mail {named}; name one by the ref: {refs}.")
    if not found:
        raise NotFound(f"No account has the e-mail {named}; choose one: tenure accounts list.")
    return found[0].ref
