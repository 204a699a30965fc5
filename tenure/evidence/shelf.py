"""The folder in which a bundle comes together: each file is digested while it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tenure.evidence.archive import write_archive
from tenure.evidence.canonical import Row, Written, batches, read_lines, write_lines
from tenure.evidence.kinds import Part
from tenure.evidence.manifest import File, new_digest
from tenure.evidence.typesetting import Table
from tenure.lib.csvout import csv_of
from tenure.lib.xlsxout import xlsx_of

_PIECE = 1 << 20


@dataclass
class Shelf:
    """What is in the folder so far. `says` tells what each file is; `counts` are the numbers of
    parts: of which, in words, how many, and whether those need an explanation."""

    folder: Path
    files: list[File] = field(default_factory=list)
    says: list[tuple[str, str]] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    counts: list[tuple[str, str, int, bool]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    @property
    def exceptions(self) -> int:
        return sum(table.exceptions for table in self.tables)

    def path(self, name: str) -> Path:
        return self.folder / name

    def add(
        self, name: str, pieces: Iterable[bytes], says: str = "", rows: int | None = None
    ) -> None:
        """Write a file, some of it at a time, and list it."""
        path = self.path(name)
        path.parent.mkdir(exist_ok=True)
        digest, size = new_digest(), 0
        with path.open("wb") as out:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                out.write(piece)
        self.files.append(File(name=name, sha256=digest.hexdigest(), bytes=size, rows=rows))
        self.says += [(name, says)] if says else []

    def read_part(self, part: Part) -> None:
        """Write a part's rows as they are read, and count and keep what the report shows."""
        table = Table(part.name, part.label, part.says, part.shown)
        counts = dict.fromkeys(part.counts, 0)

        def seen() -> Iterator[Row]:
            for some in batches(part.rows()):
                table.take(some, has_exceptions=part.has_exceptions)
                for label, counted in part.counts.items():
                    counts[label] += sum(map(counted, some))
                yield from some

        name = f"{part.name}.jsonl"
        with self.path(name).open("wb") as out:
            made = write_lines(seen(), out)
        self.files.append(File(name=name, sha256=made.sha256, bytes=made.bytes, rows=made.rows))
        self.says.append((name, f"{part.label}: the canonical rows."))
        self.tables.append(table)
        self.counts += [(part.name, label, count, False) for label, count in counts.items()]
        if part.has_exceptions:
            said = f"{part.label.lower()} to be explained"
            self.counts.append((part.name, said, table.exceptions, True))

    def write_tables(self, part: Part) -> None:
        """The same rows for spreadsheets, from the canonical file."""
        names = part.row.__struct_fields__
        rows = next(table.rows for table in self.tables if table.name == part.name)

        def cells() -> Iterator[list[list[object]]]:
            with self.path(f"{part.name}.jsonl").open("rb") as lines:
                for some in read_lines(lines, part.row):
                    yield [[_cell(getattr(row, name)) for name in names] for row in some]

        self.add(f"{part.name}.csv", csv_of(names, cells()), "The same for spreadsheets.", rows)
        book = xlsx_of(part.label, names, cells())
        self.add(f"{part.name}.xlsx", book, "The same for Excel.", rows)

    def pack(self, names: Iterable[str], to: Path) -> Written:
        """Put these files into an archive where bundles stand, whole or not at all."""
        draft = self.path("bundle.zip")
        write_archive(((name, self.path(name)) for name in names), draft)
        digest, size = new_digest(), 0
        with draft.open("rb") as read:
            while piece := read.read(_PIECE):
                digest.update(piece)
                size += len(piece)
        draft.chmod(0o600)
        draft.replace(to)
        return Written(digest.hexdigest(), size, self.rows)


def _cell(value: object) -> object:
    if isinstance(value, list):
        return ", ".join(value)
    return "" if value is None else value
