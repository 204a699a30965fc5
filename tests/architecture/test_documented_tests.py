"""The page about the tests says what the code says, and every test has a test of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tenure.compliance.catalog import catalogue
from tenure.compliance.controls import CONTROLS
from tests.document_tests import PAGE, page

SLICE = Path(__file__).parents[2] / "tenure" / "compliance"
# Older than the rule: they are tested with how runs work.
TOGETHER = {"accounts-linked", "leavers-deprovisioned"}


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.document_tests"


@pytest.mark.parametrize("slug", sorted(set(catalogue()) - TOGETHER))
def test_a_test_of_the_catalogue_is_one_file_with_one_test_file(slug):
    name = slug.replace("-", "_")
    assert (SLICE / "catalog" / f"{name}.py").exists()
    assert (SLICE / "tests" / f"test_{name}.py").exists()


@pytest.mark.parametrize("slug", sorted(catalogue()))
def test_a_test_names_only_controls_that_there_are(slug):
    assert catalogue()[slug].controls
    assert set(catalogue()[slug].controls) <= set(CONTROLS)
