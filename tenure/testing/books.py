"""Reading back what was exported."""

from __future__ import annotations

import csv
import re
from io import BytesIO, StringIO
from xml.etree import ElementTree as ET
from zipfile import ZipFile

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def rows_of_csv(file: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(file.decode(), newline="")))


def sheets_of_xlsx(file: bytes) -> dict[str, list[list[object]]]:
    """Each sheet's rows by its name, found as Excel finds them: by the workbook's relations."""
    with ZipFile(BytesIO(file)) as book:
        assert book.testzip() is None
        parts = {name: ET.fromstring(book.read(name)) for name in book.namelist()}  # noqa: S314 - ours
    typed = {
        one.get("PartName") for one in parts["[Content_Types].xml"] if one.tag.endswith("}Override")
    }
    links = {one.get("Id"): one.get("Target") for one in parts["xl/_rels/workbook.xml.rels"]}
    assert {f"/xl/{target}" for target in links.values()} < typed
    found = {}
    for sheet in parts["xl/workbook.xml"].iter(f"{_MAIN}sheet"):
        (ref,) = [value for name, value in sheet.attrib.items() if name.endswith("}id")]
        rows = parts[f"xl/{links[ref]}"].iter(f"{_MAIN}row")
        found[sheet.attrib["name"]] = [[_value(cell) for cell in row] for row in rows]
    return found


def _value(cell: ET.Element) -> object:
    assert not list(cell.iter(f"{_MAIN}f")), "a formula"
    match cell.get("t"):
        case "inlineStr":
            text = "".join(one.text or "" for one in cell.iter(f"{_MAIN}t"))
            return re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), text)
        case "b":
            return cell[0].text == "1"
    return int(cell[0].text or "") if len(cell) else ""
