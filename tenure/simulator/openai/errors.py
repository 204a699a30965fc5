"""What the provider says when it refuses, in each of the shapes it has been seen to use."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

_HTML = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n"
    b"<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>\r\n"
)


class ApiError(Exception):
    """A refusal: HTTP status and the four fields of the documented error envelope."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        param: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.kind = kind
        self.param = param
        self.code = code
        self.headers = dict(headers or {})


def missing_scopes(scope: str, *, status: int) -> ApiError:
    """The refusal whose status varies (401 and 403 were both seen) and whose text does not."""
    return ApiError(
        status,
        f"You have insufficient permissions for this operation. Missing scopes: {scope}. "
        "Check that you have the correct role in your organization, and if you're using a "
        "restricted API key, that it has the necessary scopes.",
    )


def not_found(what: str) -> ApiError:
    """The thing addressed does not exist, or not any more."""
    return ApiError(404, f"{what} not found.", code="not_found")


def server_error(request_id: str) -> ApiError:
    """The provider's general failure."""
    return ApiError(
        500,
        "The server had an error processing your request. Sorry about that! "
        f"(Please include the request ID {request_id} in your message.)",
        kind="server_error",
    )


def body_of(error: ApiError, shape: str) -> tuple[int, str, bytes]:
    """Status, content type and body of a refusal.

    shape        body
    envelope     {"error": {message, type, param, code}}
    flat         {"code": 404, "message": "..."}
    string       {"error": "..."}
    html         502 and the page of a proxy
    empty        nothing
    truncated    the envelope, cut in the middle
    """
    json = "application/json"
    if shape == "html":
        return 502, "text/html", _HTML
    if shape == "empty":
        return error.status, json, b""
    if shape == "flat":
        flat = {"code": error.status, "message": error.message}
        return error.status, json, msgspec.json.encode(flat)
    if shape == "string":
        return error.status, json, msgspec.json.encode({"error": error.message})
    fields = {
        "message": error.message,
        "type": error.kind,
        "param": error.param,
        "code": error.code,
    }
    body = msgspec.json.encode({"error": fields})
    return error.status, json, body[: len(body) // 2] if shape == "truncated" else body
