"""Which person an account belongs to. Pure: values in, a proposal out.

method          others match too   was somebody else's   seen in time for them   -> proposal
similar name    any                any                   any                        suggest, low
another         yes                any                   any                        suggest, medium
another         no                 yes                   any                        suggest, medium
another         no                 no                    no                         suggest, medium
another         no                 no                    yes                        link, high

In time is from 30 days before the person's first day, when that is known. Re-used addresses are how
the wrong person loses access: an account that is older than somebody's tenure was probably made for
whoever had the address before.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

Method = Literal["exact_email", "other_email", "plain_email", "external_id", "similar_name"]
Confidence = Literal["high", "medium", "low"]

BEFORE_START = timedelta(days=30)
# More people than this share a name or an address: then it says nothing.
MOST_ALIKE = 3


@dataclass(frozen=True, slots=True)
class Proposal:
    """Link by itself, or suggest to a human and say why."""

    method: Method
    links_itself: bool
    confidence: Confidence
    reason: str = ""


def propose(
    *,
    method: Method,
    account_seen_at: datetime,
    person_begins_at: datetime | None,
    was_anothers: bool,
    others_match: bool,
) -> Proposal:
    """Judge one account that matches one person."""
    if method == "similar_name":
        return Proposal(
            method, links_itself=False, confidence="low", reason="Only the name is alike."
        )
    if others_match:
        reason = "More than one person matches this account."
    elif was_anothers:
        reason = "This address or account was somebody else's before."
    elif person_begins_at is not None and account_seen_at < person_begins_at - BEFORE_START:
        days = (person_begins_at - account_seen_at).days
        reason = (
            f"The account is {days} days older than this person's start: the address may "
            "have belonged to somebody else."
        )
    else:
        return Proposal(method, links_itself=True, confidence="high")
    return Proposal(method, links_itself=False, confidence="medium", reason=reason)


class Ignored(NamedTuple):
    """What of an address its domain does not look at."""

    tags: bool
    dots: bool


def plain_email(email_key: str, domains: Mapping[str, Ignored]) -> str:
    """The address without what its domain ignores.

    domain ignores   a.b+c@domain   -> plain
    nothing                            "" (there is no rule for it)
    tags                               a.b@domain
    dots                               ab+c@domain
    both                               ab@domain
    """
    local, _, domain = email_key.rpartition("@")
    ignored = domains.get(domain)
    if ignored is None:
        return ""
    name, plus, tag = local.partition("+")
    if ignored.dots:
        name = name.replace(".", "")
    kept = name if ignored.tags else name + plus + tag
    return f"{kept}@{domain}" if kept else ""


_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
_FULL, _SHORTEST = 2, 5  # words of a whole name; letters of an initial and a last name


def _words(text: str) -> list[str]:
    bare = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    letters = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return [word for word in re.split(r"[\W\d_]+", letters) if word]


def names_of_person(name: str) -> frozenset[str]:
    """The keys under which somebody's name is found, however it is written: accents, the order of
    its words and middle names do not count, and an initial may stand for the first."""
    words = _words(name)
    if len(words) < _FULL:
        return frozenset()
    short = {first + words[-1] for first in (words[0], words[0][0])}
    keys = {" ".join(sorted(words)), " ".join(sorted((words[0], words[-1])))}
    return frozenset(keys | {key for key in short if len(key) >= _SHORTEST})


def names_of_account(name: str, email_key: str) -> frozenset[str]:
    """The keys by which an account's name and the name in its address may find a person."""
    keys = set()
    local = email_key.rpartition("@")[0].partition("+")[0]
    for words in (_words(name), _words(local)):
        if len(words) >= _FULL and all(len(word) > 1 for word in words):
            keys |= {" ".join(sorted(words)), " ".join(sorted((words[0], words[-1])))}
    short = "".join(_words(local))
    if len(short) >= _SHORTEST and len(_words(local)) <= _FULL:
        keys.add(short)
    return frozenset(keys)
