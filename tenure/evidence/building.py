"""Making the files of a bundle: rows, tables, report, manifest, signatures, and the archive.

Rows are read once, in one snapshot of the database, into the canonical files; everything else is
made from those. At any moment one batch of rows is in memory, whatever their number.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from tenure.audit.sealing import head
from tenure.evidence import commands, keeping
from tenure.evidence import manifest as said
from tenure.evidence.asking import asked_again, reader, said_of
from tenure.evidence.kinds import Asked, EvidenceKind, Proof, kind_named
from tenure.evidence.manifest import Count, Manifest, SourceRead, Statement
from tenure.evidence.models import EvidenceBuild, EvidenceKey
from tenure.evidence.rules import file_name
from tenure.evidence.shelf import Shelf
from tenure.evidence.signing import in_groups
from tenure.evidence.snapshot import snapshot
from tenure.evidence.typesetting import Report, pdf_of
from tenure.lib.actor import Actor
from tenure.lib.clock import now, rfc3339
from tenure.lib.text import quantity

Progress = Callable[[str, int], None]
_BESIDE = (
    (said.MANIFEST, "What was asked, the readings it rests on, the digest of each file."),
    (said.SIGNATURE, "Its signature."),
    (said.STATEMENT, "When it was signed, and the end of the audit log then."),
    (said.STATEMENT_SIGNATURE, "The signature of that."),
    (said.SUMS, "The digests as sha256sum reads them."),
)
_WORDS = {"on": "Day", "at": "Instant", "from": "First day", "to": "Last day", "ref": "Ref"}
_WORDS |= {"begins_at": "Begins", "ends_at": "Until", "test": "Test"}


@dataclass(frozen=True, kw_only=True)
class Made:
    """What a finished file is."""

    build_ref: UUID
    file_name: str
    sha256: str
    manifest_sha256: str
    fingerprint: str
    size: int
    rows: int
    exceptions: int
    audit_head: str
    signed_at: datetime


@dataclass(frozen=True)
class _Told:
    """What a bundle tells beside its rows."""

    kind: EvidenceKind
    asked: Asked
    proof: Proof
    scope: list[str]
    sources: list[SourceRead]
    key: EvidenceKey

    @property
    def facts(self) -> list[tuple[str, str]]:
        when = [(_WORDS[name], value) for name, value in said_of(self.asked).items()]
        return [("Evidence", self.kind.label), *when, *self.proof.facts.items()]


def build(row: EvidenceBuild, *, key: EvidenceKey, progress: Progress) -> Made:
    """Make the file of a bundle, and put it where bundles stand."""
    prefix = f".making-{row.ref}-"
    for left_behind in keeping.place().glob(f"{prefix}*"):
        # By a process that was killed in the middle.
        shutil.rmtree(left_behind, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=keeping.place(), prefix=prefix) as folder:
        shelf = Shelf(Path(folder))
        progress("Reading what is proven", 0)
        with snapshot():
            told, attached = _read(shelf, row, key)
        for part in told.proof.parts:
            progress(f"Writing {part.label.lower()}", shelf.rows)
            shelf.write_tables(part)
        for name, content in attached:
            shelf.add(f"files/{name}", [content], "As it was handed in.")
        progress("Typesetting the report", shelf.rows)
        report = pdf_of(_report(shelf, told))
        shelf.add(said.REPORT, [report], "What people read: the exceptions first.")
        progress("Signing", shelf.rows)
        return _sealed(shelf, row, told)


def _read(
    shelf: Shelf, row: EvidenceBuild, key: EvidenceKey
) -> tuple[_Told, list[tuple[str, bytes]]]:
    """Everything that is read from the database."""
    kind, asked = kind_named(row.kind), asked_again(row)
    held = _held(row)
    proof = kind.prove(asked, actor=_reader(row, kind, held))
    for part in proof.parts:
        shelf.read_part(part)
    scope = [*proof.scope, _scope_said(held)]
    told = _Told(kind, asked, proof, scope, list(proof.sources), key)
    return told, [(one.name, one.content()) for one in proof.attachments]


def _held(row: EvidenceBuild) -> list[str] | None:
    if row.is_of_everything:
        return None
    return sorted(row.scopes.values_list("connection_ref", flat=True))


def _reader(row: EvidenceBuild, kind: EvidenceKind, held: list[str] | None) -> Actor:
    window = (row.seen_from, row.seen_until) if row.seen_from and row.seen_until else None
    return reader(kind=kind, held=held, window=window)


def _scope_said(held: Sequence[str] | None) -> str:
    if held is None:
        return "It was made with the right to see every connection of this installation."
    many = quantity(len(held), "connection")
    return f"It was made with the right to see {many} and no other: {', '.join(held)}."


def _report(shelf: Shelf, told: _Told) -> Report:
    return Report(
        title=told.proof.title,
        kind=told.kind.label,
        fingerprint=told.key.fingerprint,
        facts=told.facts,
        scope=told.scope,
        counts=[counted[1:] for counted in shelf.counts],
        tables=shelf.tables,
        sources=told.sources,
    )


def _sealed(shelf: Shelf, row: EvidenceBuild, told: _Told) -> Made:
    """List, sign and pack what is on the shelf."""
    key = told.key
    shelf.add(said.PUBLIC_KEY, [key.public_pem.encode()], "The key, for convenience.")
    readme = commands.readme_of(
        title=told.proof.title,
        scope=told.scope,
        fingerprint=in_groups(key.fingerprint),
        files=[*shelf.says, *_BESIDE],
    )
    shelf.add(said.README, [readme.encode()])
    shelf.add(said.SUMS, [said.sums_of(shelf.files)])
    manifest = _manifest(shelf, told)
    at, end = now(), str(head())
    statement = said.encoded(
        Statement(
            format=said.FORMAT,
            algorithm=key.algorithm,
            fingerprint=key.fingerprint,
            manifest_sha256=said.sha256(manifest),
            signed_at=rfc3339(at),
            audit_head=end,
        )
    )
    beside = {
        said.MANIFEST: manifest,
        said.SIGNATURE: keeping.sign(key, manifest),
        said.STATEMENT: statement,
        said.STATEMENT_SIGNATURE: keeping.sign(key, statement),
    }
    for name, content in beside.items():
        shelf.path(name).write_bytes(content)
    names = [said.README, *beside, *(one.name for one in shelf.files if one.name != said.README)]
    packed = shelf.pack(names, keeping.file_of(row))
    return Made(
        build_ref=row.ref,
        file_name=file_name(row.kind, row.asked),
        sha256=packed.sha256,
        manifest_sha256=said.sha256(manifest),
        fingerprint=key.fingerprint,
        size=packed.bytes,
        rows=shelf.rows,
        exceptions=shelf.exceptions,
        audit_head=end,
        signed_at=at,
    )


def _manifest(shelf: Shelf, told: _Told) -> bytes:
    counts = [Count(part=part, label=label, count=n) for part, label, n, _ in shelf.counts]
    return said.encoded(
        Manifest(
            format=said.FORMAT,
            kind=told.kind.name,
            title=told.proof.title,
            asked=said_of(told.asked),
            scope=told.scope,
            counts=counts,
            sources=told.sources,
            signed_with=told.key.fingerprint,
            files=shelf.files,
        )
    )
