"""What a bundle says of itself. Pure: no framework.

`manifest.json` tells what was asked, of when, from which readings, and the digest of every file. It
holds no instant of its making: the same data gives the same bytes. That stands in `signature.json`,
which is signed as well.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from tenure.lib import structs

FORMAT = "tenure-evidence/1"
MANIFEST, SUMS, README = "manifest.json", "SHA256SUMS", "README.txt"
PUBLIC_KEY, REPORT = "public-key.pem", "report.pdf"
SIGNATURE, STATEMENT, STATEMENT_SIGNATURE = "manifest.sig", "signature.json", "signature.sig"
# Not listed in the manifest: it is what they sign.
BESIDE = (MANIFEST, SIGNATURE, STATEMENT, STATEMENT_SIGNATURE)


class File(msgspec.Struct, frozen=True, kw_only=True):
    """One file: its digest, its size in bytes, and of a table how many rows it has."""

    name: str
    sha256: str
    bytes: int
    rows: int | None = None


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """A number that the report shows."""

    part: str
    label: str
    count: int


class SourceRead(msgspec.Struct, frozen=True, kw_only=True):
    """One list as it was read: the reading that the rows rest on.

    `pages` and `rows` are what the provider sent. `state` is complete where the whole list was
    read. `digest` is a SHA-256 over the pages as they were sent: of the first, that of its bytes'
    SHA-256 in hex; of each further one, that of the digest so far followed by it. Null of
    usage and costs, which are added up while they are read, and of readings older than digests.
    """

    connection: str
    organization: str
    collection: str
    run: str
    state: str
    pages: int
    rows: int
    finished_at: str
    digest: str | None = None


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked, of when, and every file with its digest."""

    format: str
    kind: str
    title: str
    asked: dict[str, str]
    scope: list[str]
    counts: list[Count]
    sources: list[SourceRead]
    signed_with: str
    files: list[File]


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """When which manifest was signed, and where the audit log ended at that moment."""

    format: str
    algorithm: str
    fingerprint: str
    manifest_sha256: str
    signed_at: str
    audit_head: str


_manifest, _statement = structs.decoder(Manifest), structs.decoder(Statement)


def encoded(document: Manifest | Statement) -> bytes:
    """JSON that a person can read, and that is the same each time."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def manifest_of(written: bytes) -> Manifest:
    """The manifest in these bytes; raises msgspec.MsgspecError."""
    return _manifest.decode(written)


def statement_of(written: bytes) -> Statement:
    """The statement in these bytes; raises msgspec.MsgspecError."""
    return _statement.decode(written)


def sums_of(files: list[File]) -> bytes:
    """SHA256SUMS as `sha256sum -c` reads it."""
    return "".join(f"{one.sha256}  {one.name}\n" for one in files).encode()


def new_digest() -> hashlib._Hash:
    return hashlib.sha256()


def sha256(written: Any) -> str:  # noqa: ANN401 - any buffer
    return hashlib.sha256(written).hexdigest()
