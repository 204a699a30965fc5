"""What templates may not contain, because the content security policy would stop it in a browser
that no test happened to open, and icons that would not be there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "tenure"
SPRITE = PACKAGE / "web/static/vendor/icons.svg"
TEMPLATES = sorted(p for p in PACKAGE.rglob("*.html") if "templates" in p.parts)
FORBIDDEN = {
    "a style attribute": r"\sstyle\s*=",
    "a style element": r"<style\b",
    "an event attribute": r"\son[a-z]+\s*=",
    "an hx-on attribute": r"\b(?:data-)?hx-on[:\-a-z]*\s*=",
    "an inline script": r"<script\b(?![^>]*\b(?:src\s*=|type\s*=\s*[\"']application/json))",
    "a javascript: address": r"javascript:",
    "an expression in hx-vals or hx-headers": r"hx-(?:vals|headers)\s*=\s*[\"']js:",
    "a filter in hx-trigger": r"hx-trigger\s*=\s*[\"'][^\"']*\[",
    "something from another host": r"<(?:script|link|img)\b[^>]*=\s*[\"'](?:https?:)?//",
}
ICON = re.compile(
    r"""{%\s*icon\s+["']([a-z0-9-]+)["']"""
    r"""|{%\s*(?:state|flag|notice)\s+\S+\s+["']([a-z0-9-]+)["']"""
    r"""|{%\s*empty\s+["']([a-z0-9-]+)["']"""
    r"""|\bicon["']?\s*[=:]\s*["']([a-z0-9-]+)["']"""
)


def _violations(text: str) -> list[str]:
    bare = re.sub(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|<!--.*?-->", "", text, flags=re.DOTALL)
    return [what for what, pattern in FORBIDDEN.items() if re.search(pattern, bare, re.IGNORECASE)]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_template_has_nothing_the_policy_would_stop(template):
    assert _violations(template.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "planted",
    [
        '<p style="color:red">',
        "<style>p{}</style>",
        '<button onclick="x()">',
        '<div hx-on::after-request="x()">',
        "<script>x()</script>",
        '<a href="javascript:x()">',
        "<div hx-vals='js:{a:1}'>",
        '<div hx-trigger="every 1s [visible]">',
        '<script src="https://cdn.example/x.js"></script>',
    ],
)
def test_the_search_finds_what_is_planted(planted):
    assert _violations(planted)


@pytest.mark.parametrize(
    "innocent",
    [
        '<script src="{% static "web/tenure.js" %}" defer></script>',
        '<script id="data" type="application/json">{}</script>',
        '<p class="once">one = two</p>',
        "{# style= is forbidden #}",
    ],
)
def test_the_search_leaves_alone_what_is_fine(innocent):
    assert _violations(innocent) == []


def test_every_icon_named_is_in_the_sprite():
    if not SPRITE.exists():
        pytest.fail("The front-end files are not built; run `python hatch_build.py`.")
    drawn = set(re.findall(r'id="tabler-([a-z0-9-]+)"', SPRITE.read_text(encoding="utf-8")))
    sources = [*TEMPLATES, *(p for p in PACKAGE.rglob("*.py") if "tests" not in p.parts)]
    missing = {
        f"{name} in {path.relative_to(PACKAGE)}"
        for path in sources
        for groups in ICON.findall(path.read_text(encoding="utf-8"))
        if (name := next(filter(None, groups))) not in drawn
    }
    assert missing == set()
