from __future__ import annotations

from tenure.lib.shell import NavEntry, PaletteEntry, shell

shell.add(
    NavEntry(
        group="System",
        label="Audit log",
        icon="history",
        url_name="audit:log",
        permission="audit.view",
        position=80,
    ),
    PaletteEntry(
        label="Who did what",
        icon="history",
        url_name="audit:log",
        keywords="audit events history actor verb chain seal",
        permission="audit.view",
    ),
)
