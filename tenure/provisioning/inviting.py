"""Inviting an address: looked for among members and invitations before, and afterwards by its id.

before                                         -> what is done
the address is a member's                         blocked: they are added instead
an invitation waits, as this one would be         nothing is sent, it is adopted
an invitation waits, to something else            blocked
an invitation waits, nobody knows to what         blocked
none of these, accepted and expired ones aside    sent

after a lost answer                            -> what is done
an invitation waits, as this one would be         adopted
it was accepted, and its address is a member's    adopted
none, for two minutes                             not made: begin again, with a look
"""

from __future__ import annotations

from msgspec.structs import replace

from tenure.connectors.changing import Change, Found, Sight, Target
from tenure.inventory.models import Account
from tenure.lib.text import fold_email
from tenure.provisioning import rules, words
from tenure.provisioning.guarding import Refusal
from tenure.provisioning.models import ProvisioningOperation
from tenure.provisioning.ways import Way

Block = ProvisioningOperation.Block
_ACCEPTED = "accepted"
_OVER = (_ACCEPTED, "expired")
_WAITS = "An invitation to just this was there already when it was read, so nothing was sent."


class Inviting(Way):
    # Members, invitations, and the sending.
    requests = 3
    settling = rules.INVITING
    # Every invitation that there ever was may be in the list.
    send_within_s = rules.INVITE_WITHIN_S

    def judge(self) -> tuple[Refusal | None, Sight]:
        label = self._operation.label
        if member := self._member():
            return (Block.ALREADY_MEMBER, words.already_member(label)), member
        found = self._invitations()
        waiting = self._waiting(found)
        for one in waiting:
            if how := self._how_else(one, is_ours=False):
                return (Block.INVITED_OTHERWISE, words.invited_otherwise(label, how)), one
        return None, waiting[0] if waiting else _nobody(found)

    def already(self, sight: Sight) -> str:
        return _WAITS if sight.is_there and not self._how_else(sight, is_ours=True) else ""

    def change(self) -> Change:
        one = self._operation
        return replace(super().change(), email=one.known.email, projects=words.places_of(one))

    def look(self) -> Sight:
        found = self._invitations()
        taken = [one for one in found.sights if one.status == _ACCEPTED and self.already(one)]
        waiting = self._waiting(found)
        if waiting or not taken:
            return waiting[0] if waiting else _nobody(found)
        # An old one may be of somebody who left since then.
        return taken[-1] if self._member() else _nobody(found)

    def read_back(self) -> tuple[Sight, Sight]:
        return self._both(Target(kind="invitation", id=self._operation.made_id))

    def wrong(self, sight: Sight) -> Refusal | None:
        how = self._how_else(sight, is_ours=True) if sight.is_there else ""
        if not how:
            return None
        return Block.INVITED_OTHERWISE, words.not_as_asked(self._operation.label, how)

    def not_compared(self, sight: Sight) -> str:
        return words.PROJECTS_NOT_TOLD if sight.projects is None else ""

    def _invitations(self) -> Found:
        return self._asking.find("invitation", self._operation.known.email)

    def _waiting(self, found: Found) -> list[Sight]:
        """Those that may still be taken, with where they lead if the provider says it anywhere."""
        waiting = [one for one in found.sights if one.status not in _OVER]
        return [one if one.projects is not None else self._in_full(one) for one in waiting]

    def _in_full(self, one: Sight) -> Sight:
        read = self._asking.look(Target(kind="invitation", id=one.id))
        return replace(read, id=one.id) if read.is_there else one

    def _member(self) -> Sight | None:
        """Whoever has the address: by the list, which may look at its case, or as we know them."""
        operation = self._operation
        if found := self._asking.find("member", operation.known.email).sights:
            return found[0]
        known = Account.objects.filter(
            connection=operation.connection,
            email_key=operation.target_id,
            status=Account.Status.ACTIVE,
        )
        for member_id in known.values_list("external_id", flat=True):
            seen = self._asking.look(Target(kind="member", id=member_id))
            if seen.identity and fold_email(seen.identity.email) == operation.target_id:
                return seen
        return None

    def _how_else(self, sight: Sight, *, is_ours: bool) -> str:
        """How it is another than was asked for, in words; empty when it is not.

        What the provider does not tell is taken as asked of one that we sent, and of no other.
        """
        operation, role = self._operation, sight.identity.role if sight.identity else ""
        if role != operation.role and (role or not is_ours):
            return f"it makes them {role or 'nobody knows what'}, and not {operation.role}"
        if sight.projects is None:
            return "" if is_ours else "OpenAI does not say to which projects it leads"
        return words.other_projects(operation, sight.projects)


def _nobody(found: Found) -> Sight:
    return Sight(identity=None, organization=found.organization, request_id=found.request_id)
