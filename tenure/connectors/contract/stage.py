"""Where a connector is put to the test: a vendor's organization that can be made to misbehave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tenure.connectors.base import Collection, Connector, Pacer
from tenure.connectors.contract.anomalies import Anomaly


class Stage(Protocol):
    """What a vendor brings. The suite knows nothing else of it.

    `struck` is the list that anomalies strike, of accounts, two full pages and a part; `child` has
    a parent; `others` must stay readable meanwhile. `secrets` must appear nowhere.
    """

    struck: Collection
    child: Collection
    others: Sequence[Collection]
    secrets: Sequence[str]

    def arrange(self, anomaly: Anomaly | None) -> None:
        """The organization as it began, now with this anomaly, or none."""
        ...

    def calm(self) -> None:
        """The provider behaves again. What has happened to its records stays."""
        ...

    def truth(self, collection: Collection) -> Sequence[str]:
        """The external ids that the provider has in this list now, in its order."""
        ...

    def asked(self, collection: Collection) -> int:
        """Requests for this list since `arrange`."""
        ...

    def connector(self, *, pacer: Pacer | None = None) -> Connector:
        """A new connector. Its pauses for faults are short, and no answer keeps it for long."""
        ...
