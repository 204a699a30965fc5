"""What happened to accounts at the provider, and what humans said of them here."""

from __future__ import annotations

from django.db.models import BooleanField, CharField, Value

from tenure.inventory.models import Account, AccountChange, AccountWord
from tenure.inventory.queries.accounts import accounts
from tenure.lib.actor import Actor

HISTORY = 100
# What of a change and of a word stands in the same column of the one query that asks for both.
_CHANGE = ("id", "at", "kind", "field", "before", "after", "known_by", "not_before")
_WORD = ("id", "at", "said", "note", "by", "undone_by", "nothing", "undone_at")


def life_of(account: Account, *, actor: Actor) -> tuple[list[AccountChange], list[AccountWord]]:
    """Changes and words of an account, newest first; together at most the newest hundred. One
    query, because the page has few to spare."""
    visible = accounts(actor=actor).order_by().filter(pk=account.pk)
    yes = Value(True, output_field=BooleanField())
    nothing = Value("", output_field=CharField())
    changes = AccountChange.objects.order_by().filter(account__in=visible)
    words = AccountWord.objects.order_by().filter(account__in=visible).annotate(nothing=nothing)
    rows = changes.annotate(
        of=Value("change", output_field=CharField()), can_be_undone=yes
    ).values_list("of", "can_be_undone", *_CHANGE)
    said = words.annotate(of=Value("word", output_field=CharField())).values_list(
        "of", "can_be_undone", *_WORD
    )
    both = rows.union(said, all=True).order_by("-at", "-id")[:HISTORY]
    lived: tuple[list[AccountChange], list[AccountWord]] = [], []
    for of, can_be_undone, *values in both:
        if of == "change":
            lived[0].append(
                AccountChange(account=account, **dict(zip(_CHANGE, values, strict=True)))
            )
        else:
            told = dict(zip(_WORD, values, strict=True))
            del told["nothing"]
            lived[1].append(AccountWord(account=account, can_be_undone=can_be_undone, **told))
    return lived
