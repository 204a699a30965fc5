from __future__ import annotations

import os
import stat

import pytest

from tenure.lib.secrets import RootKey, redact, root_key_file

KEY = "sk-admin-Zq81Lm4TtR0vQf2x"


@pytest.mark.parametrize(
    "before", ["", " ", "'", "=", "Bearer ", "\\n", "\\t", "%20", "%3D", "key_"]
)
def test_a_key_is_found_whatever_stands_before_it(before):
    assert redact(f"{before}{KEY} and more") == f"{before}sk-…Qf2x and more"


@pytest.mark.parametrize("text", ["task-force-alpha", "risk-management", "disk-utilities", "sk-1"])
def test_words_that_only_end_like_one_stay(text):
    assert redact(text) == text


def test_a_root_key_is_on_the_disk_before_anything_is_sealed_under_it(tmp_path, monkeypatch):
    synced, sync = [], os.fsync

    def noting(descriptor):
        synced.append(stat.S_IFMT(os.fstat(descriptor).st_mode))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", noting)
    material = root_key_file(tmp_path / "root-key")
    assert synced == [stat.S_IFREG, stat.S_IFDIR]
    assert root_key_file(tmp_path / "root-key") == material
    assert [file.name for file in tmp_path.iterdir()] == ["root-key"]
    assert (tmp_path / "root-key").stat().st_mode & 0o777 == 0o600


def test_what_a_killed_process_of_our_number_left_does_not_stop_us(tmp_path):
    (tmp_path / f".root-key.{os.getpid()}").write_text("half")
    assert RootKey(root_key_file(tmp_path / "root-key"))


def test_a_token_of_ours_is_found_too():
    token = "tenure_" + "a1-_" * 10 + "xyz"
    assert redact(f"Bearer {token} in tenure_session") == "Bearer tenure_…_xyz in tenure_session"
