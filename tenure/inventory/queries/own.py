"""What is the actor's own: by person, and by every address that is theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from tenure.inventory.directory import linking_domains
from tenure.inventory.matching import Ignored, plain_email
from tenure.inventory.models import Account, AccountLink, AddressHolder
from tenure.lib.actor import Actor
from tenure.people.models import Person, PersonEmail
from tenure.users.queries import acting_user


@dataclass(frozen=True, slots=True)
class Own:
    """Who the actor is: the people and the folded addresses that are theirs.

    Addresses are compared as linking compares them: without what their domain ignores.
    """

    people: frozenset[int]
    addresses: frozenset[str]
    domains: Mapping[str, Ignored]

    def has_address(self, email_key: str) -> bool:
        """Whether a folded address is one of theirs, however it is tagged or dotted."""
        plain = plain_email(email_key, self.domains)
        return bool(email_key) and (email_key in self.addresses or plain in self.addresses)


def own(*, actor: Actor) -> Own:
    """Who the actor is. Everybody may know that; the local operator and jobs are nobody."""
    user, domains = acting_user(actor=actor), linking_domains()
    mine = Q(ref=actor.person_id) if actor.person_id else Q(pk=None)
    if user:
        mine |= Q(email_key=user.email_key) | Q(other_emails__email_key=user.email_key)
    people = dict(Person.objects.filter(mine).values_list("pk", "email_key"))
    addresses = {user.email_key if user else "", *people.values()}
    for addressed in (PersonEmail, AddressHolder):
        theirs = addressed.objects.filter(person__in=people)
        addresses.update(theirs.values_list("email_key", flat=True))
    plain = {plain_email(address, domains) for address in addresses}
    return Own(frozenset(people), frozenset((addresses | plain) - {""}), domains)


def own_accounts(accounts: Sequence[Account], *, actor: Actor) -> set[int]:
    """Which of these accounts are the actor's own, linked or not, by id."""
    me = own(actor=actor)
    linked = AccountLink.objects.filter(
        account__in=accounts, state=AccountLink.State.CONFIRMED, person__in=me.people
    )
    held = set(linked.values_list("account", flat=True))
    return held | {one.pk for one in accounts if me.has_address(one.email_key)}
