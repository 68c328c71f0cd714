"""Second factors, delays of logins, single sign-on, kiosks, 保全; every login of before ends."""

import sqlalchemy as sa
from alembic import op

revision = "v0002"
down_revision = "v0001"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Adds the tables and columns."""
    for name in ("temporary_password", "totp"):
        op.add_column("users", sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("users", sa.Column("subject", sa.String(64)))
    op.create_index("ix_users_subject", "users", ["subject"], unique=True)
    _logins()
    _kiosks()
    _preservations()


def _logins() -> None:
    op.drop_table("sessions")
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("session_id", sa.String(60), nullable=False),
        sa.Column("user_id", sa.String(60), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.user_id"], name="fk_sessions_user_id_users", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_sessions_session_id", "sessions", ["session_id"], unique=True)
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])
    op.create_table(
        "second_factors",
        sa.Column("user_id", sa.String(60), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_second_factors"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.user_id"], name="fk_second_factors_user_id_users", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "login_attempts",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("open_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_login_attempts"),
    )
    op.create_index("ix_login_attempts_last_at", "login_attempts", ["last_at"])
    op.create_table(
        "sign_ons",
        sa.Column("state_hash", sa.String(64), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name="pk_sign_ons"),
    )
    op.create_index("ix_sign_ons_expires_at", "sign_ons", ["expires_at"])


def _kiosks() -> None:
    op.create_table(
        "kiosks",
        sa.Column("kiosk_id", sa.String(60), nullable=False),
        sa.Column("name_ja", sa.String(80), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("code_hash", sa.String(64)),
        sa.Column("pairing_until", MOMENT),
        sa.Column("credential_hash", sa.String(64)),
        sa.Column("paired_at", MOMENT),
        sa.Column("last_seen_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
        sa.PrimaryKeyConstraint("kiosk_id", name="pk_kiosks"),
    )
    op.create_index("ix_kiosks_code_hash", "kiosks", ["code_hash"], unique=True)
    op.create_index("ix_kiosks_credential_hash", "kiosks", ["credential_hash"], unique=True)


def _preservations() -> None:
    op.create_table(
        "preservations",
        sa.Column("preservation_id", sa.String(60), nullable=False),
        sa.Column("case_id", sa.String(60), nullable=False),
        sa.Column("placed_at", MOMENT, nullable=False),
        sa.Column("placed_by", sa.String(80), nullable=False),
        sa.Column("lifted_at", MOMENT),
        sa.Column("lifted_by", sa.String(80)),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("preservation_id", name="pk_preservations"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.case_id"], name="fk_preservations_case_id_cases", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_preservations_case_id", "preservations", ["case_id"])


def downgrade() -> None:
    """Not possible: the tables hold what may not be lost."""
    raise NotImplementedError("restore a backup instead")
