"""The provider's own page of members, simulated: where a demo takes access away by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import BaseRoute, Route

_HERE = Path(__file__).parent
_FILES = ("members.html", "members.css", "members.js")


def console_routes() -> list[BaseRoute]:
    """The page and what it loads; it works through the control endpoints beside it."""
    return [Route(f"/{name}", _served(_HERE / name)) for name in _FILES]


def _served(file: Path) -> Callable[[Request], Awaitable[FileResponse]]:
    async def answer(_request: Request) -> FileResponse:
        return FileResponse(file)

    return answer
