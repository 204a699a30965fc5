"""Does anybody use every key of the administration?"""

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

_KIND = Credential.Kind.ADMIN_KEY

TEST = Definition(
    slug="admin-keys-unused",
    title="OpenAI admin keys are in use",
    question="Is there an admin key that nobody uses?",
    why_it_matters=(
        "A key that nobody uses is missed by nobody when it is stolen, and an admin key may do "
        "everything."
    ),
    how_to_fix=(
        "Ask whoever owns the key what it was for",
        "Delete it at the provider: a new one is made in a minute",
        "The next sync closes the finding",
    ),
    rule="Every admin key was used within as many days as the settings say.",
    sla_days=14,
    sla_unit="calendar",
    controls=("SOC2:CC6.1", "SOC2:CC6.3", "ISO27001:A.5.18", "ISO27001:A.8.2", "NIST:AC-6"),
    failing=unused(_KIND),
    coverage=coverage_of(_KIND),
    verdict=is_unused,
    sentence=said_of_unused,
    thresholds=(used_within(90),),
    collections=("admin_keys",),
    needs_people=False,
)
