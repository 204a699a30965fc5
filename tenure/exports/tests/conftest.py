from __future__ import annotations

from tenure.exports.tests.world import grown
from tenure.testing.beginnings import beginning

world = beginning(grown)
