from __future__ import annotations

import stat

import pytest

from tenure.lib.rootkeyfile import next_root_key, promote_root_key, standby_root_keys
from tenure.lib.secrets import RootKey, RootKeys, root_key_file


@pytest.fixture
def path(tmp_path):
    root_key_file(tmp_path / "secret.key")
    return tmp_path / "secret.key"


def loaded(path) -> RootKeys:
    """The root keys as a process that starts now would have them."""
    return RootKeys(RootKey(root_key_file(path)), *standby_root_keys(path))


def test_the_key_to_come_is_only_the_owners_and_the_one_in_force_stays(path):
    before = loaded(path).current.id
    coming = next_root_key(path)
    assert loaded(path).current.id == before != coming.id
    assert stat.S_IMODE((path.parent / "secret.key.next").stat().st_mode) == 0o600


def test_at_every_moment_whatever_is_sealed_opens(path):
    sealed = loaded(path).seal("secret", context="c")
    coming = next_root_key(path)
    assert loaded(path).open(sealed, context="c") == "secret"
    moved = RootKeys(coming, *loaded(path)).rewrap(sealed, context="c")
    assert loaded(path).open(moved, context="c") == "secret"
    promote_root_key(path)
    assert loaded(path).open(moved, context="c") == "secret"
    assert loaded(path).ids == [coming.id]
    assert [file.name for file in path.parent.iterdir()] == ["secret.key"]


def test_a_second_attempt_goes_on_with_the_same_key(path):
    assert next_root_key(path).id == next_root_key(path).id
