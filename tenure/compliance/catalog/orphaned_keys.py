"""Is every key the key of somebody who still reaches what it opens?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from tenure.compliance.definition import Coverage, Definition, Failing, Input, Limits
from tenure.compliance.keys import failing_key, is_usable, judged_keys, key_coverage
from tenure.inventory.models import Credential, CredentialChange

_KIND = Credential.Kind.PROJECT_KEY
_LOST_AT = (
    CredentialChange.objects.filter(credential=OuterRef("pk"), field="owner_has_access", after="no")
    .order_by("-id")
    .values("at")
)


def failing(at: datetime, _limits: Limits) -> Iterator[Failing]:
    """Keys whose owner lost the project. The time allowed begins when we could first have known."""
    orphaned = judged_keys(_KIND, at).filter(owner_has_access=False)
    for key in orphaned.annotate(lost_at=Subquery(_LOST_AT[:1])).iterator(chunk_size=2000):
        known = (key.began_at, key.connection.connected_at)
        yield failing_key(
            key,
            Input("Owner reaches the project", value=False, source=key.connection.name),
            since=key.lost_at or max(moment for moment in known if moment),
            is_at_the_latest=key.lost_at is None,
        )


def coverage(at: datetime, _limits: Limits) -> Coverage:
    unknown = Q(owner_has_access=None)
    return key_coverage(_KIND, at, unknown=unknown, why="of which the provider does not say it")


def verdict(inputs: Mapping[str, Any], at: datetime) -> bool:
    return inputs["Owner reaches the project"] is False and is_usable(inputs, at)


def sentence(inputs: Mapping[str, Any], who: str, _at: datetime) -> str:
    owner = inputs["Owned by"] or "its owner"
    return f"The key {who} is still there in {inputs['Project']}, which {owner} may use no more."


TEST = Definition(
    slug="orphaned-keys",
    title="OpenAI keys belong to somebody who still reaches their project",
    question="Is there a key whose owner has lost the project it opens?",
    why_it_matters=(
        "Removing somebody from a project leaves their keys in it. The provider hides such keys "
        "unless asked for them, so nobody sees them, in code, in notebooks and in backups."
    ),
    how_to_fix=(
        "Open the key and see when it was last used, and whose it was",
        "If something still needs it, make a key of a service account and use that",
        "Delete the key in its project, at the provider",
        "The next sync closes the finding",
    ),
    rule="The owner of every key that has not expired still reaches the project of the key.",
    sla_days=3,
    sla_unit="calendar",
    controls=("SOC2:CC6.1", "SOC2:CC6.3", "ISO27001:A.5.17", "ISO27001:A.5.18", "NIST:AC-2"),
    failing=failing,
    coverage=coverage,
    verdict=verdict,
    sentence=sentence,
    collections=("projects", "project_keys"),
    needs_people=False,
)
