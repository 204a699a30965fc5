"""Which column of a file is what. Pure.

name of a column, folded          -> what it is
one of the words for a field      that field
any other                         nothing
taken by an earlier column        nothing

chosen by hand                                -> result
id or email, each by a column there is            that
neither id nor email                              Invalid
a column there is not, or one field too many      Invalid, naming it
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tenure.lib.errors import Invalid

# Each field, with what a person calls it.
FIELDS: Mapping[str, str] = {
    "id": "Account id",
    "email": "E-mail",
    "name": "Name",
    "role": "Role",
    "status": "Status",
    "last_login": "Last sign-in",
    "added": "Added",
    "kind": "Person or service",
}
_WORDS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "accountid", "userid", "memberid", "externalid", "uid", "username", "login"),
    "email": ("email", "emailaddress", "mail", "useremail", "workemail", "primaryemail"),
    "name": ("name", "fullname", "displayname", "membername"),
    "role": ("role", "roles", "permission", "accesslevel", "seat", "seattype", "accounttype"),
    "status": ("status", "state", "active", "isactive", "enabled", "accountstatus"),
    "last_login": (
        *("lastlogin", "lastsignin", "lastactive", "lastactivity", "lastseen", "lastloginat"),
        *("lastsigninat", "lastactiveat", "lastlogindate", "lastaccess"),
    ),
    "added": ("added", "created", "createdat", "addedat", "joined", "joinedat", "datecreated"),
    "kind": ("kind", "type", "usertype", "isbot", "isservice", "service"),
}


def guess(names: Sequence[str]) -> dict[str, str]:
    """What the columns seem to be, by field; the first that fits."""
    folded = {name: re.sub(r"[^a-z]", "", name.casefold()) for name in names if name}
    found: dict[str, str] = {}
    for field, words in _WORDS.items():
        for word in words:
            name = next((n for n, f in folded.items() if f == word), None)
            if name is not None and name not in found.values():
                found[field] = name
                break
    return found


def check(columns: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """The choice as it can be used; empty ones are left out. Invalid says what to mend."""
    chosen = {field: name.strip() for field, name in columns.items() if name.strip()}
    for field, name in chosen.items():
        if field not in FIELDS:
            known = ", ".join(FIELDS)
            raise Invalid(f"Tenure knows no field {field[:60]!r}; it knows {known}.", field="map")
        if names.count(name) != 1:
            why = "has no column" if name not in names else "has more than one column"
            raise Invalid(
                f"The file {why} {name[:60]!r}; its columns are {', '.join(names)[:300]}.",
                field=field,
            )
    if "id" not in chosen and "email" not in chosen:
        raise Invalid(
            "Choose the column with the account's id or its e-mail address; the file's columns are "
            f"{', '.join(names)[:300]}.",
            field="email",
        )
    return chosen
