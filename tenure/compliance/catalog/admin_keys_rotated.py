"""Is every key of the administration young?"""

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

_KIND = Credential.Kind.ADMIN_KEY

TEST = Definition(
    slug="admin-keys-rotated",
    title="OpenAI admin keys are younger than 90 days",
    question="Is any admin key older than it may become?",
    why_it_matters=(
        "An admin key may add and remove everybody. The older it is, the more places it has been "
        "copied to, and the less anybody remembers them."
    ),
    how_to_fix=(
        "Make a new key and put it where the old one is used",
        "See on the key's page that the old one is used no more",
        "Delete the old one at the provider",
        "The next sync closes the finding",
    ),
    rule="An admin key lasts for as many days as the settings say, and is then replaced.",
    sla_days=14,
    sla_unit="calendar",
    controls=("SOC2:CC6.1", "ISO27001:A.5.17", "ISO27001:A.8.2", "NIST:AC-6"),
    failing=too_old(_KIND),
    coverage=coverage_of(_KIND),
    verdict=is_too_old,
    sentence=said_of_old,
    thresholds=(rotated_within(90),),
    collections=("admin_keys",),
    needs_people=False,
)
