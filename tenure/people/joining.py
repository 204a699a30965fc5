"""Making two people one, and two again, with nothing lost on the way."""

from __future__ import annotations

from copy import copy
from datetime import date, datetime
from typing import Any

from tenure.lib.text import fold_email
from tenure.people.directory import TOLD, Directory, snapshot
from tenure.people.models import Delegation, Person, PersonChange, PersonEmail, PersonMerge
from tenure.people.redescribing import check_identifiers, redescribe

_WORD = ("left_on", "left_at", "left_reason", "left_by", "left_said_at")
# A day of leaving moves with the time zone; who said what and when does not.
_AS_SAID = ("left_on", "left_reason", "left_by", "left_said_at")
_IDENTIFIERS = ("email_key", "external_id")
_MOMENTS = {"starts_on": date, "ends_on": date, "end_at": datetime}
_MOMENTS |= {"left_on": date, "left_at": datetime, "left_said_at": datetime}


def join(merge: PersonMerge, directory: Directory, *, source: str) -> None:
    """The merged one gives up what makes them findable, and is described as part of the kept."""
    kept, merged = merge.kept, merge.merged
    directory.people |= {kept.pk: kept, merged.pk: merged}
    before = snapshot(kept)
    merge.before = {
        "kept": _written(kept, (*TOLD, "email_key", *_WORD)),
        "merged": _written(merged, _IDENTIFIERS),
        "addresses": list(merged.other_emails.values_list("email", flat=True)),
        "delegations": list(merged.delegations.exclude(to=kept).values_list("pk", flat=True)),
        "user": None if kept.user_id else merged.user_id,
    }
    _take_over(merge)
    merged.merged_into = kept
    merged.email_key = merged.external_id = ""
    merged.save(update_fields=["merged_into", "user", *_IDENTIFIERS])
    kept.save(update_fields=["user", *_WORD])
    merge.before["word"] = _written(kept, _AS_SAID)
    merge.save()
    directory.merges[kept.pk].append((merged.pk, merge.counts))
    theirs = [merged.email, *merge.before["addresses"]]
    redescribe(
        [kept],
        directory,
        source=source,
        at=merge.at,
        before={kept.pk: before},
        addresses={
            kept.pk: _kept_addresses(kept) | {fold_email(one): one for one in theirs if one}
        },
    )
    _tell(merge, source, after=str(merged))


def _take_over(merge: PersonMerge) -> None:
    """What is no source's to say: the user, delegations, addresses, and a human's word."""
    kept, merged = merge.kept, merge.merged
    Delegation.objects.filter(pk__in=merge.before["delegations"]).update(person=kept)
    PersonEmail.objects.filter(person=merged).update(person=kept)
    if merge.before["user"]:
        merged.user_id = None
        merged.save(update_fields=["user"])
        kept.user_id = merge.before["user"]
    _take_words(kept, merged, merge.counts)


def _take_words(kept: Person, merged: Person, counts: str) -> None:
    takes_word = counts == "merged" or (counts == "both" and kept.left_at is None)
    for name in _WORD if takes_word else ():
        setattr(kept, name, getattr(merged, name))
    for name in ("email", "email_key", "external_id"):
        # Where no source says it, whatever makes them findable must not be lost.
        setattr(kept, name, getattr(kept, name) or getattr(merged, name))


def as_joined(kept: Person, merged: Person, directory: Directory, *, counts: str) -> Person:
    """The kept one as a merge would leave them; nothing is stored."""
    one, merges = copy(kept), directory.merges[kept.pk]
    _take_words(one, merged, counts)
    directory.merges[kept.pk] = [*merges, (merged.pk, counts)]
    directory.describe(one)
    directory.merges[kept.pk] = merges
    return one


def part(merge: PersonMerge, directory: Directory, *, source: str) -> None:
    """Each takes back what was theirs, and is described by their own records alone."""
    kept, merged = directory.people[merge.kept_id], directory.people[merge.merged_id]
    merge.kept, merge.merged = kept, merged
    was, at = merge.before, merge.undone_at or merge.at
    before, gone = snapshot(kept), snapshot(merged)
    word_is_as_it_was = _written(kept, _AS_SAID) == was["word"]
    for name, value in was["kept"].items():
        if name not in _WORD or word_is_as_it_was:
            setattr(kept, name, _read(name, value))
    for name, value in was["merged"].items():
        setattr(merged, name, value)
    merged.merged_into = None
    for person in (kept, merged):
        check_identifiers(person, beside=(kept.pk, merged.pk))
    PersonEmail.objects.filter(person=kept, email_key=merged.email_key).delete()
    given = {fold_email(email): email for email in was["addresses"]}
    PersonEmail.objects.filter(person=kept, email_key__in=given).update(person=merged)
    Delegation.objects.filter(pk__in=was["delegations"]).update(person=merged)
    if was["user"] and kept.user_id == was["user"]:
        kept.user_id, merged.user_id = None, was["user"]
    # The kept one may have found what is given back only by this merge: it goes first.
    kept.save(update_fields=["user", "email", *_IDENTIFIERS, *_WORD])
    merged.save(update_fields=["user", "merged_into", *_IDENTIFIERS])
    redescribe(
        [kept, merged],
        directory,
        source=source,
        at=at,
        before={kept.pk: before, merged.pk: gone},
        addresses={kept.pk: _kept_addresses(kept), merged.pk: given},
    )
    _tell(merge, source, before=str(merged))


def _kept_addresses(person: Person) -> dict[str, str]:
    return dict(person.other_emails.values_list("email_key", "email"))


def _tell(merge: PersonMerge, source: str, *, before: str = "", after: str = "") -> None:
    PersonChange.objects.create(
        person=merge.kept,
        field="merged",
        before=before,
        after=after,
        source=merge.undone_by or merge.by or source,
        at=merge.undone_at or merge.at,
    )


def _written(person: Person, names: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(person, name) for name in names}
    return {n: v.isoformat() if isinstance(v, date) else v for n, v in values.items()}


def _read(name: str, value: Any) -> Any:  # noqa: ANN401 - a column's value, as JSON has it
    return _MOMENTS[name].fromisoformat(value) if value and name in _MOMENTS else value
