"""Conversations with an operator and their messages."""

import sqlalchemy as sa
from alembic import op

revision = "v0003"
down_revision = "v0002"


def upgrade() -> None:
    """Adds the tables."""
    op.create_table(
        "conversations",
        sa.Column("visit_id", sa.String(60), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("visit_id", name="pk_conversations"),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.visit_id"], name="fk_conversations_visit_id_visits", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_conversations_state", "conversations", ["state"])
    op.create_table(
        "messages",
        sa.Column("visit_id", sa.String(60), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("visit_id", "seq", name="pk_messages"),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.visit_id"], name="fk_messages_visit_id_visits", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    """Not possible: the tables hold what may not be lost."""
    raise NotImplementedError("restore a backup instead")
