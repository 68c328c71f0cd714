"""What every part of the store stands on: one database, the terms of the town, the audit."""

from dataclasses import dataclass, field

from counter_bridge.case_events import CaseRules
from counter_bridge.retention import RetentionRules
from counter_bridge.sql_audit import SqlAudit
from counter_bridge.sql_database import WAIT_S, Database
from counter_bridge.staff import SessionRules


@dataclass(frozen=True)
class Terms:
    """How long things last, what may be undone, how long a writer waits for another."""

    retention: RetentionRules = field(default_factory=RetentionRules)
    cases: CaseRules = field(default_factory=CaseRules)
    sessions: SessionRules = field(default_factory=SessionRules)
    wait_s: float = WAIT_S


class SqlPart:
    """One part of the store; every public method is one transaction."""

    def __init__(self, database: Database, terms: Terms):
        self._database = database
        self._terms = terms
        self.audit = SqlAudit(database)
