"""Is every key of a project young?"""

from __future__ import annotations

from tenure.compliance.definition import Definition
from tenure.compliance.key_ages import (
    coverage_of,
    is_too_old,
    rotated_within,
    said_of_old,
    too_old,
)
from tenure.inventory.models import Credential

_KIND = Credential.Kind.PROJECT_KEY

TEST = Definition(
    slug="project-keys-rotated",
    title="OpenAI project keys are younger than 180 days",
    question="Is any key of a project older than it may become?",
    why_it_matters=(
        "A key does not know who holds it. The older it is, the more notebooks, servers and people "
        "it has passed through."
    ),
    how_to_fix=(
        "Make a new key and put it where the old one is used",
        "See on the key's page that the old one is used no more",
        "Delete the old one at the provider",
        "The next sync closes the finding",
    ),
    rule="A key of a project lasts for as many days as the settings say, and is then replaced.",
    sla_days=30,
    sla_unit="calendar",
    controls=("SOC2:CC6.1", "ISO27001:A.5.17"),
    failing=too_old(_KIND),
    coverage=coverage_of(_KIND),
    verdict=is_too_old,
    sentence=said_of_old,
    thresholds=(rotated_within(180),),
    collections=("projects", "project_keys"),
    needs_people=False,
)
