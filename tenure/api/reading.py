"""The OpenAPI document as its page reads it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple


class Field(NamedTuple):
    """Something that is sent or answered: its name, its type in words, and what it is for."""

    name: str
    kind: str
    says: str
    is_required: bool


class Endpoint(NamedTuple):
    """One operation in words."""

    name: str
    method: str
    path: str
    summary: str
    says: str
    scope: str
    sends: list[Field]
    answers: list[Field]
    is_list: bool
    status: str
    refuses: list[tuple[str, str]]


def chapters(document: Mapping[str, Any]) -> dict[str, list[Endpoint]]:
    """Every operation under its heading, in the order of the document."""
    found: dict[str, list[Endpoint]] = defaultdict(list)
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            found[said["tags"][0]].append(_endpoint(document, path, method, said))
    return dict(found)


def _endpoint(
    document: Mapping[str, Any], path: str, method: str, said: Mapping[str, Any]
) -> Endpoint:
    sends = [
        Field(one["name"], _kind(one["schema"]), one.get("description", ""), one["required"])
        for one in said["parameters"]
    ]
    for content in said.get("requestBody", {}).get("content", {}).values():
        sends += _fields(document, content["schema"])
    answers = {str(status): told for status, told in said["responses"].items()}
    status = next(status for status in answers if status < "300")
    # A file has no fields to tell.
    shown = answers[status]["content"].get("application/json", {}).get("schema", {})
    row = _row_of(document, shown)
    return Endpoint(
        name=said["operationId"],
        method=method.upper(),
        path=path,
        summary=said["summary"],
        says=said.get("description", ""),
        scope=said["x-scope"],
        sends=sends,
        answers=[one._replace(is_required=False) for one in _fields(document, row or shown)],
        is_list=bool(row),
        status=status,
        refuses=[(key, told["description"]) for key, told in answers.items() if key >= "400"],
    )


def _row_of(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of a page what each of its rows is, which one wants to know; nothing of what is no page."""
    whole = _resolved(document, schema).get("properties", {})
    items: Mapping[str, Any] = whole.get("data", {}).get("items", {})
    return items if "page" in whole else {}


def _fields(document: Mapping[str, Any], schema: Mapping[str, Any]) -> list[Field]:
    whole = _resolved(document, schema)
    required = whole.get("required", [])
    return [
        Field(name, _kind(one), one.get("description", ""), name in required)
        for name, one in whole.get("properties", {}).items()
    ]


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in schema:
        return schema
    found: Mapping[str, Any] = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def _kind(schema: Mapping[str, Any]) -> str:
    """`text`, `list of LinkOut`, `integer or nothing`."""
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    words = {"string": "text", "null": "nothing", "boolean": "true or false"}
    kind = str(schema.get("format") or schema.get("type", "anything"))
    return words.get(kind, kind)
