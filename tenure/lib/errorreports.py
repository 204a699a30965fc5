"""Django's own error report, with nothing in it that looks like a provider's key.

Django hides what is sensitive only while DEBUG is off. A key is as secret on a developer's page, so
the values of variables and of what was posted are judged one by one, and the finished text again.
"""

from __future__ import annotations

from collections.abc import ItemsView
from types import FrameType
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from tenure.lib.secrets import redact


class KeylessFilter(SafeExceptionReporterFilter):
    """Leaves out posted values altogether, and each variable whose text holds a key."""

    def is_active(self, request: HttpRequest | None) -> bool:  # noqa: ARG002 - Django's signature
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        posted = request.POST if request is not None else {}
        return dict.fromkeys(posted, self.cleansed_substitute)

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType
    ) -> ItemsView[str, Any]:
        shown = super().get_traceback_frame_variables(request, tb_frame)
        return {name: self._keyless(value) for name, value in shown}.items()

    def _keyless(self, value: object) -> object:
        try:
            text = repr(value)
        except Exception:  # noqa: BLE001 - a broken repr must not break the report of another error
            return self.cleansed_substitute
        return value if redact(text) == text else self.cleansed_substitute


class KeylessReporter(ExceptionReporter):
    """The report as text and page, redacted once more as a whole."""

    def get_traceback_html(self) -> SafeString:
        return SafeString(redact(super().get_traceback_html()))

    def get_traceback_text(self) -> SafeString:
        return SafeString(redact(super().get_traceback_text()))
