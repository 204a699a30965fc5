"""The shape of what is typed. A key is never put back into a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict

from tenure.connections import rules
from tenure.connections.models import Connection
from tenure.connections.uploading import FIELDS
from tenure.connectors.base import Credentials, Description
from tenure.lib.errors import DomainError, NotAllowed, NotFound
from tenure.users.models import User

_UPLOAD_INTERVALS = (
    (7 * 1440, "7 days"),
    (30 * 1440, "30 days"),
    (90 * 1440, "90 days"),
    (365 * 1440, "365 days"),
)
_INTERVALS = (
    (5, "5 minutes"),
    (15, "15 minutes"),
    (30, "30 minutes"),
    (60, "hour"),
    (240, "4 hours"),
    (720, "12 hours"),
    (1440, "24 hours"),
)


class KeyInput(forms.PasswordInput):
    """A field for a key: not shown, not filled in by the browser, not sent back."""

    def __init__(self) -> None:
        attrs = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
        super().__init__(attrs=attrs, render_value=False)


class ConnectForm(forms.Form):
    """Everything needed to connect one organization."""

    name = forms.CharField(max_length=rules.NAME_LENGTH)
    organization_id = forms.CharField(max_length=100)
    api_key = forms.CharField(max_length=1000, widget=KeyInput())
    removal_key = forms.CharField(max_length=1000, required=False, widget=KeyInput())
    host = forms.ChoiceField(required=False)
    base_url = forms.CharField(max_length=300, required=False)
    owner = forms.ChoiceField(required=False)

    def __init__(
        self,
        data: QueryDict | None,
        *,
        description: Description,
        owners: Iterable[User],
        me: str,
        organization_id: str,
    ) -> None:
        known = {"name": description.title, "owner": me, "organization_id": organization_id}
        super().__init__(data, initial=known)
        words = {
            "name": (
                "Name",
                f"How your colleagues will know it, such as {description.title} Production.",
            ),
            "organization_id": (description.organization_id_label, "Begins with org-."),
            "api_key": (description.key_label, "One that can only read is enough to begin."),
            "removal_key": ("Removal key", "Used only to change access, never to read."),
            "host": ("Region", "Where the organization's data is kept."),
            "base_url": ("Custom base URL", "Only behind a gateway of your own; https and public."),
            "owner": ("Owner", "Who is asked when this connection needs a person."),
        }
        for name, (label, help_text) in words.items():
            self.fields[name].label, self.fields[name].help_text = label, help_text
        hosts = [("" if n == 0 else url, place) for n, (place, url) in enumerate(description.hosts)]
        self.fields["host"].choices = hosts  # type: ignore[attr-defined] # a ChoiceField's
        self.fields["owner"].choices = owner_choices(owners)  # type: ignore[attr-defined]

    def credentials(self) -> Credentials:
        typed = self.cleaned_data
        return Credentials(
            organization_id=typed["organization_id"],
            api_key=typed["api_key"],
            base_url=typed["base_url"] or typed["host"],
            removal_key=typed["removal_key"] or None,
        )


class KeyForm(forms.Form):
    """Another key for a connection that exists."""

    api_key = forms.CharField(max_length=1000, widget=KeyInput())

    def __init__(self, data: QueryDict | None, *, connection: Connection, label: str) -> None:
        super().__init__(data)
        self._connection = connection
        self.fields["api_key"].label = label
        self.fields["api_key"].help_text = "Only its last four characters are ever shown."

    def credentials(self) -> Credentials:
        return Credentials(
            organization_id=self._connection.organization_id,
            api_key=self.cleaned_data["api_key"],
            base_url=self._connection.base_url,
        )


class SettingsForm(forms.Form):
    """What may be set on a connection."""

    name = forms.CharField(max_length=rules.NAME_LENGTH)
    owner_ref = forms.ChoiceField(label="Owner", required=False)
    interval_minutes = forms.TypedChoiceField(label="Read it every", coerce=int)
    requests_per_minute = forms.IntegerField(
        label="Requests per minute",
        required=False,
        min_value=rules.REQUESTS_PER_MINUTE[0],
        max_value=rules.REQUESTS_PER_MINUTE[1],
        help_text="Empty leaves the pace to the provider's own limits.",
    )
    removal_policy = forms.ChoiceField(
        label="When somebody leaves",
        choices=(
            ("approve", "Plan it, and wait until somebody approves"),
            ("automatic", "Take it away by itself at their end; owners always wait for two people"),
            ("manual", "Ask people to do it by hand"),
        ),
        widget=forms.RadioSelect,
    )
    brake_per_hour = forms.IntegerField(
        label="Brake: accounts that may go in an hour",
        required=False,
        min_value=rules.BRAKE_PER_HOUR[0],
        max_value=rules.BRAKE_PER_HOUR[1],
        help_text="Empty is 10, or 5 % of the accounts if that is more; the rest waits.",
    )

    def __init__(
        self, data: QueryDict | None, *, connection: Connection, owners: Iterable[User]
    ) -> None:
        now = {
            "name": connection.name,
            "owner_ref": str(connection.owner.ref) if connection.owner else "",
            "interval_minutes": connection.interval_minutes,
            "requests_per_minute": connection.requests_per_minute,
            "removal_policy": connection.removal_policy,
            "brake_per_hour": connection.brake_per_hour,
        }
        super().__init__(data, initial=now)
        choices = dict(_UPLOAD_INTERVALS if connection.is_uploaded else _INTERVALS)
        choices.setdefault(connection.interval_minutes, f"{connection.interval_minutes} minutes")
        self.fields["interval_minutes"].choices = sorted(choices.items())  # type: ignore[attr-defined]
        if connection.is_uploaded:
            self.fields["interval_minutes"].label = "A newer file is expected every"
            for name in ("requests_per_minute", "removal_policy", "brake_per_hour"):
                del self.fields[name]
        owners = {user.pk: user for user in (*owners, *filter(None, [connection.owner]))}.values()
        self.fields["owner_ref"].choices = owner_choices(owners)  # type: ignore[attr-defined]


class FileForm(forms.Form):
    """A file to look at; nothing is stored yet."""

    file = forms.FileField(
        label="CSV file",
        allow_empty_file=True,
        widget=forms.ClearableFileInput({"accept": ".csv,text/csv"}),
    )

    def __init__(self, *given: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given)
        self.fields["file"].help_text = (
            "Comma or semicolon, UTF-8, a header line, one line for each account; up to"
            f" {settings.TENURE_UPLOAD_MB} MB."
        )


class SystemForm(FileForm):
    """The first file of a system, and how the system is called."""

    name = forms.CharField(
        label="System",
        max_length=rules.NAME_LENGTH,
        help_text="What the file lists the accounts of, such as Figma.",
    )
    owner = forms.ChoiceField(
        required=False, help_text="Who is asked when this connection needs a person."
    )
    field_order = ("name", "file", "owner")

    def __init__(self, *given: Any, owners: Iterable[User], me: str, name: str) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given)
        self.fields["owner"].choices = owner_choices(owners)  # type: ignore[attr-defined] # a choice
        self.initial = {"owner": me, "name": name}


class ColumnsForm(forms.Form):
    """Which column of the file is what."""

    pending = forms.CharField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        names: Sequence[str],
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        choices = [
            ("", "Not in the file"),
            *((name, name) for name in dict.fromkeys(names) if name),
        ]
        for field, label in FIELDS.items():
            self.fields[field] = forms.ChoiceField(label=label, choices=choices, required=False)

    @property
    def chosen(self) -> dict[str, str]:
        """The column of each field, as it was sent."""
        return {field: self.cleaned_data[field] for field in FIELDS if self.cleaned_data.get(field)}

    @property
    def selects(self) -> list[forms.BoundField]:
        return [self[field] for field in FIELDS]


@contextmanager
def told_at_the_field(form: forms.Form) -> Iterator[None]:
    """A refusal inside becomes an error of the form, at the field it names when there is one."""
    try:
        yield
    except (NotAllowed, NotFound):
        raise
    except DomainError as refusal:
        field = getattr(refusal, "field", None)
        form.add_error(field if field in form.fields else _key_or_form(form, field), str(refusal))


def _key_or_form(form: forms.Form, field: str | None) -> str | None:
    """A form that asks for nothing but a key tells there what it cannot tell elsewhere."""
    return "api_key" if field and list(form.fields) == ["api_key"] else None


def owner_choices(owners: Iterable[User]) -> list[tuple[str, str]]:
    """Users to choose from, and nobody."""
    people = [(str(user.ref), f"{user} ({user.email})") for user in owners]
    return [("", "Nobody yet"), *people]
