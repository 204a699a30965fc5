from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tenure.access_requests import granting
from tenure.access_requests.models import AccessRequest
from tenure.access_requests.planning import HAND
from tenure.access_requests.queries.carrying_out import request_to_carry_out
from tenure.lib.actor import Actor

State = AccessRequest.State


@transaction.atomic
def provision_request(*, ref: UUID | str, actor: Actor) -> AccessRequest:
    """Begin to give what was approved, in the transaction of the approval.

    Approvers approve and Tenure carries it out, so whoever was last needs no permission for that.
    """
    request = request_to_carry_out(ref, actor=HAND)
    if request.state == State.PENDING_PROVISIONING:
        granting.begin(request, actor=actor)
    return request
