"""From a file to a connection: choose it, say which column is what, see every line, store."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tenure.connections import pending_file, queries, rules
from tenure.connections.forms import ColumnsForm, FileForm, SystemForm, told_at_the_field
from tenure.connections.models import Connection
from tenure.connections.operations.connect_file import connect_file
from tenure.connections.operations.upload_file import upload_file
from tenure.connections.pending_file import PendingFile
from tenure.connections.uploading import Table, Understood, check_has_accounts, guess, names_in
from tenure.connections.uploading import understood as understand
from tenure.lib.errors import Invalid
from tenure.lib.web import ActorRequest
from tenure.users.permissions import permission_required

_SHOWN = 5


@permission_required("connections.manage")
@never_cache
@require_http_methods(["GET", "POST"])
def upload_new(request: ActorRequest) -> HttpResponse:
    """The first file of a system; how it is understood comes next."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    owners = queries.possible_owners(actor=request.actor)
    name = request.GET.get("name", "")
    form = SystemForm(*sent, owners=owners, me=request.actor.id, name=name)
    if form.is_valid():
        with told_at_the_field(form):
            given = form.cleaned_data
            chosen = _chosen(form, system=given["name"], owner_ref=given["owner"] or None)
            return _preview(request, chosen, None)
    return _choose(request, form, None)


@permission_required("connections.manage")
@never_cache
@require_http_methods(["GET", "POST"])
def upload(request: ActorRequest, ref: UUID) -> HttpResponse:
    """A newer file of a connection; how it is understood comes next."""
    connection = _manageable(request, ref)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = FileForm(*sent)
    if form.is_valid():
        with told_at_the_field(form):
            return _preview(request, _chosen(form, connection_ref=str(ref)), connection)
    return _choose(request, form, connection)


@permission_required("connections.manage")
@never_cache
@require_POST
def store(request: ActorRequest) -> HttpResponse:
    """Look again by other columns, or store exactly what was shown."""
    session = request.session.session_key or ""
    shown = pending_file.unseal(request.POST.get("pending", ""), session_key=session)
    connection = _manageable(request, shown.connection_ref) if shown.connection_ref else None
    form = ColumnsForm(request.POST, names=names_in(shown.content))
    if form.is_valid():
        with told_at_the_field(form):
            what = _understood(request, shown, connection, form.chosen)
            if request.POST.get("do") == "store" and what.table.columns == shown.columns:
                return _stored(request, shown, what)
            chosen = _with_columns(shown, what.table.columns)
            return _previewed(request, chosen, what.table, connection)
    return _previewed(request, shown, None, connection, refused=form)


def _stored(request: ActorRequest, shown: PendingFile, what: Understood) -> HttpResponse:
    if shown.connection_ref:
        upload_file(ref=shown.connection_ref, what=what, actor=request.actor)
        messages.success(request, f"{what.name} is stored and is being read now.")
        return redirect("connections:detail", ref=shown.connection_ref)
    made = connect_file(
        what=what, name=shown.system, owner_ref=shown.owner_ref, actor=request.actor
    )
    return redirect("connections:connected", ref=made.ref)


def _preview(
    request: ActorRequest, chosen: PendingFile, connection: Connection | None
) -> HttpResponse:
    """How the file is understood by itself; where no column says who, only the columns."""
    if not {"id", "email"} & guess(names_in(chosen.content)).keys() and connection is None:
        return _previewed(request, chosen, None, connection)
    what = _understood(request, chosen, connection, None)
    return _previewed(request, _with_columns(chosen, what.table.columns), what.table, connection)


def _previewed(
    request: ActorRequest,
    chosen: PendingFile,
    table: Table | None,
    connection: Connection | None,
    *,
    refused: ColumnsForm | None = None,
) -> HttpResponse:
    sealed = pending_file.seal(chosen, session_key=request.session.session_key or "")
    initial = {**chosen.columns, "pending": sealed}
    context = {
        "form": refused or ColumnsForm(names=names_in(chosen.content), initial=initial),
        "sealed": sealed,
        "file": chosen.name,
        "system": connection.name if connection else chosen.system,
        "connection": connection,
        "table": table,
        "first": table.accounts[:_SHOWN] if table else [],
        "why_not": _why_not(table),
    }
    status = 422 if refused else 200
    return render(request, "connections/upload_preview.html", context, status=status)


def _why_not(table: Table | None) -> str:
    """Why nothing of it can be stored; empty when it can."""
    if table is None:
        return "Choose the column with the account id or the e-mail, then look again."
    try:
        check_has_accounts(table)
    except Invalid as refusal:
        return str(refusal)
    return ""


def _choose(request: ActorRequest, form: FileForm, connection: Connection | None) -> HttpResponse:
    context = {"form": form, "connection": connection}
    status = 422 if form.errors else 200
    return render(request, "connections/upload.html", context, status=status)


def _chosen(form: FileForm, **about: str | None) -> PendingFile:
    file = form.cleaned_data["file"]
    return PendingFile(name=file.name or "", content=file.read(), columns={}, **about)  # type: ignore[arg-type]


def _with_columns(chosen: PendingFile, columns: dict[str, str]) -> PendingFile:
    return PendingFile(
        name=chosen.name,
        content=chosen.content,
        columns=columns,
        system=chosen.system,
        owner_ref=chosen.owner_ref,
        connection_ref=chosen.connection_ref,
    )


def _understood(
    request: ActorRequest,
    chosen: PendingFile,
    connection: Connection | None,
    columns: dict[str, str] | None,
) -> Understood:
    return understand(
        content=chosen.content,
        name=chosen.name,
        columns=columns,
        connection=connection,
        actor=request.actor,
    )


def _manageable(request: ActorRequest, ref: UUID | str) -> Connection:
    found = queries.connection_by_ref(ref, actor=request.actor, permission="connections.manage")
    rules.check_upload(name=found.name, is_uploaded=found.is_uploaded, state=found.state)
    return found
