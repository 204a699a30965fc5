"""Changing the generated root key so that a crash at any moment loses nothing.

    1  next_root_key()     secret.key.next is written: whole, 0600, on disk. Nothing uses it yet.
    2  the caller seals everything under it, in one transaction.
    3  promote_root_key()  secret.key.next takes the place of secret.key, in one rename.

Before 2 commits everything opens with secret.key, after it with secret.key.next, and both are read
at every start (`standby_root_keys`). Running it again after a crash continues with the same
secret.key.next. Who keeps old backups of the database keeps the old key with them.
"""

from __future__ import annotations

import os
from pathlib import Path

from tenure.lib.environment import BadSetting
from tenure.lib.secrets import RootKey, root_key_file


def stored_root_key(path: Path) -> RootKey:
    """The root key in `path`, made when there is none yet. BadSetting when it is of no use."""
    try:
        return RootKey(root_key_file(path))
    except OSError as error:
        raise BadSetting(
            f"The root key in {path} cannot be read or made ({error.strerror}): give the directory "
            "to the user Tenure runs as, or choose another with TENURE_HOME or --home."
        ) from error
    except ValueError:
        raise BadSetting(
            f"The root key in {path} is damaged: put back the copy that was kept of it, or move it "
            "away and connect every organization again."
        ) from None


def next_root_key(path: Path) -> RootKey:
    """The root key to come, beside the one in `path`; made now, or left by an earlier attempt."""
    key = RootKey(root_key_file(_next_to(path)))
    for written in (_next_to(path), path.parent):
        _to_disk(written)
    return key


def promote_root_key(path: Path) -> None:
    """Put the root key to come in the place of the one in `path`, which is gone then."""
    _next_to(path).replace(path)
    _to_disk(path.parent)


def standby_root_keys(path: Path) -> list[RootKey]:
    """The root key to come, when a change was begun and not finished; else nothing."""
    following = _next_to(path)
    return [RootKey(following.read_text(encoding="ascii").strip())] if following.exists() else []


def _next_to(path: Path) -> Path:
    return path.with_name(f"{path.name}.next")


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
