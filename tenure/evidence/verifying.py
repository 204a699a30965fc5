"""Whether a bundle is what was signed. Needs the file and a trusted key: no database, no network.

The outcomes, as exit codes of the command line:

    the bundle            the trusted key       -> outcome
    altered anywhere      any                      1 ALTERED, with the file and why
    intact                none given               4 UNTRUSTED: by nobody knows whom
    intact                another than signed      1 OTHER_SIGNER
    intact                the one that signed      0 VALID

Nothing is unpacked: files are read in pieces, and no further than the manifest says they are long.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from zipfile import ZIP64_LIMIT, BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError  # noqa: N812 - an exception, whatever its library calls it

import msgspec

from tenure.evidence import manifest as said
from tenure.evidence.archive import entry
from tenure.evidence.manifest import File, Manifest, Statement
from tenure.evidence.signing import fingerprint_of, is_signed
from tenure.lib.errors import DomainError, Invalid

MOST_FILES = 10_000
MOST_OF_A_HEAD = 256 << 20  # of what is read whole: manifest, digests, signatures
_PIECE = 1 << 20
# Lengths of what a ZIP has beside its files (APPNOTE 4.3).
_OF_AN_ENTRY, _OF_THE_END, _OF_A_LARGE_END = 46, 22, 56 + 20


class Outcome(StrEnum):
    """What came of it."""

    VALID = "valid"
    ALTERED = "altered"
    OTHER_SIGNER = "other_signer"
    UNTRUSTED = "untrusted"


class Altered(Exception):
    """The bundle is not as it was signed: which file, and why."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(why)
        self.file, self.why = file, why


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was found. `file` is empty unless one of them was altered."""

    outcome: Outcome
    says: str
    file: str = ""
    title: str = ""
    fingerprint: str = ""
    signed_at: str = ""
    audit_head: str = ""
    files: int = 0
    rows: int = 0


def verify_bundle(
    bundle: Path, *, trusted_pem: str | None = None, trusted_fingerprint: str | None = None
) -> Verdict:
    """Check every byte of a bundle, and who signed it."""
    if trusted_pem is not None:
        trusted_fingerprint = fingerprint_of(trusted_pem)
    try:
        with ZipFile(bundle) as archive:
            manifest, statement = _checked(archive)
    except Altered as altered:
        return Verdict(outcome=Outcome.ALTERED, says=altered.why, file=altered.file)
    except (BadZipFile, ZlibError, NotImplementedError, EOFError, RuntimeError, ValueError):
        return Verdict(
            outcome=Outcome.ALTERED,
            says="This is no intact ZIP file; get the bundle anew.",
            file=bundle.name,
        )
    except OSError as error:
        raise Invalid(f"{bundle} cannot be read ({error.strerror}); name the bundle.") from error
    outcome, says = _judged(statement.fingerprint, trusted_fingerprint)
    return Verdict(
        outcome=outcome,
        says=says,
        title=manifest.title,
        fingerprint=statement.fingerprint,
        signed_at=statement.signed_at,
        audit_head=statement.audit_head,
        files=len(manifest.files),
        rows=sum(one.rows or 0 for one in manifest.files if one.name.endswith(".jsonl")),
    )


def _judged(signer: str, trusted: str | None) -> tuple[Outcome, str]:
    if trusted is None:
        return Outcome.UNTRUSTED, (
            "Intact, but nobody says whose key this is: compare its fingerprint with one you were "
            "given, or name it with --fingerprint or --key."
        )
    if trusted != signer:
        return Outcome.OTHER_SIGNER, (
            f"Signed with another key, {signer}; the one you trust is {trusted}."
        )
    return Outcome.VALID, "Intact, and signed with the key you trust."


def _checked(archive: ZipFile) -> tuple[Manifest, Statement]:
    entries = _entries(archive)
    signed = _whole(archive, entries, said.MANIFEST)
    statement = _signer(archive, entries, signed)
    try:
        manifest = said.manifest_of(signed)
    except msgspec.MsgspecError as error:
        raise Altered(
            said.MANIFEST, "It is signed, and of a form this version does not know."
        ) from error
    if manifest.format != said.FORMAT or manifest.signed_with != statement.fingerprint:
        raise Altered(said.MANIFEST, "It is of another format, or was signed with another key.")
    _check_names(entries, manifest.files)
    for one in manifest.files:
        _check_file(archive, entries[one.name], one)
    _check_sums(archive, entries, manifest)
    return manifest, statement


def _entries(archive: ZipFile) -> dict[str, ZipInfo]:
    """The files by name, as this product writes them: nothing hidden between, before or behind."""
    listed = archive.infolist()
    if len(listed) > MOST_FILES:
        raise Altered("", f"It has {len(listed):,} files; no bundle has that many.")
    entries: dict[str, ZipInfo] = {}
    end = 0
    for one in listed:
        if one.filename in entries:
            raise Altered(one.filename, "There are two files of this name.")
        if not _is_plain(one.filename):
            raise Altered(one.filename, "No bundle has a file of such a name.")
        entries[one.filename] = one
        end = _check_layout(archive, one, end)
    if end != archive.start_dir or archive.comment or _length(archive) != _length_of(listed, end):
        raise Altered("", "There is something in it beside its files.")
    return entries


def _length(archive: ZipFile) -> int:
    return archive.fp.seek(0, os.SEEK_END) if archive.fp else 0


def _length_of(listed: list[ZipInfo], end: int) -> int:
    """How long the file is whose entries end there: with their list and the mark of the end."""
    names = sum(_OF_AN_ENTRY + len(one.filename) + len(one.extra) for one in listed)
    is_large = end > ZIP64_LIMIT or names > ZIP64_LIMIT
    return end + names + _OF_THE_END + (_OF_A_LARGE_END if is_large else 0)


def _is_plain(name: str) -> bool:
    """No absolute paths, no way up, nothing a shell or a file system would read differently."""
    steps = name.split("/")
    signs = set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/")
    return signs and len(steps) <= 2 and all(step.strip(".") for step in steps)  # noqa: PLR2004 - one folder deep


def _check_layout(archive: ZipFile, one: ZipInfo, begins: int) -> int:
    """Where the entry ends, which stands exactly where the one before it ended."""
    usual = entry(one.filename, one.file_size)
    for name in ("date_time", "compress_type", "create_system", "external_attr", "comment"):
        if getattr(one, name) != getattr(usual, name):
            raise Altered(one.filename, "Its entry in the ZIP is not as it was written.")
    usual.CRC, usual.compress_size = one.CRC, one.compress_size
    head = usual.FileHeader(zip64=bool(one.extra) or None)
    file = archive.fp
    if file is None or one.header_offset != begins:
        raise Altered(one.filename, "There is something in the ZIP before it.")
    file.seek(begins)
    if file.read(len(head)) != head:
        raise Altered(one.filename, "Its head in the ZIP is not as it was written.")
    return begins + len(head) + one.compress_size


def _signer(archive: ZipFile, entries: dict[str, ZipInfo], signed: bytes) -> Statement:
    """Who signed, once both signatures are found to be theirs."""
    pem = _text(_whole(archive, entries, said.PUBLIC_KEY), said.PUBLIC_KEY)
    stated = _whole(archive, entries, said.STATEMENT)
    try:
        fingerprint = fingerprint_of(pem)
    except DomainError as error:
        raise Altered(said.PUBLIC_KEY, str(error)) from error
    for name, signature, message in (
        (said.MANIFEST, said.SIGNATURE, signed),
        (said.STATEMENT, said.STATEMENT_SIGNATURE, stated),
    ):
        if not is_signed(pem, message, _whole(archive, entries, signature)):
            raise Altered(name, f"{signature} is no signature of it by the key in the bundle.")
    try:
        statement = said.statement_of(stated)
    except msgspec.MsgspecError as error:
        raise Altered(said.STATEMENT, "It is of a form this version does not know.") from error
    if statement.manifest_sha256 != said.sha256(signed) or statement.fingerprint != fingerprint:
        raise Altered(said.STATEMENT, "It speaks of another manifest, or of another key.")
    return statement


def _check_names(entries: dict[str, ZipInfo], files: list[File]) -> None:
    wanted = [one.name for one in files] + list(said.BESIDE)
    if len(set(wanted)) != len(wanted):
        raise Altered(said.MANIFEST, "It names a file twice.")
    for name in wanted:
        if name not in entries:
            raise Altered(name, "It is missing.")
    for name in entries:
        if name not in wanted:
            raise Altered(name, "It was added: the manifest does not name it.")


def _check_file(archive: ZipFile, found: ZipInfo, wanted: File) -> None:
    total, size, lines = hashlib.sha256(), 0, 0
    for piece in _pieces(archive, found, wanted.bytes):
        total.update(piece)
        size += len(piece)
        lines += piece.count(b"\n")
    if size != wanted.bytes or total.hexdigest() != wanted.sha256:
        raise Altered(wanted.name, "Its content is not what the signed manifest says.")
    if wanted.rows is not None and wanted.name.endswith(".jsonl") and lines != wanted.rows:
        raise Altered(wanted.name, f"It has {lines:,} rows, and the manifest says {wanted.rows:,}.")


def _check_sums(archive: ZipFile, entries: dict[str, ZipInfo], manifest: Manifest) -> None:
    """The list for `sha256sum -c` is signed by being in the manifest, and says the same."""
    listed = [one for one in manifest.files if one.name != said.SUMS]
    if _whole(archive, entries, said.SUMS) != said.sums_of(listed):
        raise Altered(said.SUMS, "It does not list what the manifest lists.")


def _whole(archive: ZipFile, entries: dict[str, ZipInfo], name: str) -> bytes:
    if name not in entries:
        raise Altered(name, "It is missing.")
    return b"".join(_pieces(archive, entries[name], MOST_OF_A_HEAD))


def _pieces(archive: ZipFile, found: ZipInfo, most: int) -> Iterator[bytes]:
    size = 0
    try:
        with archive.open(found) as read:
            while piece := read.read(_PIECE):
                size += len(piece)
                if size > most:
                    raise Altered(found.filename, "It is longer than it may be.")
                yield piece
    except (BadZipFile, ZlibError, NotImplementedError, EOFError, RuntimeError) as error:
        raise Altered(found.filename, "Its content in the ZIP cannot be unpacked.") from error


def _text(written: bytes, name: str) -> str:
    try:
        return written.decode("ascii")
    except UnicodeDecodeError as error:
        raise Altered(name, "It is no PEM file.") from error
