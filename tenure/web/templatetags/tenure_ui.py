"""The components, as template tags; each has its markup in templates/components and is shown on
/styleguide. The tags are built in: no {% load %} needed.

Tones are "red" (overdue, dangerous), "amber" (due, needs a person), "green" (verified by a later
read, nothing else), "live" (running) and "" (neutral). Icons are Tabler's names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tenure.lib import clock
from tenure.web import drawing
from tenure.web.words import day, exact, initials, local, relative

register = template.Library()

ACCOUNT_ICONS = {
    "service": "robot",
    "shared": "users-group",
    "external": "building",
    "unlinked": "user-question",
    "invitation": "mail",
    "key": "key",
    "project": "folder",
    "group": "users-group",
    "role": "shield",
    "privileged": "crown",
    "connection": "plug",
    "by_hand": "hand-stop",
}


# The same few stand in every row of a list.
@register.simple_tag
@lru_cache(maxsize=1024)
def icon(name: str, label: str = "") -> SafeString:
    """An icon; decorative unless `label` says what it means. {% icon "clock" %}"""
    href = f"{static('vendor/icons.svg')}#tabler-{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, href
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', href)


register.filter("initials", initials)


@register.inclusion_tag("components/state.html")
def state(tone: str, icon: str, text: object) -> dict[str, object]:
    """A state: a word, then an icon, then a colour. {% state "amber" "clock" "Due today" %}"""
    return {"tone": tone, "icon": icon, "text": text}


@register.inclusion_tag("components/flag.html")
def flag(tone: str, icon: str, text: object) -> dict[str, object]:
    """A fact about a row, inside .t-flags; icon may be "". {% flag "red" "user-off" "Leaver" %}"""
    return {"tone": tone, "icon": icon, "text": text}


@register.inclusion_tag("components/person.html")
def person(name: str, url: str = "", note: object = "", size: str = "") -> dict[str, object]:
    """A human with initials; size "lg" heads a panel. {% person p.name url p.title %}"""
    return {"name": name, "url": url, "note": note, "size": size, "initials": initials(name)}


@register.inclusion_tag("components/person.html")
def account(
    name: str, kind: str = "person", url: str = "", note: object = "", size: str = ""
) -> dict[str, object]:
    """An account: initials for a person, else a square icon by kind (service, shared, external,
    unlinked, invitation, key, project, group, role, privileged role, connection).
    {% account a.label a.kind url "Owner" %}"""
    icon = "" if kind == "person" else ACCOUNT_ICONS.get(kind, "id-badge-2")
    shown = {"name": name, "url": url, "note": note, "size": size, "icon": icon}
    return shown | {"initials": initials(name)}


@register.simple_tag
def when(instant: datetime | date | None, form: str = "relative") -> SafeString:
    """A <time> with the exact instant on hover; "Unknown" for none. Forms: "relative" (4 min ago),
    "day" (2 Nov), "local" (2 Nov 2026, 09:10 CET: where the organization is).
    {% when account.seen_at %} {% when person.end_on "day" %}"""
    if instant is None:
        return format_html('<span class="t-3">{}</span>', "Unknown")
    now = clock.now()
    if form == "local":
        text = local(instant, ZoneInfo(settings.TENURE_TIME_ZONE))
    elif form == "day" or not isinstance(instant, datetime):
        text = day(instant, now)
    else:
        text = relative(instant, now)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', instant.isoformat(), exact(instant), text
    )


@register.inclusion_tag("components/tenure_bar.html")
def tenure_bar(
    *,
    employed_from: datetime | None = None,
    employed_until: datetime | None = None,
    access_from: datetime | None = None,
    access_until: datetime | None = None,
    planned_until: datetime | None = None,
    days: int = 30,
) -> dict[str, object]:
    """Employment above, access below, over the last `days`; access after the end is red.
    None means open at that side. {% tenure_bar employed_until=p.ended_at access_from=a.since %}"""
    drawn = drawing.tenure_bar(
        employed=(employed_from, employed_until),
        access=(access_from, access_until),
        planned_until=planned_until,
        days=days,
        now=clock.now(),
    )
    return {"bar": drawn}


@register.inclusion_tag("components/history_bar.html")
def history_bar(days: Sequence[tuple[date, str, int]], name: str) -> dict[str, object]:
    """One bar per day: (date, "ok" | "at" open in time | "ov" overdue | "na" no data, count).
    {% history_bar test.history "Leavers lose access" %}"""
    return {"bar": drawing.history_bar(days, name), "days": days}


@register.inclusion_tag("components/stat.html")
def stat(
    label: str, value: object, note: object = "", url: str = "", tone: str = ""
) -> dict[str, object]:
    """A number linked to its rows, inside .t-stats. {% stat "Open" 41 "38 on time" url %}"""
    return {"label": label, "value": value, "note": note, "url": url, "tone": tone}


@register.inclusion_tag("components/chart.html")
def chart(
    *,
    name: str,
    title: str,
    caption: str,
    series: Sequence[Mapping[str, str]],
    rows: Sequence[Sequence[object]],
    kind: str = "bar",
    head: str = "Week of",
) -> dict[str, object]:
    """A chart that reads its numbers from its own table. `name` is its id; series are mappings with
    label, colour ("c1" … "c4", "red") and optionally type ("line"), dash, stack and points (a
    diamond on the first series where the number is above 0); each row is a label and one number
    per series.
    {% chart name="acc" title=… caption=… series=s rows=r %}"""
    shown = {"name": name, "title": title, "caption": caption, "kind": kind, "head": head}
    return shown | {"series": series, "rows": rows}


_STEPS = 10


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Iterable[Mapping[str, Any]]) -> dict[str, object]:
    """What happened, newest first. Entries have text, and optionally at, note, icon, url and state
    ("done", "now", "next", "red"). What is long ago is folded away. {% timeline entries %}"""
    steps = list(entries)
    # Folding away one or two would save no room.
    shown = len(steps) if len(steps) <= _STEPS + 2 else _STEPS
    return {"entries": steps[:shown], "folded": steps[shown:]}


@register.inclusion_tag("components/filter_bar.html")
def filter_bar(label: str, filters: Iterable[Mapping[str, Any]]) -> dict[str, object]:
    """Filters as links: mappings with label, url and optionally count and current.
    {% filter_bar "Account filters" filters %}"""
    return {"label": label, "filters": filters}


@register.inclusion_tag("components/tabs.html")
def tabs(label: str, pages: Iterable[Mapping[str, Any]]) -> dict[str, object]:
    """Views of one thing: mappings with label, url and optionally count and current.
    {% tabs "Person" pages %}"""
    return {"label": label, "pages": pages}


@register.inclusion_tag("components/pager.html")
def pager(
    summary: str, next_url: str = "", previous_url: str = "", first_url: str = ""
) -> dict[str, object]:
    """The foot of a list. {% pager "50 of 261 accounts" next_url %}"""
    return {
        "summary": summary,
        "next_url": next_url,
        "previous_url": previous_url,
        "first_url": first_url,
    }


@register.inclusion_tag("components/progress.html")
def progress(value: float | None, maximum: float, label: str) -> dict[str, object]:
    """A bar; value None runs without an end in sight. {% progress 31 84 "31 of 84 decided" %}"""
    return {"value": value, "max": maximum, "label": label}


@register.inclusion_tag("components/steps.html")
def steps(current: int, *labels: str) -> dict[str, object]:
    """Where one is in a wizard, from 1. {% steps 2 "Credentials" "What we found" %}"""
    return {"current": current, "labels": labels}


@register.inclusion_tag("components/section_head.html")
def section_head(
    id: str,  # noqa: A002 - the attribute's name
    title: str,
    count: object = None,
    url: str = "",
    link: str = "All",
) -> dict[str, object]:
    """A section's heading, the count, a link to all. {% section_head "h-f" "Findings" 7 url %}"""
    return {"id": id, "title": title, "count": count, "url": url, "link": link}


@register.inclusion_tag("components/crumb.html")
def crumb(label: str, url: str) -> dict[str, object]:
    """A page above this one, in {% block crumbs %}. {% crumb "Accounts" url %}"""
    return {"label": label, "url": url}


@register.inclusion_tag("components/copy.html")
def copy(value: str, label: str = "Copy") -> dict[str, object]:
    """An id or link with a button that copies it. {% copy connection.organization_id %}"""
    return {"value": value, "label": label}


@register.inclusion_tag("components/path.html")
def path(*places: str) -> dict[str, object]:
    """The way access takes, first to last. {% path "ml-platform" "Owner of ingest-prod" %}"""
    return {"places": places}
