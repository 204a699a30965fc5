"""What the merge of one table is made of, and the fragments that several tables share."""

# ruff: noqa: S608 - the statements are put together from names of ours, never from values
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tenure.lib.staging import Kind

# In front of the columns of every table of arrivals. `n` numbers the rows of one merge,
# `resource_id` is whose list it is, for lists below a resource.
ARRIVING: Mapping[str, Kind] = {
    "n": "number",
    "collection_id": "number",
    "resource_id": "number",
    "fingerprint": "number",
    "ref": "uuid",
    "external_id": "text",
}


@dataclass(frozen=True, kw_only=True)
class Statements:
    """The SQL of one table, in the order in which it runs; `merging` runs it.

    Temporary tables: `arriving` (s) holds the rows to merge, of any number of lists; `different`
    (d) those that exist (a) and differ; `missing` what a complete reading did not see. `quiet` is
    for what makes no history. `%(at)s` is the moment of the merge, `c.complete_from` the beginning
    of a list's last complete reading. `scope` is the column that says which rows are one list's;
    `same` joins an arriving row with the one it is about. With `replaces`, a change ends a row,
    and `new` begins the next one. `rights` finds (resource id, role) of entitlements that have
    to be made first. What is not `is_braked` may end all at once. Of a record that comes twice the
    first counts, or with `newest` the one whose value in that column is the greatest.
    """

    noun: str
    table: str
    scope: str
    same: str
    columns: Mapping[str, Kind]
    is_over: str
    differs: str
    changed: tuple[str, ...]
    quiet: tuple[str, ...]
    new: tuple[str, ...]
    appeared: tuple[str, ...]
    gone: tuple[str, ...]
    someone_must_remain: bool
    may_begin_empty: bool = True
    replaces: bool = False
    is_braked: bool = True
    rights: str = ""
    is_mine: str = "TRUE"
    is_foreign: str = "FALSE"
    follows_accounts: bool = False
    fingerprint: str = "a.fingerprint"
    newest: str = ""


# The provider's own time of joining, where it can be true: not after we read it.
SAYS_WHEN = "(s.added_at <= %(at)s)"
# For someone who came back, not before we last knew them here.
SAYS_WHEN_AGAIN = "(s.added_at <= %(at)s AND s.added_at > COALESCE(a.ended_not_before, a.ended_at))"
# When something ended that a complete reading did not see. What an incomplete reading saw first
# was there later than the last complete one.
ENDED_NOT_BEFORE = "CASE WHEN c.complete_from > a.began_at THEN c.complete_from ELSE a.began_at END"
OF_THE_MISSING = "m.n BETWEEN %(first)s AND %(last)s"

# `arriving` comes first in every join, and stays first: it is small, and the other table is not.
BOTH = "FROM arriving s CROSS JOIN {table} a"
DIFFERENT = (
    "FROM different d JOIN {table} a ON a.id = d.row_id "
    "JOIN arriving s ON s.n = d.n JOIN inventory_collection c ON c.id = s.collection_id"
)


def began(since: str = "c.complete_from", *, says_when: str = SAYS_WHEN) -> tuple[str, str, str]:
    """The values of began_at, began_not_before and began_known_by of a new row, which was not there
    before `since`, where its provider does not say when it began."""
    return (
        f"CASE WHEN {says_when} THEN s.added_at ELSE %(at)s END",
        f"CASE WHEN {says_when} THEN NULL ELSE {since} END",
        f"CASE WHEN {says_when} THEN 'provider' ELSE 'between_reads' END",
    )


def flag(column: str) -> str:
    """A yes, a no or nothing said, as text for the history."""
    return f"CASE WHEN {column} THEN 'yes' WHEN NOT {column} THEN 'no' ELSE '' END"


@dataclass(frozen=True)
class History:
    """The statements that write the steps of one table's rows, such as accounts."""

    of: str  # account: the rows of inventory_account, the steps in inventory_accountchange

    @property
    def table(self) -> str:
        return f"inventory_{self.of}"

    @property
    def _insert(self) -> str:
        return (
            f"INSERT INTO inventory_{self.of}change ({self.of}_id, run_id, kind, field, "
            '"before", "after", not_before, at, known_by) '
        )

    def changed(self, compared: Mapping[str, tuple[str, str]]) -> str:
        """A step for each field whose text before and after differ; one table scan for each."""
        return self._insert + " UNION ALL ".join(
            f"SELECT a.id, %(run)s, 'changed', '{field}', {before}, {after}, c.complete_from, "
            f"%(at)s, 'between_reads' {DIFFERENT.format(table=self.table)} "
            f"WHERE {before} <> {after}"
            for field, (before, after) in compared.items()
        )

    def reappeared(self, *, says_when: str = SAYS_WHEN_AGAIN) -> str:
        return self._insert + (
            "SELECT a.id, %(run)s, 'reappeared', '', '', '', "
            f"CASE WHEN {says_when} THEN NULL ELSE c.complete_from END, "
            f"CASE WHEN {says_when} THEN s.added_at ELSE %(at)s END, "
            f"CASE WHEN {says_when} THEN 'provider' ELSE 'between_reads' END "
            f"{DIFFERENT.format(table=self.table)} WHERE d.was_over"
        )

    def appeared(self) -> str:
        return self._insert + (
            "SELECT a.id, %(run)s, 'appeared', '', '', '', "
            "a.began_not_before, a.began_at, a.began_known_by "
            f"FROM arriving s JOIN {self.table} a ON a.ref = s.ref"
        )

    def ended(self, is_over: str) -> tuple[str, str]:
        """The step, and the end of the row itself but for what only its table has."""
        step = self._insert + (
            f"SELECT a.id, %(run)s, 'ended', '', '', '', {ENDED_NOT_BEFORE}, %(at)s, "
            f"'between_reads' FROM missing m JOIN {self.table} a ON a.id = m.row_id "
            "JOIN inventory_collection c ON c.id = m.collection_id "
            f"WHERE {OF_THE_MISSING} AND NOT ({is_over})"
        )
        return step, end_of(self.table, is_over)


def end_of(table: str, is_over: str, *, also: str = "") -> str:
    """End the missing rows of a table."""
    return (
        f"UPDATE {table} AS a SET {also} ended_at = %(at)s, ended_not_before = {ENDED_NOT_BEFORE}, "
        "ended_known_by = 'between_reads' FROM missing m, inventory_collection c "
        f"WHERE a.id = m.row_id AND c.id = m.collection_id AND {OF_THE_MISSING} AND NOT ({is_over})"
    )


# What a row that came back is set to; the other columns are its table's.
BACK = f"""
  began_at = CASE WHEN NOT d.was_over THEN a.began_at
                  WHEN {SAYS_WHEN_AGAIN} THEN s.added_at ELSE %(at)s END,
  began_not_before = CASE WHEN NOT d.was_over THEN a.began_not_before
                          WHEN {SAYS_WHEN_AGAIN} THEN NULL ELSE c.complete_from END,
  began_known_by = CASE WHEN NOT d.was_over THEN a.began_known_by
                        WHEN {SAYS_WHEN_AGAIN} THEN 'provider' ELSE 'between_reads' END,
  ended_at = NULL, ended_not_before = NULL, ended_known_by = ''
FROM arriving s, different d, inventory_collection c
WHERE a.id = d.row_id AND s.n = d.n AND c.id = s.collection_id"""
