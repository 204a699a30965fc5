from __future__ import annotations

from tenure.lib.shell import NavEntry, shell

shell.add(NavEntry(label="Overview", icon="layout-dashboard", url_name="web:overview", position=0))
