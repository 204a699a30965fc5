from __future__ import annotations

from uuid import UUID

import msgspec
from django.db import transaction

from tenure.access_requests import policy_rules, queries
from tenure.access_requests.models import ApprovalPolicy
from tenure.access_requests.writing import PolicyWords, check_approvers, check_is_free
from tenure.audit import operations as audit
from tenure.lib.actor import Actor
from tenure.lib.clock import now

_WRITTEN = (
    *("name", "rules", "escalates_to", "is_default", "version", "changed_at", "changed_by"),
)


@transaction.atomic
def save_policy(
    *, ref: UUID | str | None = None, words: PolicyWords, actor: Actor
) -> ApprovalPolicy:
    """Make a policy, or change one; requests that were sent keep what was true then.

    Making one the default takes that from the one which was.
    """
    actor.require("requests.manage")
    policy = queries.policy_to_change(ref, actor=actor) if ref else ApprovalPolicy(version=0)
    name = policy_rules.check_policy(name=words.name, policy=words.rules)
    check_is_free(ApprovalPolicy, name, but=policy.pk)
    check_approvers(words.rules)
    before = policy.rules if policy.pk else None
    if words.is_default and not policy.is_default:
        ApprovalPolicy.objects.filter(is_default=True).update(is_default=False)
        policy.is_default = True
    policy.name, policy.rules = name, msgspec.to_builtins(words.rules)
    policy.escalates_to = (
        queries.person_named(words.escalates_to, actor=actor) if words.escalates_to else None
    )
    policy.version += 1
    policy.changed_at, policy.changed_by = now(), actor.named[:100]
    policy.save(update_fields=_WRITTEN if policy.pk else None)
    audit.record(
        "approval_policy.saved",
        actor=actor,
        subject=policy,
        text={"name": name},
        before=before,
        after=policy.rules,
        is_default=policy.is_default,
        version=policy.version,
    )
    return policy
