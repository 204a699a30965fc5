"""What is known of a change by its answer, and when a read by id says that something is not there.

answer                                              outcome     kind
none, nothing had left                              not_sent    as of any request
none, after it had left                             unknown     as of any request
2xx that says it is done                            accepted
2xx that says it is not (deleted: false)            refused     refused
2xx that is a page, cut, or about another           unknown     not_the_provider, unreadable
404, or words: not found, is not a member of        refused     not_found
429                                                 refused     rate_limited, quota_exhausted
any other 4xx                                       refused     by its words
408, 5xx, a redirect, a page with any status        unknown     by its status

Only what the provider itself says in so many words counts as no. Whatever came from in between, or
may have come too late, may have been done.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec

from tenure.connectors.base import FailureKind, ProviderError
from tenure.connectors.changing import Change, ChangeFailed, Outcome
from tenure.connectors.openai import errors
from tenure.lib.text import fold_email

if TYPE_CHECKING:
    from tenure.connectors.openai.client import Answer
    from tenure.lib.outbound import NotReached

NOTHING_NAMED = "This has no usable id in OpenAI: read the connection again, then plan the change."
CUT_SHORT = (
    "OpenAI's list could not be read to its end, so nobody can tell what is in it: try again in a "
    "few minutes."
)
TWO_ORGANIZATIONS = (
    "The ids of OpenAI's roles name more than one organization: nothing can be changed until they "
    "name one, so ask OpenAI which organization this key is of."
)
_NOT_TOLD = (
    "OpenAI's answer does not say whether it did this: look whether it is done before anything is "
    "tried again."
)
_NOT_DONE = "OpenAI answered that it did not do this: try again in a few minutes."
_GONE = "OpenAI no longer has this ({status}), so nothing was changed: look again what is there."
_PARENT_GONE = (
    "The project or group that this is in was archived or deleted in OpenAI, so it can be neither "
    "read nor changed there: check that nothing of it is still in use."
)
_REFUSED = "OpenAI refused the change ({status}){said}; settle that in OpenAI, then try again."
_BAD = (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY)
_NO_MEMBER = "is not a member of"
_NO_ADDRESS = "invalid url"


class _Done(msgspec.Struct):
    """What a change answers. The answer about a group names the user, and that about an invitation
    the address, under an id that it has from now on."""

    id: str | None = None
    email: str | None = None
    user_id: str | None = None
    deleted: bool | None = None


_done = msgspec.json.Decoder(_Done)


def not_answered(error: NotReached) -> ChangeFailed:
    return _as_failed(errors.unreachable(error), "unknown" if error.has_left else "not_sent", None)


def impossible(change: Change) -> ChangeFailed:
    what = change.target.kind.replace("_", " ")
    return ChangeFailed(
        "bad_input",
        f"OpenAI offers no way to {change.action} this ({what}): do it in OpenAI's settings.",
        outcome="not_sent",
    )


def nothing_named() -> ChangeFailed:
    return ChangeFailed("bad_input", NOTHING_NAMED, outcome="not_sent")


def failed(answer: Answer, change: Change) -> ChangeFailed | None:
    """Why an answer is no good one; None when the change was accepted."""
    error = answer.failure()
    if error is None:
        return _unlike(answer, change)
    if not _says_no(answer):
        return _as_failed(error, "unknown", answer)
    said = errors.words(answer.body)
    # Only words, and whoever hears of it looks: so here a 400 will do as well.
    no_such = error.kind == "refused" and "not found" in said.lower()
    if is_gone(answer, error) or (change.action == "remove" and no_such):
        return _failed_with("not_found", _GONE.format(status=answer.status), "refused", answer)
    if error.kind == "refused":
        quoted = f": “{errors.quoted(said)}”" if said else ""
        sentence = _REFUSED.format(status=answer.status, said=quoted)
        error = ProviderError("refused", sentence, status=answer.status, may_pass=error.may_pass)
    return _as_failed(of_a_target(error), "refused", answer)


def is_gone(answer: Answer, error: ProviderError) -> bool:
    """True when the provider says that what was asked for by its id is not there.

    A 404 that is about the address, or without a word and a mark of the provider, says nothing.
    """
    if error.kind not in ("not_found", "refused") or answer.status not in _BAD:
        return False
    said = errors.words(answer.body).lower()
    if answer.status == HTTPStatus.NOT_FOUND:
        return answer.request_id is not None if not said else not said.startswith(_NO_ADDRESS)
    return _NO_MEMBER in said


def of_a_target(error: ProviderError, *, of_parent: bool = False) -> ProviderError:
    """The same failure in words that fit one thing and not a list.

    What is not found `of_parent` is whose list it is.
    """
    if error.kind == "parent_gone" or (of_parent and error.kind == "not_found"):
        return ProviderError("parent_gone", _PARENT_GONE, status=error.status)
    return error


def _unlike(answer: Answer, change: Change) -> ChangeFailed | None:
    """What is wrong with a 2xx answer to a change; None when it says that it is done."""
    try:
        done = _done.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        done = None
    removing = change.action == "remove"
    if done is not None and removing and done.deleted is False:
        return _failed_with("refused", _NOT_DONE, "refused", answer)
    if done is None or (removing and not done.deleted) or not _is_about(done, change):
        return _failed_with("unreadable", _NOT_TOLD, "unknown", answer)
    return None


def _is_about(done: _Done, change: Change) -> bool:
    if change.action == "add" and change.target.kind == "invitation":
        named = fold_email(done.email or change.email)
        return bool(done.id) and named == fold_email(change.email)
    return (done.user_id or done.id) in (None, change.target.id)


def made(answer: Answer) -> str:
    """The id in a good answer to what was added."""
    return _done.decode(answer.body).id or ""


def _says_no(answer: Answer) -> bool:
    """True when nothing can have been done: the provider refused, and nobody in between."""
    return (
        HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR
        and answer.status != HTTPStatus.REQUEST_TIMEOUT
        and not errors.looks_like_html(answer.headers, answer.body)
    )


def _failed_with(
    kind: FailureKind, sentence: str, outcome: Outcome, answer: Answer
) -> ChangeFailed:
    return _as_failed(ProviderError(kind, sentence, status=answer.status), outcome, answer)


def _as_failed(error: ProviderError, outcome: Outcome, answer: Answer | None) -> ChangeFailed:
    return ChangeFailed(
        error.kind,
        str(error),
        outcome=outcome,
        status=error.status,
        may_pass=error.may_pass,
        retry_after=error.retry_after,
        request_id=answer.request_id if answer else None,
    )
