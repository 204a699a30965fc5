"""Does anybody use every key of a project?"""

from __future__ import annotations

from tenure.compliance.definition import Definition
from tenure.compliance.key_ages import (
    coverage_of,
    is_unused,
    said_of_unused,
    unused,
    used_within,
)
from tenure.inventory.models import Credential

_KIND = Credential.Kind.PROJECT_KEY

TEST = Definition(
    slug="project-keys-unused",
    title="OpenAI project keys are in use",
    question="Is there a key of a project that nobody uses?",
    why_it_matters=(
        "A key that nobody uses helps nobody but whoever finds it: it opens the project, spends "
        "its money, and nobody would notice."
    ),
    how_to_fix=(
        "Ask whoever owns the key what it was for",
        "Delete it at the provider: a new one is made in a minute",
        "The next sync closes the finding",
    ),
    rule="Every key of a project was used within as many days as the settings say.",
    sla_days=30,
    sla_unit="calendar",
    controls=("SOC2:CC6.1", "SOC2:CC6.3", "ISO27001:A.5.18", "NIST:AC-2"),
    failing=unused(_KIND),
    coverage=coverage_of(_KIND),
    verdict=is_unused,
    sentence=said_of_unused,
    thresholds=(used_within(90),),
    collections=("projects", "project_keys"),
    needs_people=False,
)
