from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string

from tenure.web.samples import samples

HOSTILE = '"><script>alert(1)</script>'


def html(source, **context):
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    "source",
    [
        "{% state '' 'clock' text %}",
        "{% flag '' 'clock' text %}",
        "{% person text text text %}",
        "{% account text 'service' text text %}",
        "{% stat text text text text %}",
        "{% empty 'inbox' text %}{{ text }}{% endempty %}",
        "{% notice 'red' 'plug' text text text %}{{ text }}{% endnotice %}",
        "{% kv text text %}{{ text }}{% endkv %}",
        "{% confirm_dialog 'a' text text text %}{{ text }}{% endconfirm_dialog %}",
        "{% copy text %}",
        "{% path text text %}",
        "{% pager text text text text %}",
        "{% section_head 'a' text text text text %}",
        "{% crumb text text %}",
        "{% steps 1 text text %}",
        "{% progress 1 2 text %}",
        "{% icon 'clock' text %}",
        "{% timeline entries %}",
        "{% filter_bar text entries %}",
        "{% tabs text entries %}",
        "{% chart name='a' title=text caption=text head=text series=series rows=rows %}",
    ],
)
def test_what_a_provider_says_is_never_markup(source):
    entry = {"text": HOSTILE, "note": HOSTILE, "url": HOSTILE, "label": HOSTILE, "count": HOSTILE}
    shown = html(
        source,
        text=HOSTILE,
        entries=[entry],
        series=[{"label": HOSTILE, "colour": "c1"}],
        rows=[(HOSTILE, HOSTILE)],
    )
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


@time_machine.travel(datetime(2026, 11, 23, 9, 14, tzinfo=UTC), tick=False)
def test_a_time_is_relative_with_the_exact_instant_on_hover():
    seen = datetime(2026, 11, 23, 9, 10, 12, tzinfo=UTC)
    shown = html("{% when at %}", at=seen)
    assert shown.endswith('title="2026-11-23 09:10:12 UTC">3 min ago</time>')
    assert 'datetime="2026-11-23T09:10:12+00:00"' in shown
    assert ">2 Nov</time>" in html("{% when at %}", at=date(2026, 11, 2))


def test_what_was_not_read_is_unknown():
    assert "Unknown" in html("{% when at %}", at=None)
    assert "Unknown" in html("{% kv 'Last login' %} {% endkv %}")


class Person(forms.Form):
    email = forms.EmailField(label="Work e-mail", help_text="As in the directory.")
    note = forms.CharField(required=False)
    token = forms.CharField(widget=forms.HiddenInput)
    state = forms.ChoiceField(choices=[("a", "Alpha")], widget=forms.RadioSelect)


def test_a_wrong_field_names_its_error_and_its_help_for_those_who_cannot_see_it():
    shown = html("{% field form.email %}", form=Person({"email": "nonsense"}))
    assert 'aria-describedby="id_email_helptext id_email_error"' in shown
    assert 'aria-invalid="true"' in shown
    assert 'id="id_email_helptext"' in shown
    assert 'id="id_email_error"' in shown
    assert 'class="form-control is-invalid"' in shown


def test_a_field_one_may_leave_out_says_so():
    assert "optional" in html("{% field form.note %}", form=Person())
    assert "optional" not in html("{% field form.email %}", form=Person())


def test_a_hidden_field_has_no_label_and_choices_have_a_legend():
    assert "<label" not in html("{% field form.token %}", form=Person())
    shown = html("{% field form.state %}", form=Person())
    assert "<legend" in shown
    assert 'class="form-check-input"' in shown


def test_the_style_guide_shows_every_component():
    from pathlib import Path

    import tenure.web
    from tenure.web.templatetags import tenure_blocks, tenure_ui

    guide = Path(tenure.web.__path__[0]) / "templates/web/styleguide.html"
    source = guide.read_text(encoding="utf-8")
    tags = {*tenure_ui.register.tags, *tenure_blocks.register.tags} - {"slot", "crumb"}
    assert {tag for tag in tags if f"{{% {tag} " not in source} == set()


def test_the_style_guides_samples_render():
    assert render_to_string("components/timeline.html", samples())
