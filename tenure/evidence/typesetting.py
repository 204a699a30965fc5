"""The report as a PDF, typeset. No framework; the same data gives the same bytes.

Exceptions come first. A short table stands in it whole; of a long one it has the numbers and the
exceptions, and says in which file the rows are: its size and the time it takes are bounded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
import noto_cjk_sans_otc
import typst

from tenure.evidence.canonical import Row
from tenure.evidence.commands import CHECKING, COMMANDS
from tenure.evidence.manifest import SourceRead
from tenure.evidence.signing import in_groups
from tenure.lib.text import quantity

LISTED = 300  # rows of a part, and as many of its exceptions
MOST_SOURCES = 100
_HERE = Path(__file__).parent
_FONTS = _HERE.parent / "web" / "static" / "vendor" / "pdf"
_LONG = re.compile(r"\S{15,}")
_AFTER = frozenset("@._-/:+=,;")
_SOURCES = {"connection": 3, "collection": 4, "state": 2, "pages": 1, "rows": 1, "finished_at": 3}
_NOTHING = "-"
_MOST_SIGNS = 200
_JOINER = "\u200d"  # of several signs one, such as a family


@dataclass
class Table:
    """A part as the report has it: how many rows there are, and those that it shows."""

    name: str
    label: str
    says: str
    shown: Mapping[str, int]
    rows: int = 0
    exceptions: int = 0
    first: list[Row] = field(default_factory=list)
    worrying: list[Row] = field(default_factory=list)

    def take(self, rows: Sequence[Row], *, has_exceptions: bool) -> None:
        """Count these rows, and keep what is shown of them."""
        self.rows += len(rows)
        self.first += rows[: LISTED - len(self.first)]
        if has_exceptions:
            found = [row for row in rows if getattr(row, "exception", "")]
            self.exceptions += len(found)
            self.worrying += found[: LISTED - len(self.worrying)]


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a report shows."""

    title: str
    kind: str
    fingerprint: str
    facts: Sequence[tuple[str, str]]
    scope: Sequence[str]
    counts: Sequence[tuple[str, int, bool]]
    tables: Sequence[Table]
    sources: Sequence[SourceRead]


def pdf_of(report: Report) -> bytes:
    """The report as a PDF."""
    (made,) = _compiled(report, "pdf")
    return made


def pages_of(report: Report, *, ppi: int = 90) -> list[bytes]:
    """Its pages as PNG, for whoever wants to look at it."""
    return _compiled(report, "png", ppi=ppi)


@cache
def _fonts() -> typst.Fonts:
    cjk = Path(noto_cjk_sans_otc.__file__).parent
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=[str(_FONTS), str(cjk)],
    )


def _compiled(
    report: Report, form: Literal["pdf", "png"], *, ppi: int | None = None
) -> list[bytes]:
    data = msgspec.json.encode(_data(report)).decode()
    template = (_HERE / "report.typ").read_bytes()
    compiler = typst.Compiler(
        template, root=str(_HERE), font_paths=_fonts(), sys_inputs={"data": data}
    )
    made = compiler.compile(format=form, ppi=ppi)
    return made if isinstance(made, list) else [made or b""]


def _data(report: Report) -> dict[str, object]:
    sources = report.sources[:MOST_SOURCES]
    left = len(report.sources) - len(sources)
    pages = sum(one.pages for one in report.sources)
    return {
        "title": breakable(report.title),
        "kind": report.kind,
        "fingerprint": in_groups(report.fingerprint),
        "facts": [[name, breakable(value)] for name, value in report.facts],
        "counts": [
            {"label": label, "count": f"{count:,}", "is_exception": is_exception}
            for label, count, is_exception in report.counts
        ],
        "scope": [breakable(one) for one in report.scope],
        "parts": [_part(one) for one in report.tables],
        "sources_said": (
            f"{quantity(len(report.sources), 'reading')} of {quantity(pages, 'page')} in all. Each "
            "is the newest complete reading of a list by then, or the last attempt where there is "
            "none; manifest.json has the run of each."
            if report.sources
            else "No list of a provider had been read by then."
        ),
        "source_columns": _columns(_SOURCES),
        "sources": [[_cell(getattr(one, name)) for name in _SOURCES] for one in sources],
        "sources_left": f"And {left:,} more, in manifest.json." if left else "",
        "checking": CHECKING,
        "commands": COMMANDS,
    }


def _part(table: Table) -> dict[str, object]:
    is_short = table.rows <= LISTED
    beside = {name: width for name, width in table.shown.items() if name != "exception"}
    worrying = {**beside, "exception": 5}
    left = table.exceptions - len(table.worrying)
    where = f"{table.name}.jsonl, {table.name}.csv and {table.name}.xlsx"
    return {
        "label": table.label,
        "says": table.says,
        "rows_said": quantity(table.rows, "row"),
        "columns": _columns(beside),
        "rows": _cells(table.first if is_short else [], beside),
        "rows_left": "" if is_short else f"Too many to print; every row is in {where}.",
        "exceptions_said": quantity(table.exceptions, "row"),
        "exception_columns": _columns(worrying),
        "exceptions": _cells(table.worrying, worrying),
        "exceptions_left": f"And {left:,} more, in {where}." if left else "",
    }


def _columns(shown: Mapping[str, int]) -> list[dict[str, object]]:
    return [
        {"head": "Why" if name == "exception" else _head(name), "width": width}
        for name, width in shown.items()
    ]


def _head(name: str) -> str:
    return name.removesuffix("_at").replace("_", " ").capitalize().replace(" sla", " SLA")


def _cells(rows: Sequence[Row], shown: Mapping[str, int]) -> list[list[str]]:
    return [[_cell(getattr(row, name)) for name in shown] for row in rows]


def _cell(value: object) -> str:
    match value:
        case None | "":
            return _NOTHING
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case list():
            return breakable(", ".join(str(one) for one in value)) or _NOTHING
    return breakable(_to_the_minute(str(value)))


def _to_the_minute(text: str) -> str:
    """An instant as people read it; the files have it whole."""
    is_instant = re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text)
    return f"{text[:10]} {text[11:16]}" if is_instant else text


def breakable(text: str) -> str:
    """The text as it fits into a column: cut where it is longer than any name, and with places
    where a long word may go on in the next line, never within one sign."""
    whole = "".join(sign if sign.isprintable() or sign == _JOINER else "\ufffd" for sign in text)
    if len(whole) > _MOST_SIGNS:
        whole = whole[: _MOST_SIGNS - 1] + "…"
    return _LONG.sub(lambda found: _loosened(found[0]), whole)


def _loosened(word: str) -> str:
    made, since = [], 0
    for sign, after in zip(word, word[1:] + " ", strict=True):
        made.append(sign)
        since += 1
        joins = unicodedata.combining(after) or unicodedata.category(after) in (
            "Mn",
            "Me",
            "Cf",
            "Sk",
        )
        if (sign in _AFTER or since >= 10) and not joins and sign != _JOINER:  # noqa: PLR2004 - fits everywhere
            made.append("\u200b")
            since = 0
    return "".join(made)
