"""A ZIP whose bytes depend on nothing but its files: fixed dates, modes and order. No framework."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

DATE = (1980, 1, 1, 0, 0, 0)  # the first that ZIP knows
MODE = 0o100644 << 16
_UNIX = 3


def entry(name: str, size: int) -> ZipInfo:
    """The file's entry; of a known size, so that its head stands before it and not behind."""
    made = ZipInfo(name, DATE)
    made.compress_type = ZIP_DEFLATED
    made.create_system = _UNIX
    made.external_attr = MODE
    made.file_size = size
    return made


def write_archive(files: Iterable[tuple[str, Path]], to: Path) -> None:
    """Put these files, by their names in the archive, into one."""
    with ZipFile(to, "w", ZIP_DEFLATED) as archive:
        for name, source in files:
            made = entry(name, source.stat().st_size)
            with source.open("rb") as read, archive.open(made, "w") as written:
                shutil.copyfileobj(read, written, 1 << 20)
