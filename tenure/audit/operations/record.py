from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import NamedTuple

from django.db import connection as database
from django.db.models import Model
from django.utils.text import camel_case_to_spaces

from tenure.audit import rules, verbs
from tenure.audit.appending import Salted, append
from tenure.audit.models import AuditEvent
from tenure.lib import clock
from tenure.lib.actor import Actor

# Nothing is changed by looking, and what stores an event is one statement.
OF_NO_CHANGE = frozenset({"page.viewed"})


class Subject(NamedTuple):
    """What an event is about, when it is no row: a kind from the glossary and a ref."""

    kind: str
    ref: str


def record(
    verb: str,
    *,
    actor: Actor,
    subject: Model | Subject,
    connection: Model | Subject | str | None = None,
    text: Mapping[str, str] | None = None,
    **detail: object,
) -> AuditEvent:
    """Append one event, inside the transaction that makes the change.

    `detail` holds ids, enums, counts and non-personal before and after; names, e-mail addresses
    and free text go into `text`, from where they can be erased. `connection` names the connection
    it concerns, for those who may see only some.
    """
    if not database.in_atomic_block and verb not in OF_NO_CHANGE:
        raise RuntimeError("Record an event in the transaction of its change, or not at all.")
    verbs.check_declared(verb)
    about = _subject(subject)
    named = {"actor": actor.label, **(text or {})}
    texts = {
        field: Salted(secrets.token_hex(16), rules.personal(value))
        for field, value in named.items()
    }
    moment = clock.now()
    event = AuditEvent(
        at=moment.replace(microsecond=moment.microsecond // 1000 * 1000),
        verb=verb,
        actor_kind=actor.kind,
        actor_id=actor.id,
        person_id=actor.person_id,
        subject_kind=about.kind,
        subject_ref=about.ref,
        connection_ref=_connection_ref(about, connection),
        detail=rules.plain(detail),
        digests={field: rules.digest(*salted) for field, salted in texts.items()},
    )
    append(event, texts)
    return event


def _subject(subject: Model | Subject) -> Subject:
    if isinstance(subject, Subject):
        return Subject(subject.kind, str(subject.ref))
    kind = camel_case_to_spaces(type(subject).__name__).replace(" ", "_")
    return Subject(kind, str(subject.ref))  # type: ignore[attr-defined] # every public model has it


def _connection_ref(about: Subject, connection: Model | Subject | str | None) -> str | None:
    if connection is None:
        return about.ref if about.kind == "connection" else None
    return connection if isinstance(connection, str) else _subject(connection).ref
