"""Visits, cases, consents, tickets, staff and the audit."""

import sqlalchemy as sa
from alembic import op

revision = "v0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)

SQLITE_NO_UPDATE = """
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END
"""
SQLITE_NO_DELETE = """
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
WHEN OLD.number > (SELECT pruned_number FROM audit_head WHERE id = 1)
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END
"""
POSTGRESQL_FUNCTION = """
CREATE FUNCTION audit_append_only() RETURNS trigger AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.number <= (SELECT pruned_number FROM audit_head WHERE id = 1) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'audit is append-only';
END $$ LANGUAGE plpgsql
"""
POSTGRESQL_TRIGGER = """
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit
FOR EACH ROW EXECUTE FUNCTION audit_append_only()
"""
AUDIT_TRIGGERS = {
    "sqlite": (SQLITE_NO_UPDATE, SQLITE_NO_DELETE),
    "postgresql": (POSTGRESQL_FUNCTION, POSTGRESQL_TRIGGER),
}
"""An entry is never changed, and only removed when its term is over (the head says so first)."""


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "about",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_about"),
    )
    _visits()
    _cases()
    _staff()
    _audit()


def _visits() -> None:
    op.create_table(
        "visits",
        sa.Column("visit_id", sa.String(60), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("mode", sa.String(20), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("on", MOMENT, nullable=False),
        sa.Column("kb_version", sa.String(80), nullable=False),
        sa.Column("opened_by", sa.String(80)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_activity", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("visit_id", name="pk_visits"),
        sa.UniqueConstraint("token_hash", name="uq_visits_token_hash"),
    )
    op.create_index("ix_visits_expires_at", "visits", ["expires_at"])
    op.create_table(
        "turns",
        sa.Column("visit_id", sa.String(60), nullable=False),
        sa.Column("turn_id", sa.String(200), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("visit_id", "turn_id", name="pk_turns"),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.visit_id"], name="fk_turns_visit_id_visits", ondelete="CASCADE"
        ),
    )


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("case_id", sa.String(60), nullable=False),
        sa.Column("visit_id", sa.String(60)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("counter", sa.String(80), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("series", sa.String(4), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("status_hash", sa.String(64), nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("filed", sa.Boolean, nullable=False),
        sa.Column("calls", sa.Integer, nullable=False),
        sa.Column("called_to", sa.String(80)),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.Column("called_at", MOMENT),
        sa.Column("accepted_at", MOMENT),
        sa.Column("finished_at", MOMENT),
        sa.Column("keep_until", MOMENT, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_cases"),
        sa.UniqueConstraint("visit_id", name="uq_cases_visit_id"),
        sa.UniqueConstraint("status_hash", name="uq_cases_status_hash"),
        sa.UniqueConstraint("day", "series", "number", name="uq_cases_day_series_number"),
    )
    op.create_index("ix_cases_keep_until", "cases", ["keep_until"])
    op.create_index("ix_cases_day_state", "cases", ["day", "state"])
    op.create_table(
        "consents",
        sa.Column("consent_id", sa.String(60), nullable=False),
        sa.Column("visit_id", sa.String(60)),
        sa.Column("case_id", sa.String(60)),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("consent_id", name="pk_consents"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.case_id"], name="fk_consents_case_id_cases", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_consents_visit_id", "consents", ["visit_id"])
    op.create_index("ix_consents_case_id", "consents", ["case_id"])
    op.create_table(
        "ticket_series",
        sa.Column("series", sa.String(4), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.Column("used_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("series", "day", name="pk_ticket_series"),
    )


def _staff() -> None:
    op.create_table(
        "users",
        sa.Column("user_id", sa.String(60), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("name_ja", sa.String(80), nullable=False),
        sa.Column("roles", sa.String(200), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("demo", sa.Boolean, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_users"),
        sa.UniqueConstraint("name", name="uq_users_name"),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(60), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.user_id"], name="fk_sessions_user_id_users", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("role", sa.String(80), nullable=False),
        sa.Column("act", sa.String(80), nullable=False),
        sa.Column("entity", sa.String(80), nullable=False),
        sa.Column("entity_id", sa.String(80), nullable=False),
        sa.Column("why", sa.String(80), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_entity_id", "audit", ["entity_id"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("last_number", sa.Integer, nullable=False),
        sa.Column("last_seal", sa.String(64), nullable=False),
        sa.Column("pruned_number", sa.Integer, nullable=False),
        sa.Column("pruned_seal", sa.String(64), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    for statement in AUDIT_TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Not possible: the tables hold what may not be lost."""
    raise NotImplementedError("restore a backup instead")
