"""Migrations agree with the models and are named for what they do. Run by `make check`."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path


def main() -> int:
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"TENURE_HOME": home, "DJANGO_SETTINGS_MODULE": "tenure.config.settings"}
        import django
        from django.core.management import call_command

        django.setup()
        call_command("makemigrations", check=True, dry_run=True, verbosity=1)
        call_command("check", fail_level="WARNING")
    root = Path(__file__).parents[1] / "tenure"
    unnamed = list(root.glob("*/migrations/*_auto_*.py"))
    for path in unnamed:
        sys.stderr.write(f"{path}: name the migration for what it does.\n")
    return 1 if unnamed else 0


if __name__ == "__main__":
    sys.exit(main())
