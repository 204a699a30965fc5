"""An uploaded file, as the product sees any provider: one list, read whole, of the day it came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import ClassVar

from tenure.connectors.base import (
    BEGINNING,
    Collection,
    CollectionEnd,
    CollectionKind,
    Credentials,
    Description,
    Pacer,
    Page,
    Place,
    ReadEvent,
    Recognizes,
    Refusal,
    Validation,
)
from tenure.connectors.file.description import DESCRIPTION
from tenure.connectors.file.reading import Table, read_table
from tenure.lib.errors import Invalid

USERS = CollectionKind(kind="users", page_rows=1_000)
_NO_KEY = "Files are read without a key, so there is none to check; upload a newer file instead."
_NO_LOG = "A file tells nothing of what happened."
_MOST_REMARKS = 20


class FileConnector:
    """Reads the file that `credentials.upload` holds. It sends nothing and draws on no budget."""

    description: ClassVar[Description] = DESCRIPTION

    def __init__(
        self,
        credentials: Credentials,
        *,
        allow_hosts: Sequence[str] = (),  # noqa: ARG002 - nothing is sent
        pacer: Pacer | None = None,  # noqa: ARG002 - nothing is sent
    ) -> None:
        self._upload = credentials.upload
        self._is_closed = False

    def validate(self) -> Validation:
        raise Refusal("bad_input", _NO_KEY)

    def organization_id(self) -> str:
        raise Refusal("bad_input", _NO_KEY)

    @classmethod
    def collection_kinds(cls) -> Sequence[CollectionKind]:
        return [USERS]

    def read(
        self,
        collection: Collection,
        *,
        resume: Place = BEGINNING,
        recognizes: Recognizes | None = None,
    ) -> Iterator[ReadEvent]:
        """Raises KeyError for a kind that is not ours."""
        if collection.kind != USERS.kind:
            raise KeyError(collection.kind)
        return self._read(resume, recognizes)

    def _read(self, resume: Place, recognizes: Recognizes | None) -> Iterator[ReadEvent]:
        if self._upload is None:
            yield CollectionEnd(
                state="unavailable", reason="No file was uploaded yet.", kind="not_found"
            )
            return
        try:
            table = read_table(self._upload.content, self._upload.columns)
        except Invalid as error:
            yield CollectionEnd(state="unavailable", reason=str(error), kind="unreadable")
            return
        size, total = USERS.page_rows, len(table.accounts)
        begins = int(resume.cursor or 0)
        for first in range(begins, max(total, 1), size):
            if self._is_closed:
                yield CollectionEnd(state="incomplete", reason="Closed before it was read.")
                return
            yield _page(table, first, recognizes)
        rejected = len(table.rejected)
        yield CollectionEnd(
            state="incomplete" if rejected else "complete",
            reason=_left_out(rejected) if rejected else "",
            kind="unreadable" if rejected else None,
            as_of=self._upload.uploaded_at,
        )

    def events(
        self,
        *,
        since: datetime,  # noqa: ARG002 - there is no log
        until: datetime | None = None,  # noqa: ARG002
        of_members: bool = False,  # noqa: ARG002
        resume: Place = BEGINNING,  # noqa: ARG002
    ) -> Iterator[ReadEvent]:
        yield CollectionEnd(state="unavailable", reason=_NO_LOG)

    def close(self) -> None:
        self._is_closed = True


def _page(table: Table, first: int, recognizes: Recognizes | None) -> Page:
    """So many accounts from the first; with the last of them all that was left out is told."""
    upto = min(first + USERS.page_rows, len(table.accounts))
    sent = table.accounts[first:upto]
    facts = [one for one in sent if recognizes is None or not recognizes(one.raw)]
    is_last = upto >= len(table.accounts)
    rejected, aside = (len(table.rejected), table.aside) if is_last else (0, 0)
    told = [f"Line {one.line} {one.reason}." for one in table.rejected[:_MOST_REMARKS]]
    return Page(
        facts=facts,
        received=upto - first + rejected + aside,
        recognized=upto - first - len(facts),
        aside=aside,
        place=Place(cursor=str(upto)),
        remarks=tuple(told) if is_last else (),
        is_last=is_last,
        digest=sha256(b"\n".join(one.raw for one in sent)).hexdigest(),
    )


def _left_out(rejected: int) -> str:
    lines = "1 line was" if rejected == 1 else f"{rejected:,} lines were"
    return f"{lines} rejected, so nobody who is missing from the file is taken for gone."
