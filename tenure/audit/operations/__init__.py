from tenure.audit.operations.record import Subject as Subject
from tenure.audit.operations.record import record as record
from tenure.audit.rules import bulk as bulk
