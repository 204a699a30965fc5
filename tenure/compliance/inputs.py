"""The inputs of a finding as people read them; what is printed stays what the verdict rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from tenure.compliance import explaining
from tenure.compliance.models import Finding
from tenure.lib.actor import Actor

_PERSON = "Person"


@dataclass(frozen=True, slots=True)
class Shown:
    """One input: in words, or as a day or an instant; who says so, and since when.

    `url` is the page of what it names, `note` its id where that is what was printed.
    """

    name: str
    value: str | date
    source: str
    at: datetime | None
    url: str = ""
    note: str = ""

    @property
    def is_time(self) -> bool:
        return isinstance(self.value, date)


def shown_inputs(finding: Finding, *, actor: Actor) -> list[Shown]:
    """Every input that has a value, with names and links in place of refs and ids."""
    named = _named(finding, actor=actor)
    return [
        _shown(given, named)
        for given in finding.why.get("inputs", [])
        if given["value"] is not None
    ]


def _shown(given: Mapping[str, Any], named: Mapping[str, tuple[str, str, str]]) -> Shown:
    value, url, note = named.get(given["name"], (_readable(given["value"]), "", ""))
    at = datetime.fromisoformat(given["at"]) if given["at"] else None
    return Shown(given["name"], value, given["source"], at, url, note)


def _named(finding: Finding, *, actor: Actor) -> dict[str, tuple[str, str, str]]:
    """By the name of the input: what it names, its page, and its id."""
    printed = explaining.printed(finding)
    sees_people = actor.may_somewhere("people.view")
    named = {}
    for name, ref in printed.items():
        prefix, _, last = name.rpartition(": ")
        # A sponsor is printed by name, whoever the finding is about is known by name.
        who = printed.get(prefix) if prefix else finding.person
        if last == _PERSON and who:
            page = reverse("inventory:person", args=[ref]) if sees_people else ""
            named[name] = (str(who), page, "")
    if finding.account and printed.get("Account"):
        page = account_page(finding, actor=actor)
        named["Account"] = (str(finding.account), page, printed["Account"])
    if finding.credential and printed.get("Key"):
        page = key_page(finding, actor=actor)
        named["Key"] = (str(finding.credential), page, printed["Key"])
    owner = finding.connection.owner if finding.connection and "Owner" in printed else None
    if owner and str(owner.ref) == printed["Owner"]:
        named["Owner"] = (str(owner), "", "")
    return named


def account_page(finding: Finding, *, actor: Actor) -> str:
    """The page of the account that a finding is about; empty where there is none to open."""
    if finding.account is None or not _may_open(finding, actor):
        return ""
    return reverse("inventory:account", args=[finding.account.ref])


def key_page(finding: Finding, *, actor: Actor) -> str:
    """The page of the key that a finding is about; empty where there is none to open."""
    if finding.credential is None or not _may_open(finding, actor):
        return ""
    return reverse("inventory:credential", args=[finding.credential.ref])


def _may_open(finding: Finding, actor: Actor) -> bool:
    """An auditor reads findings, and no records."""
    connection = str(finding.connection.ref) if finding.connection else None
    return actor.may("accounts.view", connection=connection)


def _readable(value: str | int | bool) -> str | date:
    """A printed day or instant as one, yes and no as words, anything else as it is."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    text = str(value)
    try:
        moment = datetime.fromisoformat(text) if "-" in text else None
    except ValueError:
        moment = None
    if moment is None:
        return text
    return moment if moment.tzinfo else moment.date()
