"""Data for the style guide: made up, and the same on every visit apart from the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms

from tenure.lib import clock
from tenure.web.errors import PAGES

SWATCHES = (
    ("bg", "Page"),
    ("bg-sunken", "Navigation, code"),
    ("bg-raised", "Cards, fields"),
    ("bg-hover", "Row hover"),
    ("bg-fill", "Neutral fill"),
    ("line", "Hairline"),
    ("line-control", "Field border"),
    ("ink-3", "Tertiary text"),
    ("ink-2", "Secondary text"),
    ("ink", "Text"),
    ("accent", "Action"),
    ("accent-bg", "Selection"),
    ("red", "Overdue, dangerous"),
    ("red-bg", "Red ground"),
    ("amber", "Due"),
    ("amber-bg", "Amber ground"),
    ("green", "Verified"),
    ("green-bg", "Green ground"),
)


class SampleForm(forms.Form):
    """One field of each kind, two of them wrong."""

    organization = forms.CharField(
        label="Organization ID", help_text="In OpenAI, Settings, General."
    )
    until = forms.ChoiceField(label="Until", choices=[("30", "30 days"), ("90", "90 days")])
    key = forms.CharField(label="Admin API key")
    reason = forms.CharField(
        label="Reason", widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    people = forms.FileField(
        label="People", help_text="A CSV file with a header row.", required=False
    )
    policy = forms.ChoiceField(
        label="Removal",
        choices=[("approve", "After approval"), ("automatic", "Automatically")],
        widget=forms.RadioSelect,
    )
    notify = forms.BooleanField(
        label="Tell the owner", help_text="By e-mail, once.", required=False
    )

    def clean_key(self) -> str:
        raise forms.ValidationError(
            "This is a project key. Create an admin key in OpenAI, Settings, Admin keys."
        )


def samples() -> dict[str, Any]:
    """The style guide's context."""
    now = clock.now()
    ended = now - timedelta(days=3)
    form = SampleForm(
        {"organization": "org-8sQx", "until": "30", "key": "sk-proj-…", "policy": "approve"}
    )
    form.is_valid()
    form.add_error(None, "Nothing was stored; mend the key and validate again.")
    kinds = ["ok"] * 30 + ["at"] * 14 + ["na"] * 6 + ["ok"] * 30 + ["ov"] * 10
    counts = {"ok": 0, "at": 3, "na": 0, "ov": 5}
    return {
        "swatches": SWATCHES,
        "statuses": PAGES,
        "now": now,
        "ended": ended,
        "planned": now + timedelta(days=9),
        "earlier": now - timedelta(minutes=4),
        "later": now + timedelta(hours=5),
        "form": form,
        "history": [
            ((now - timedelta(days=89 - index)).date(), kind, counts[kind])
            for index, kind in enumerate(kinds)
        ],
        "filters": [
            {"label": "All", "url": "?", "count": 261},
            {"label": "Needs attention", "url": "?show=attention", "count": 38, "current": True},
            {"label": "Unlinked", "url": "?show=unlinked", "count": 4},
        ],
        "tabs": [
            {"label": "Mine", "url": "?", "count": 2, "current": True},
            {"label": "All", "url": "?tab=all", "count": 12},
        ],
        "entries": [
            {
                "state": "now",
                "icon": "loader-2",
                "text": "Granting",
                "at": now,
                "note": "Role sent, reading back",
            },
            {
                "state": "done",
                "icon": "circle-check",
                "text": "Invitation cancelled, verified",
                "at": now - timedelta(minutes=4),
                "note": "Before: pending. After: 404, gone",
            },
            {
                "state": "next",
                "icon": "circle-dashed",
                "text": "Verified again",
                "at": now + timedelta(minutes=36),
            },
        ],
        "series": [
            {"label": "Median hours", "colour": "c1"},
            {"label": "Allowed", "colour": "c3", "type": "line", "dash": "1"},
        ],
        "rows": [
            ("26 Oct", 12, 24),
            ("2 Nov", 31, 24),
            ("9 Nov", 9, 24),
            ("16 Nov", 8, 24),
            ("23 Nov", 6, 24),
        ],
    }
