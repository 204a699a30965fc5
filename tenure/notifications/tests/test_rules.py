from __future__ import annotations

import string

import pytest

from tenure.lib.errors import Invalid
from tenure.notifications import rules


@pytest.mark.parametrize("kind", sorted(rules.MAILS))
def test_every_mail_is_complete_once_its_fields_are_given(kind):
    mail = rules.MAILS[kind]
    written = " ".join((mail.subject, *mail.sentences))
    names = {name for _, name, _, _ in string.Formatter().parse(written) if name}
    subject, sentences, _ = rules.compose(kind, dict.fromkeys(names, "{x}"))
    assert all(sentences)
    assert "\n" not in subject
    for name in names:
        with pytest.raises(Invalid, match=name):
            rules.compose(kind, dict.fromkeys(names - {name}, "x"))


def test_an_unknown_kind_is_refused():
    with pytest.raises(Invalid):
        rules.compose("spam", {})


def test_it_waits_longer_each_time_and_gives_up():
    waits = [rules.wait_before_retry(n) for n in range(1, rules.MAX_ATTEMPTS + 1)]
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, None]
