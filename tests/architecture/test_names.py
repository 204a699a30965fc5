"""One name everywhere, and only the field's own words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps

from tenure.audit import verbs
from tenure.users.rules import ALL_PERMISSIONS

ROOT = Path(__file__).parents[2]

# Words that people of the field would misunderstand, and what to say instead.
WRONG = {
    "integration": "connector or connection",
    "plugin": "connector",
    "app_instance": "connection",
    "identity": "person or account",
    "seat": "account",
    "licensee": "account",
    "ticket": "access request",
    "violation": "finding",
    "waiver": "exemption",
    "monitor": "test",
    "certification": "campaign",
    "termination": "offboarding",
    "asset": "resource",
}


def our_models():
    return [m for m in apps.get_models() if m.__module__.startswith("tenure.")]


def words_of(name: str) -> set[str]:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return {word.rstrip("s") for word in re.split(r"[^a-z]+", spaced) if word}


@pytest.mark.parametrize("model", our_models(), ids=lambda m: m.__name__)
def test_models_use_the_glossary(model):
    assert not words_of(model.__name__) & set(WRONG)


def test_operations_permissions_and_audit_verbs_use_the_glossary():
    names = {path.stem for path in ROOT.glob("tenure/*/operations/*.py")}
    names |= ALL_PERMISSIONS | set(verbs.declared())
    wrong = {name: words_of(name) & set(WRONG) for name in names if words_of(name) & set(WRONG)}
    assert wrong == {}


def test_the_glossary_page_has_every_public_model():
    glossary = (ROOT / "docs" / "glossary.md").read_text().lower()
    for term in ("connector", "connection", "sync run", "collection", "person", "people source"):
        assert f"**{term}**" in glossary
    for term in ("user", "role assignment", "actor", "account", "link", "invitation", "test"):
        assert f"**{term}**" in glossary
    for term in ("finding", "audit event", "permission set"):
        assert f"**{term}**" in glossary


def test_every_setting_is_documented():
    from django.conf import settings

    page = (ROOT / "docs" / "operating.md").read_text()
    missing = [s.name for s in settings.ENVIRONMENT.settings if f"`{s.name}`" not in page]
    assert missing == []


def test_the_changelog_and_readme_exist_for_a_newcomer():
    readme = (ROOT / "README.md").read_text()
    assert "make demo" in readme
    assert "make test" in readme
    assert "## Unreleased" in (ROOT / "CHANGELOG.md").read_text()


def pages() -> list[Path]:
    return [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("tenure/**/*.md")]


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_test_that_a_page_names_is_there(page):
    text = page.read_text()
    links = [link for link in re.findall(r"\]\(([^)#\s]+)\)", text) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []
    named = re.findall(r"`(?:\S*pytest )?((?:tenure/|tests/)?[\w/]*tests/[\w/.]*)`", text)
    places = (ROOT, ROOT / "tenure")
    assert [n for n in named if not any((place / n).exists() for place in places)] == []


def test_nothing_in_the_tree_names_a_package_registry():
    from subprocess import run

    listed = run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    # In pieces, so that this file does not find itself.
    pieces = ('"resol' + 'ved": *"http', "--(extra-)?index" + "-url ", "/simp" + "le/? ?[\"']")
    pattern = re.compile("|".join(pieces))
    for name in listed:
        path = ROOT / name
        if path.suffix in {".png", ".ico", ".woff2"} or not path.is_file():
            continue
        assert not pattern.search(path.read_text(errors="replace")), name
