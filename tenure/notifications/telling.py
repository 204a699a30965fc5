"""One letter to one receiver, whoever it is."""

from __future__ import annotations

from tenure.lib.actor import Actor
from tenure.notifications import rules
from tenure.notifications.models import OutboxMessage, Target
from tenure.notifications.operations.send_mail import send_mail
from tenure.notifications.operations.send_to_target import send_to_target


def send_letter(
    letter: rules.Letter, *, to: str, target: Target | None, actor: Actor
) -> OutboxMessage:
    fields = rules.of_notices(letter)
    if target is not None:
        return send_to_target(target=target, kind=rules.NOTICES, fields=fields, actor=actor)
    return send_mail(to=to, kind=rules.NOTICES, fields=fields, actor=actor)
