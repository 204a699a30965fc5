from __future__ import annotations

import pytest

from tenure.audit.models import AuditEvent, AuditText
from tenure.lib.errors import Conflict, NotAllowed
from tenure.people import queries
from tenure.people.models import PeopleImport, PeopleSource, Person, PersonEmail
from tenure.people.operations.import_people import import_people
from tenure.testing.cast import actor_of

pytestmark = pytest.mark.django_db

HEADER = "email,name,end_date,status,other_emails,external_id\n"


def take(*lines: str, header: str = HEADER, **options) -> PeopleImport:
    content = (header + "".join(f"{line}\n" for line in lines)).encode()
    settings = {"is_full": False, "is_confirmed": False, "actor": actor_of("mara"), **options}
    return import_people(content=content, **settings)


def counts(done: PeopleImport) -> tuple[int, int, int, int]:
    return done.created, done.updated, done.unchanged, done.no_longer_listed


def states() -> dict[str, str]:
    people = queries.with_state(queries.people(actor=actor_of("mara")))
    return {person.email: person.state for person in people}


def test_it_creates_then_updates_only_what_is_different():
    assert counts(take("ada@h.example,Ada,,,,", "bo@h.example,Bo,,,,")) == (2, 0, 0, 0)
    assert counts(take("ADA@h.example,Ada,,,,", "bo@h.example,Bob,,,,")) == (0, 2, 0, 0)
    assert counts(take("ADA@h.example,Ada,,,,", "bo@h.example,Bob,,,,")) == (0, 0, 2, 0)
    assert Person.objects.count() == 2


def test_someone_missing_is_unchanged_unless_the_file_is_full_and_then_never_former():
    take(*(f"p{n}@h.example,P,,,," for n in range(10)))
    take("p0@h.example,P,,,,")
    assert set(states().values()) == {"current"}
    done = take(*(f"p{n}@h.example,P,,,," for n in range(9)), is_full=True)
    assert counts(done) == (0, 0, 9, 1)
    assert states()["p9@h.example"] == "inactive"
    take("p9@h.example,P,,,,")
    assert states()["p9@h.example"] == "current"


def test_a_full_file_does_not_unlist_people_of_another_source():
    take(*(f"p{n}@h.example,P,,,," for n in range(10)))
    other = PeopleSource.objects.create(
        kind="manual", name="By hand", precedence=5, expected_days=9
    )
    person = Person.objects.get(email="p9@h.example")
    person.records.update(source=other)
    done = take(*(f"p{n}@h.example,P,,,," for n in range(9)), is_full=True)
    assert done.no_longer_listed == 0


def test_an_import_that_ends_many_asks_first_and_changes_nothing_until_confirmed():
    lines = [f"p{n}@h.example,P,,,," for n in range(10)]
    take(*lines)
    ended = [line.replace(",P,,", ",P,2020-01-31,") for line in lines[:3]]
    with pytest.raises(Conflict, match="3 of 10"):
        take(*ended)
    assert set(states().values()) == {"current"}
    take(*ended, is_confirmed=True)
    assert list(states().values()).count("former") == 3


def test_a_dry_run_counts_and_writes_nothing():
    assert counts(take("ada@h.example,Ada,,,,", is_dry_run=True)) == (1, 0, 0, 0)
    assert not Person.objects.exists()
    assert not PeopleSource.objects.exists()
    assert not AuditEvent.objects.filter(verb="people.imported").exists()


def test_a_column_the_file_lacks_clears_nothing():
    take("ada@h.example,Ada,2030-01-01,,,")
    take("ada@h.example,Ada L", header="email,name\n")
    person = Person.objects.get()
    assert (person.name, str(person.ends_on)) == ("Ada L", "2030-01-01")
    take("ada@h.example,", header="email,end_date\n")
    person.refresh_from_db()
    assert (person.ends_on, person.ends_at) == (None, None)


def test_an_external_id_keeps_a_person_through_a_change_of_address():
    take("ada@h.example,Ada,,,,E1")
    take("ada.l@h.example,Ada,,,,E1")
    assert Person.objects.get().email == "ada.l@h.example"


def test_a_line_that_would_merge_two_people_is_rejected():
    take("ada@h.example,Ada,,,,E1", "bo@h.example,Bo,,,,E2")
    done = take("ada@h.example,Ada,,,,E2")
    assert [bad["line"] for bad in done.rejected] == [2]
    assert counts(done) == (0, 0, 0, 0)


def test_an_address_passes_to_somebody_new_in_whatever_order_the_file_says_so():
    take("info@h.example,First,,,,E1")
    take("info@h.example,Second,,,,E2", "first@h.example,First,,,,E1")
    assert set(Person.objects.values_list("email", "name", "external_id")) == {
        ("info@h.example", "Second", "E2"),
        ("first@h.example", "First", "E1"),
    }


def test_a_known_address_with_another_external_id_is_rejected():
    take("info@h.example,First,,,,E1")
    done = take("info@h.example,Second,,,,E2")
    assert [bad["line"] for bad in done.rejected] == [2]
    assert Person.objects.get().name == "First"


def test_two_lines_that_find_one_person_by_different_names_are_not_both_taken():
    take("ada@h.example,Ada,,,,E1")
    done = take("ada@h.example,Ada L,,,,", ",Ada M,,,,E1")
    assert [(bad["line"], bad["reason"]) for bad in done.rejected] == [
        (3, "speaks of the same person as line 2")
    ]
    assert counts(done) == (0, 1, 0, 0)
    assert Person.objects.get().name == "Ada L"


def test_other_addresses_are_replaced_and_never_taken_from_someone_else():
    take('ada@h.example,Ada,,,"a@x.example;al@x.example",', "bo@h.example,Bo,,,,")
    take("ada@h.example,Ada,,,al@x.example,", "bo@h.example,Bo,,,al@x.example;ada@h.example,")
    held = set(PersonEmail.objects.values_list("email_key", "person__email"))
    assert held == {("al@x.example", "ada@h.example")}
    notes = PeopleImport.objects.latest("id").notes
    assert len(notes) == 2
    assert all("belongs to someone else" in note for note in notes)


def test_status_words_become_states():
    take(
        "a@h.example,A,,on leave,,",
        "b@h.example,B,,terminated,,",
        "c@h.example,C,2020-01-01,active,,",
        "d@h.example,D,2999-01-01,,,",
    )
    assert list(states().values()) == ["on_leave", "inactive", "former", "current"]


def test_it_is_one_audit_event_without_names_or_addresses():
    take("ada@h.example,Ada,,,,")
    event = AuditEvent.objects.get(verb="people.imported")
    assert event.detail["counts"]["created"] == 1
    assert "ada" not in str(event.detail).lower()
    assert set(AuditText.objects.filter(event=event).values_list("field", flat=True)) == {"actor"}


@pytest.mark.parametrize("who", ["hugo", "aud", "rita"])
def test_it_refuses_who_may_not_manage_people(who):
    with pytest.raises(NotAllowed):
        take("ada@h.example,Ada,,,,", actor=actor_of(who))


def test_people_are_hidden_from_who_may_not_see_them_except_oneself():
    take("ada@h.example,Ada,,,,", "bo@h.example,Bo,,,,")
    assert not queries.people(actor=actor_of("hugo")).exists()
    me = actor_of("hugo")
    bo = Person.objects.get(email="bo@h.example")
    me = type(me)(me.kind, me.id, me.label, person_id=str(bo.ref), permissions=me.permissions)
    assert list(queries.people(actor=me)) == [bo]


def test_two_people_may_swap_addresses_in_one_file():
    take("ada@h.example,Ada,,,,E1", "bo@h.example,Bo,,,,E2")
    take("bo@h.example,Ada,,,,E1", "ada@h.example,Bo,,,,E2")
    assert dict(Person.objects.values_list("external_id", "email_key")) == {
        "E1": "bo@h.example",
        "E2": "ada@h.example",
    }


@pytest.mark.parametrize(
    "line",
    [
        "p9@h.example,P,notadate,,,",
        "P9@h.example ,P,,,,,too many",
        "p9@h.example,P,,,,\np9@h.example,P,,,,",
        "p9@h.example,P,,,,E-0",
    ],
    ids=["bad date", "too many values", "named twice", "contradicts another"],
)
def test_somebody_whose_line_is_rejected_is_not_missing_from_a_full_file(line):
    take("p0@h.example,P,,,,E-0", *(f"p{n}@h.example,P,,,," for n in range(1, 10)))
    done = take(
        "p0@h.example,P,,,,E-0", *(f"p{n}@h.example,P,,,," for n in range(1, 9)), line, is_full=True
    )
    assert done.rejected
    assert done.no_longer_listed == 0
    assert states()["p9@h.example"] == "current"
