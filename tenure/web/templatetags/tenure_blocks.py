"""Components that wrap content, carry a form, or make room for other slices; built in as well."""

from __future__ import annotations

from django import forms, template
from django.forms.boundfield import BoundField
from django.template.context import Context, RequestContext
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from tenure.exports.formats import FORMATS
from tenure.exports.listings import listing_by_name
from tenure.web.registry import actor_of, panels

register = template.Library()


@register.simple_block_tag
def notice(  # noqa: PLR0917 - a tag is read in place, left to right
    content: str,
    tone: str,
    icon: str,
    title: str,
    url: str = "",
    action: str = "",
) -> SafeString:
    """What is so, and what to do; `action` labels a link to `url`.
    {% notice "amber" "plug" "Removal is off" url "Add key" %}<p>…</p>{% endnotice %}"""
    shown = {"tone": tone, "icon": icon, "title": title, "content": content}
    return render_to_string("components/notice.html", shown | {"url": url, "action": action})


@register.simple_block_tag
def empty(content: str, icon: str, title: str) -> SafeString:
    """Nothing here: what this is and one thing to do.
    {% empty "inbox" "No requests wait for you" %}<p>…</p><a class="btn">…</a>{% endempty %}"""
    return render_to_string(
        "components/empty.html", {"icon": icon, "title": title, "content": content}
    )


@register.inclusion_tag("components/download.html", takes_context=True)
def download(  # noqa: PLR0917 - a tag is read in place, left to right
    context: Context,
    name: str,
    query: str = "",
    of: object = None,
    more_url: str = "",
    more_label: str = "",
) -> dict[str, object]:
    """A menu that hands out a list with the page's filter, for whoever may see it; `of` is what the
    list is within, `more_url` another form of it. {% download "accounts" "?show=leavers" %}"""
    actor, listing = actor_of(context["request"]), listing_by_name(name)
    may = actor is not None and actor.may_somewhere(listing.permission)
    url = reverse(f"exports:{name}", args=[of] if of else [])
    shown = {"may": may, "url": f"{url}{query}", "formats": FORMATS, "label": listing.label}
    return shown | {"more_url": more_url, "more_label": more_label}


@register.simple_block_tag
def kv(content: str, label: str, source: str = "") -> SafeString:
    """A fact with its source, inside <dl class="t-kv">; "Unknown" when empty.
    {% kv "Last login" "audit log" %}{% when a.seen_at %}{% endkv %}"""
    shown = {"label": label, "content": content if content.strip() else "", "source": source}
    return render_to_string("components/kv.html", shown)


@register.simple_block_tag(takes_context=True)
def confirm_dialog(  # noqa: PLR0917 - a tag is read in place, left to right
    context: Context,
    content: str,
    id: str,  # noqa: A002 - the attribute's name
    title: str,
    button: str,
    url: str,
    tone: str = "danger",
) -> SafeString:
    """A dialog that posts to `url`; opened by data-dialog="id". The button repeats the title, with
    counts; fields go inside. {% confirm_dialog "rm" "Remove 1 owner?" "Remove 1 owner" url %}…
    {% endconfirm_dialog %}"""
    shown = {"id": id, "title": title, "button": button, "url": url, "tone": tone}
    request = context.request if isinstance(context, RequestContext) else None
    return render_to_string("components/confirm_dialog.html", shown | {"content": content}, request)


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, placeholder: str = "", *, in_a_row: bool = False) -> dict[str, object]:
    """A form field with label, help and error; short choices may stand beside one another.
    {% field form.email %} {% field form.days in_a_row=True %}"""
    widget = bound.field.widget
    is_check = isinstance(widget, forms.CheckboxInput)
    is_choice = isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple))
    style = "form-select" if isinstance(widget, forms.Select) and not is_choice else "form-control"
    if is_check or is_choice:
        style = "form-check-input"
    classes = {*str(widget.attrs.get("class", "")).split(), style}
    classes |= {"is-invalid"} if bound.errors else set()
    widget.attrs["class"] = " ".join(sorted(classes))
    if placeholder:
        widget.attrs["placeholder"] = placeholder
    return {
        "bound": bound,
        "is_check": is_check,
        "is_choice": is_choice,
        "in_a_row": in_a_row,
        "is_hidden": bound.is_hidden,
    }


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: forms.BaseForm) -> dict[str, object]:
    """What is wrong with the form as a whole, above its fields. {% form_errors form %}"""
    return {"errors": form.non_field_errors()}


@register.simple_tag(takes_context=True)
def slot(context: Context, name: str, subject: object = None) -> SafeString:
    """The panels other slices add here. {% slot "people.person" person %}"""
    if not isinstance(context, RequestContext):
        return SafeString("")
    return format_html_join(
        "\n", "{}", ((html,) for html in panels(name, context.request, subject))
    )
