"""A list as its page, and alone for htmx."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from tenure.lib.web import ActorRequest


def list_page(request: ActorRequest, name: str, shown: Mapping[str, Any]) -> HttpResponse:
    """The page of a list; the list alone where htmx asks for the element of its name."""
    asks_list = request.htmx and request.htmx.target == name
    template = f"inventory/_{name}.html" if asks_list else f"inventory/{name}.html"
    answer = render(request, template, dict(shown))
    patch_vary_headers(answer, ["HX-Request"])
    return answer
