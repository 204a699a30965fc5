"""What evidence offers to the shell."""

from __future__ import annotations

from tenure.lib.shell import NavEntry, PaletteEntry, shell

shell.add(
    NavEntry(
        group="Assurance",
        label="Evidence",
        icon="shield-check",
        url_name="evidence:list",
        permission="evidence.view",
        position=60,
    ),
    PaletteEntry(
        label="Create evidence",
        icon="shield-check",
        url_name="evidence:choose",
        keywords="bundle auditor proof export population leavers sign pdf",
        permission="evidence.create",
    ),
)
