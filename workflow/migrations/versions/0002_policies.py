"""policies, channels, answered notices; only the schema lives here."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from workflow.record.models.base import KEY, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STUCK = sa.text("state IN ('failed', 'unknown')")
ANSWERED = sa.text("acknowledged_at IS NOT NULL OR snoozed_until IS NOT NULL")


def upgrade() -> None:
    """Apply this step."""
    _new_columns()
    _policy()
    _webhook()
    op.create_index(
        "ix_notice_answered",
        "notice",
        ["deadline_id", "recipient_id"],
        postgresql_where=ANSWERED,
        sqlite_where=ANSWERED,
    )
    op.create_index(
        "ix_delivery_stuck",
        "delivery",
        ["municipality_id", "state"],
        postgresql_where=STUCK,
        sqlite_where=STUCK,
    )


def _words(name: str, length: int) -> sa.Column[str]:
    """A column of short text that is empty in the rows already there."""
    return sa.Column(name, sa.String(length=length), nullable=False, server_default="")


def _new_columns() -> None:
    added: dict[str, tuple[sa.Column[Any], ...]] = {
        "deadline": (sa.Column("base_on", sa.Date(), nullable=True),),
        "ladder_step": (sa.Column("party_id", KEY, nullable=True),),
        "notice": (
            sa.Column("acknowledged_at", UtcDateTime(), nullable=True),
            sa.Column("snoozed_until", UtcDateTime(), nullable=True),
            _words("snooze_reason", 40),
        ),
        "message": (_words("gateway_id", 120),),
        "party": (
            sa.Column("reminders_asked_at", UtcDateTime(), nullable=True),
            _words("digest_at", 5),
            _words("quiet_from", 5),
            _words("quiet_until", 5),
        ),
    }
    for table, columns in added.items():
        for column in columns:
            op.add_column(table, column)


def _policy() -> None:
    op.create_table(
        "deadline_policy",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.Column("made_by", KEY, nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("applied_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["party.id"]),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        None, "deadline_policy", ["municipality_id", "unit_id", "valid_from"], unique=False
    )


def _webhook() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("secret", sa.String(length=120), nullable=False),
        sa.Column("made_by", KEY, nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["party.id"]),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(None, "webhook", ["municipality_id", "ended_at"], unique=False)
