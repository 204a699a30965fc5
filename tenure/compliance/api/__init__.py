"""The endpoints of tests, findings and the calendar they are counted by."""

from tenure.compliance.api.calendar import endpoints as calendar
from tenure.compliance.api.findings import endpoints as findings
from tenure.compliance.api.tests import endpoints as tests

__all__ = ["calendar", "findings", "tests"]
