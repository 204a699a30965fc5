"""Importing people through a page: choose a file, see what it would do, then say yes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenure.lib.actor import Actor
from tenure.lib.forms import told_on
from tenure.lib.text import quantity
from tenure.lib.web import ActorRequest
from tenure.people import pending, queries
from tenure.people.forms import ConfirmForm, UploadForm
from tenure.people.models import PeopleImport, PeopleSource
from tenure.people.operations.import_people import import_people
from tenure.people.pending import PendingImport
from tenure.people.reading import TEMPLATE
from tenure.people.rules import is_large_import
from tenure.users.permissions import permission_required


@permission_required("people.manage")
@never_cache
@require_http_methods(["GET", "POST"])
def import_(request: ActorRequest) -> HttpResponse:
    """Choose a file; what it would do comes next, and nothing is changed yet."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*sent, sources=_sources(request.actor))
    if form.is_valid():
        with told_on(form, field="file"):
            return _preview(request, _chosen(**form.cleaned_data))
    shown = {"form": form, "imports": queries.imports(actor=request.actor)[:20]}
    return render(request, "people/import.html", shown, status=422 if form.errors else 200)


@permission_required("people.manage")
@never_cache
@require_POST
def confirm(request: ActorRequest) -> HttpResponse:
    """Import exactly what was previewed."""
    chosen = pending.unseal(request.POST.get("pending", ""), session_key=_session(request))
    form = ConfirmForm(request.POST)
    form.is_valid()
    with told_on(form, field="is_confirmed"):
        done = import_people(
            content=chosen.content,
            source=chosen.source,
            is_full=chosen.is_full,
            is_confirmed=form.cleaned_data["is_confirmed"],
            actor=request.actor,
        )
        messages.success(request, _told(done, chosen.name))
        return redirect("inventory:people")
    return _preview(request, chosen, form)


@permission_required("people.manage")
@require_safe
def template(_request: ActorRequest) -> HttpResponse:
    """A CSV to begin from: every column, two invented people."""
    disposition = {"Content-Disposition": 'attachment; filename="people.csv"'}
    return HttpResponse(TEMPLATE, content_type="text/csv; charset=utf-8", headers=disposition)


def _chosen(file: UploadedFile[Any], source: str = queries.CSV, *, is_full: bool) -> PendingImport:
    return PendingImport(name=file.name or "", content=file.read(), source=source, is_full=is_full)


def _sources(actor: Actor) -> list[str]:
    """Those that files can speak for, the strongest first; CSV is one before it is there."""
    read = [one for one in queries.sources(actor=actor) if one.kind == PeopleSource.Kind.CSV]
    names = [one.name for one in read]
    return names if queries.CSV in names else [*names, queries.CSV]


def _told(done: PeopleImport, name: str) -> str:
    taken = quantity(done.created + done.updated + done.unchanged, "person", "people")
    return f"Imported {taken} from {name}; their accounts are linked now"


def _preview(
    request: ActorRequest, chosen: PendingImport, refused: ConfirmForm | None = None
) -> HttpResponse:
    """What the file would do, counted by the import itself."""
    found = import_people(
        content=chosen.content,
        source=chosen.source,
        is_full=chosen.is_full,
        is_confirmed=False,
        is_dry_run=True,
        actor=request.actor,
    )
    sealed = pending.seal(chosen, session_key=_session(request))
    people = queries.people(actor=request.actor).count()
    shown = {
        "name": chosen.name,
        "source": chosen.source,
        "found": found,
        "people": people,
        "lines": found.created + found.updated + found.unchanged + len(found.rejected),
        "accepted": found.created + found.updated + found.unchanged,
        "asks_first": is_large_import(would_end=found.ended, people=people),
        "form": refused or ConfirmForm(initial={"pending": sealed}),
        "sealed": sealed,
    }
    return render(request, "people/preview.html", shown, status=422 if refused else 200)


def _session(request: ActorRequest) -> str:
    return request.session.session_key or ""
