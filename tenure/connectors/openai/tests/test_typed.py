from __future__ import annotations

import pytest

from tenure.connectors.base import Credentials, Refusal
from tenure.connectors.openai.description import DESCRIPTION
from tenure.connectors.openai.typed import check_typed

ORGANIZATION, KEY = "org-4hLdXv0pT", "sk-admin-Zq7RkT2mXv9LbN4cYw8Pd"


def refused(**fields):
    fields = {"organization_id": ORGANIZATION, "api_key": KEY} | fields
    with pytest.raises(Refusal) as refusal:
        check_typed(Credentials(**fields))
    assert refusal.value.kind == "bad_input"
    return refusal.value


@pytest.mark.parametrize("key", [KEY, "sk-proj-abc_DEF-123", "sk-svcacct-abc", "sk-abcdef"])
def test_a_key_of_any_kind_is_worth_a_request(key):
    check_typed(Credentials(organization_id=ORGANIZATION, api_key=key, removal_key=KEY))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "begins with org-"),
        ("Halden Optics", "begins with org-"),
        (" org-1", "begins with org-"),
        ("org-", "begins with org-"),
        ("org-1\n", "begins with org-"),
        ("proj_abc", "project ID"),
        (KEY, "field for the key"),
    ],
)
def test_what_cannot_be_an_organization_is_refused(typed, words):
    refusal = refused(organization_id=typed)
    assert refusal.field == "organization_id"
    assert words in str(refusal)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Paste the key"),
        ("  \n", "Paste the key"),
        (f"Bearer {KEY}", "Leave out the word"),
        (f"Authorization: Bearer {KEY}", "Leave out the word"),
        (f'"{KEY}"', "quotation marks"),
        (f"“{KEY}”", "quotation marks"),
        (f"'{KEY}", "quotation marks"),
        (ORGANIZATION, "This is an ID"),
        ("SK-ADMIN-abcdef", "begins with sk-"),
        ("proj_abc", "This is an ID"),
        ("sk-admin-abc…Qf2x", "shortened key"),
        ("sk-admin-abc...Qf2x", "shortened key"),
        ("sk-admin-****Qf2x", "shortened key"),
        (f"{KEY} {KEY}", "space or a line break"),
        (f" {KEY}", "space or a line break"),
        (f"{KEY}\n", "space or a line break"),
        ("pk-admin-Zq7RkT2m", "begins with sk-"),
        ("sk-admin-Zq7ß", "a character that no key has"),
    ],
)
@pytest.mark.parametrize("field", ["api_key", "removal_key"])
def test_what_cannot_be_a_key_is_refused_with_the_sentence_that_helps(typed, words, field):
    refusal = refused(**{field: typed})
    assert refusal.field == field
    assert words in str(refusal)
    assert KEY[8:20] not in str(refusal)


def test_the_base_url_is_one_of_ours_or_public():
    for _, url in DESCRIPTION.hosts:
        check_typed(Credentials(organization_id=ORGANIZATION, api_key=KEY, base_url=url))
    refusal = refused(base_url="http://127.0.0.1:4010/v1")
    assert (refusal.field, "https://" in str(refusal)) == ("base_url", True)
    check_typed(
        Credentials(organization_id=ORGANIZATION, api_key=KEY, base_url="http://127.0.0.1:4010/v1"),
        allow_hosts=["127.0.0.1"],
    )
