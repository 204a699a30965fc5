"""Telling a refusal where the input was made, instead of on a page of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.forms import BaseForm

from tenure.lib.errors import DomainError, NotAllowed


@contextmanager
def told_on(form: BaseForm, *, field: str | None = None) -> Iterator[None]:
    """A refusal inside becomes an error of the form: at the field it names, else at `field`.

    What the actor may not do at all stays a refusal of the whole page.
    """
    try:
        yield
    except NotAllowed:
        raise
    except DomainError as refusal:
        named = getattr(refusal, "field", None)
        form.add_error(named if named in form.fields else field, str(refusal))
