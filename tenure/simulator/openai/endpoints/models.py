"""The edge of the Administration API: model endpoints, which admin keys may not use."""

from __future__ import annotations

from tenure.simulator.openai.call import Call, Endpoint, Reply, json_reply


def list_models(_call: Call) -> Reply:
    """What a personal or project key sees; an admin key is refused before."""
    return json_reply({"object": "list", "data": []})


ENDPOINTS = [Endpoint("GET", "/v1/models", "models", list_models, scope="api.model")]
