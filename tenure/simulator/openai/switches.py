"""The catalogue of switches: name, values, default, and what the switch does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Takes = Literal["choice", "seconds", "share", "names"]


@dataclass(frozen=True, slots=True)
class Switch:
    """A named way to misbehave. `choices` are the values of a choice, the default first."""

    group: str
    name: str
    means: str
    choices: tuple[str, ...] = ("off", "on")
    takes: Takes = "choice"

    @property
    def default(self) -> str:
        return self.choices[0] if self.takes == "choice" else ""

    def accepts(self, value: str) -> bool:
        if self.takes == "choice":
            return value in self.choices
        if self.takes == "names":
            return bool(value)
        if self.takes == "share" and value in {"on", "off"}:
            return True
        try:
            number = float(value)
        except ValueError:
            return False
        return 0 <= number <= (1 if self.takes == "share" else 1e9)

    def describe(self) -> str:
        if self.takes == "choice":
            return ", ".join(f"{c} (default)" if c == self.default else c for c in self.choices)
        return {
            "seconds": "seconds",
            "share": "on, off or a share like 0.3",
            "names": "names, separated by commas",
        }[self.takes]


_ALL = (
    # Who may do what
    Switch("access", "missing_scope_status", "status of a missing scope", ("403", "401")),
    Switch("access", "missing_scope", "collections no key may use, e.g. users,invites", (),
           "names"),
    Switch("access", "revoked", "kinds of key that are revoked: admin, read_only, personal, "
           "project or all", (), "names"),
    Switch("access", "organization_mismatch", "any OpenAI-Organization header is refused"),
    Switch("access", "organization_header", "what the openai-organization response header holds",
           ("slug", "id", "other", "absent")),
    Switch("access", "organization_ignored", "the OpenAI-Organization header is not checked"),
    Switch("access", "role_ids", "what the ids of predefined organization roles name",
           ("organization", "bare", "other")),
    Switch("access", "personal_key_reads", "a user's own key may read the administration API"),
    Switch("access", "key_expires_in", "admin keys expire so many seconds after the switch is "
           "set", (), "seconds"),
    Switch("access", "false_401", "a good key is told it lacks a scope"),
    # Whole answers
    Switch("answers", "error_body", "shape of refusals",
           ("envelope", "flat", "string", "html", "empty", "truncated")),
    Switch("answers", "broken_body", "instead of a good answer: a proxy's page with status 502 or "
           "200, nothing, or half of the JSON", ("off", "html", "html_200", "empty", "truncated")),
    Switch("answers", "not_found", "404 for what is there"),
    Switch("answers", "bad_request", "400 in words nobody has heard of"),
    Switch("answers", "rate_limited", "429; absurd = Retry-After of an hour",
           ("off", "plain", "retry_after", "absurd", "insufficient_quota", "slow_down")),
    Switch("answers", "overloaded", "503 server_is_overloaded"),
    Switch("answers", "server_error", "500 before anything is done"),
    Switch("answers", "conflict", "409 on changes"),
    Switch("answers", "slow_drip", "the body trickles in over so many seconds", (), "seconds"),
    Switch("answers", "delay", "the answer comes so many seconds late", (), "seconds"),
    Switch("answers", "timeout", "no answer at all, nothing is done"),
    Switch("answers", "reset", "the connection is cut in the middle of the answer"),
    Switch("answers", "commit_then", "the change is made, then the answer is lost",
           ("off", "500", "503", "timeout", "reset")),
    # Pages
    Switch("pages", "page_empty_more", "an empty page that says has_more, with a cursor"),
    Switch("pages", "page_null_cursor", "has_more without a cursor"),
    Switch("pages", "page_repeated_cursor", "the cursor that led here is handed out again"),
    Switch("pages", "page_circle", "the cursor leads back to the second page"),
    Switch("pages", "page_skipped", "the cursor leads past the next page, which is never sent"),
    Switch("pages", "page_no_has_more", "has_more is missing"),
    Switch("pages", "page_no_data", "data is missing"),
    Switch("pages", "page_odd_data", "data is no list", ("off", "object", "text", "null")),
    Switch("pages", "page_odd_item", "the first item is none, or has a field of another type",
           ("off", "text", "number", "null", "id_number", "role_object", "time_text",
            "time_absurd")),
    Switch("pages", "page_duplicate", "the first item is the previous page's last"),
    Switch("pages", "page_deleted", "the item the cursor names is removed before this page"),
    Switch("pages", "page_inserted", "an item is added before this page is read"),
    Switch("pages", "page_wrong_last_id", "last_id names no item, but works as a cursor"),
    Switch("pages", "page_short", "half of the items, cursor and has_more right"),
    Switch("pages", "cursor_gone", "a cursor whose item was removed", ("continue", "400", "404")),
    Switch("pages", "users_empty", "the users list answers 200 with nothing"),
    Switch("pages", "users_lost", "this share of users is missing from the list", (), "share"),
    Switch("pages", "users_list", "whom the users list has", ("everyone", "humans")),
    Switch("pages", "mislabelled_keys", "admin_api_keys lists the projects' keys too"),
    Switch("pages", "events_lost", "this share of audit events is missing", (), "share"),
    # Rows
    Switch("rows", "email_null", "email is null", (), "share"),
    Switch("rows", "name_null", "name is null", (), "share"),
    Switch("rows", "role_null", "role is null", (), "share"),
    Switch("rows", "actor_null", "an audit event has no actor", (), "share"),
    Switch("rows", "last_used_null", "last_used_at is null", (), "share"),
    Switch("rows", "unknown_role", "role is a word nobody has heard of", (), "share"),
    Switch("rows", "extra_fields", "fields nobody has heard of", (), "share"),
    Switch("rows", "missing_fields", "optional fields are absent", (), "share"),
    Switch("rows", "missing_id", "id is absent", (), "share"),
    Switch("rows", "other_id", "id is another's", (), "share"),
    Switch("rows", "invite_projects", "whether invites carry projects", ("present", "absent")),
    # Meaning of changes
    Switch("changes", "create_status", "status of a creation", ("200", "201")),
    Switch("changes", "repeat_delete", "deleting what is gone", ("404", "200", "400")),
    Switch("changes", "last_owner", "removing or demoting the last owner",
           ("400", "403", "409", "allow")),
    Switch("changes", "key_owner_delete", "removing a user who owns keys: they die, they live, "
           "or the owner of an admin key cannot be removed",
           ("key_dies", "key_lives", "400", "403")),
    Switch("changes", "duplicate_invite", "inviting an address that has a pending invite",
           ("duplicate", "400", "409")),
    Switch("changes", "email_filter", "how emails= compares", ("folded", "exact", "ignored")),
    Switch("changes", "leaver_keys", "project keys of a removed user: they stay listed, without "
           "access, or are deleted", ("stay", "deleted")),
    Switch("changes", "machine_key_delete", "deleting one key of a service account",
           ("200", "400")),
    Switch("changes", "owner_in_projects", "removing an owner of the organization from a project, "
           "or changing them there", ("400", "allow")),
    Switch("changes", "default_project", "archiving the project named Default project",
           ("400", "allow")),
    Switch("changes", "scim_group_writes", "changing a group that SCIM manages",
           ("400", "403", "allow")),
    Switch("changes", "scim_return", "how the directory brings back who it misses",
           ("invite", "user")),
    Switch("changes", "group_member_events", "the audit event of a group's member: "
           "tenant.group.member.*, group.updated, or none", ("tenant", "group_updated", "none")),
    Switch("changes", "key_name_events", "whether the audit event of a renamed key says the new "
           "name", ("unnamed", "named")),
    Switch("changes", "audit_log", "audit logging; the rest is how it looks when it is off",
           ("on", "empty", "403", "404")),
    # Seconds until everyone sees a change
    Switch("delays", "list_lag", "what was removed stays in its list so long", (), "seconds"),
    Switch("delays", "read_lag", "what was removed can be read by id so long", (), "seconds"),
    Switch("delays", "invite_lag", "a new invite is listed, and can be read, so much later", (),
           "seconds"),
    Switch("delays", "role_lag", "a changed role is seen so much later", (), "seconds"),
    Switch("delays", "audit_lag", "an audit event is listed so much later", (), "seconds"),
    Switch("delays", "key_lag", "a revoked admin key works so much longer", (), "seconds"),
)  # fmt: skip

SWITCHES = {switch.name: switch for switch in _ALL}


def table() -> str:
    """The catalogue as a Markdown table, as the README prints it."""
    lines = ["| switch | values | what it does |", "|---|---|---|"]
    lines += [f"| `{s.name}` | {s.describe()} | {s.means} |" for s in _ALL]
    return "\n".join(lines)
