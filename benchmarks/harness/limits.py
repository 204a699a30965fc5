"""What no sync can do without: the bytes from the socket, and the rows into a table."""

from __future__ import annotations

import re
import socket
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from harness.company import Company

if TYPE_CHECKING:
    from tenure.connectors.base import Page

_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
_LAST_ID = re.compile(rb'"last_id":"([^"]+)","has_more":true\}$')

Table = tuple[str, int, list[Sequence[object]]]


class BareReader:
    """Reads lists to their end on one connection: bytes and cursors, nothing decoded."""

    def __init__(self, company: Company) -> None:
        self.bytes = 0
        address = urlsplit(company.url)
        head = f"Host: {address.netloc}\r\nAuthorization: Bearer {company.key}\r\n\r\n"
        self._head = head.encode()
        self._socket = socket.create_connection((address.hostname, address.port))
        self._buffer = bytearray(1 << 20)

    def read(self, lists: Iterable[str]) -> dict[str, int]:
        """The pages that each list has, by the address of its first one."""
        pages = dict[str, int]()
        for first in lists:
            after = b""
            while after is not None:
                body = self._get(first.encode() + after)
                self.bytes += len(body)
                pages[first] = pages.get(first, 0) + 1
                more = _LAST_ID.search(body[-200:])
                after = b"&after=" + more[1] if more else None
        return pages

    def close(self) -> None:
        self._socket.close()

    def _get(self, target: bytes) -> bytes:
        self._socket.sendall(b"GET " + target + b" HTTP/1.1\r\n" + self._head)
        view, got, needed, start = memoryview(self._buffer), 0, None, 0
        while needed is None or got < needed:
            got += self._socket.recv_into(view[got:])
            end = self._buffer.find(b"\r\n\r\n", 0, got) if needed is None else -1
            if end >= 0:
                start = end + 4
                needed = start + int(_LENGTH.search(self._buffer, 0, end)[1])
        if not self._buffer.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"The simulator answered {bytes(self._buffer[:got])!r}.")
        return bytes(self._buffer[start:needed])


def pages_of(company: Company, lists: Iterable[str]) -> dict[str, int]:
    """The fewest requests that read these lists, in pages as large as their first one."""
    bare = BareReader(company)
    needed = bare.read(lists)
    bare.close()
    return needed


def tables(pages: Iterable[Page]) -> list[Table]:
    """The facts as rows of text, raw record included, ready to be put away: name, width, rows."""
    made: dict[str, list[Sequence[object]]] = defaultdict(list)
    for page in pages:
        for fact in page.facts:
            made[f"bare_{type(fact).__name__.lower()}"].append(
                tuple(_plain(getattr(fact, name)) for name in fact.__struct_fields__)
            )
    return [(name, len(rows[0]), rows) for name, rows in made.items()]


def raw_copy(made: Iterable[Table]) -> None:
    """Put the rows into new tables without an index, in one transaction, the fastest way."""
    from django.db import connection, transaction

    with connection.cursor() as cursor, transaction.atomic():
        for name, width, rows in made:
            columns = ", ".join(f"c{number} text" for number in range(width))
            cursor.execute(f"CREATE TABLE {name} ({columns})")
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {name} FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                marks = ", ".join(["%s"] * width)
                cursor.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)  # noqa: S608 - ours


def drop_copy(made: Iterable[Table]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for name, _, _ in made:
            cursor.execute(f"DROP TABLE IF EXISTS {name}")


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.decode()
    return value if value is None or isinstance(value, str) else str(value)
