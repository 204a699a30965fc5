"""The endpoints of access requests, and of what can be asked for and who is asked."""

from tenure.access_requests.api.offered import endpoints as offered
from tenure.access_requests.api.requests import endpoints as requests

__all__ = ["offered", "requests"]
