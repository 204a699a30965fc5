from __future__ import annotations

import pytest

from tenure.lib.secrets import redact

KEY = "sk-admin-Zq81Lm4TtR0vQf2x"


@pytest.mark.parametrize(
    "before", ["", " ", "'", "=", "Bearer ", "\\n", "\\t", "%20", "%3D", "key_"]
)
def test_a_key_is_found_whatever_stands_before_it(before):
    assert redact(f"{before}{KEY} and more") == f"{before}sk-…Qf2x and more"


@pytest.mark.parametrize("text", ["task-force-alpha", "risk-management", "disk-utilities", "sk-1"])
def test_words_that_only_end_like_one_stay(text):
    assert redact(text) == text
