"""The endpoints of campaigns, and of the items that are decided in them."""

from tenure.reviews.api.campaigns import endpoints as campaigns
from tenure.reviews.api.deciding import endpoints as deciding

__all__ = ["campaigns", "deciding"]
