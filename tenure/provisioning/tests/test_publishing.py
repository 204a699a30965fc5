"""What programs hear of an operation: each state it comes to, in order."""

from __future__ import annotations

from tenure.provisioning.operations.cancel_operation import cancel_operation
from tenure.testing.cast import actor_of
from tenure.webhooks.models import WebhookEvent


def states_told(operation) -> list[str]:
    events = WebhookEvent.objects.filter(subject_ref=operation.ref).order_by("sequence")
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    return [event.type.partition(".")[2] for event in events]


def test_every_state_on_the_way_to_verified_is_told_without_names(members, remove):
    operation = remove(members[0])
    assert states_told(operation) == ["planned", "queued", "running", "done", "verified"]
    last = WebhookEvent.objects.filter(subject_ref=operation.ref).last()
    assert last.connection_ref == operation.connection.ref
    assert last.data["before"] == "done"
    assert (last.data["action"], last.data["mode"]) == (operation.action, "connector")
    assert members[0].email not in str(list(WebhookEvent.objects.values()))


def test_what_is_cancelled_is_told(members, remove, work, openai):
    openai.change_user(members[0].email, email="somebody.else@halden.example")
    operation = remove(members[0])
    cancel_operation(ref=operation.ref, actor=actor_of("ada"))
    assert states_told(operation)[-2:] == ["blocked", "cancelled"]
