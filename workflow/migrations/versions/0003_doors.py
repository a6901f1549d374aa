"""identities, second factors, emergency access, log reviews, scopes; only the schema lives here."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.record.models.base import KEY, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    _new_columns()
    _identity()
    _authenticator()
    _spent_token()
    _failed_try()
    _break_glass()
    _log_review()
    _log_finding()
    _data_request()
    _home_address()
    _health_note()


def _new_columns() -> None:
    op.add_column(
        "access", sa.Column("reason", sa.String(length=40), nullable=False, server_default="")
    )
    op.add_column(
        "consent", sa.Column("scopes", sa.String(length=120), nullable=False, server_default="")
    )
    op.add_column(
        "consent", sa.Column("given_as", sa.String(length=40), nullable=False, server_default="")
    )
    op.add_column("consent", sa.Column("document_id", KEY, nullable=True))
    op.add_column(
        "invitation", sa.Column("purpose", sa.String(length=40), nullable=False, server_default="")
    )
    op.add_column("invitation", sa.Column("plan_id", KEY, nullable=True))
    op.add_column("invitation", sa.Column("made_by", KEY, nullable=True))
    op.add_column("municipality", sa.Column("retention_years", sa.Integer(), nullable=True))
    op.add_column(
        "party", sa.Column("protection", sa.String(length=40), nullable=False, server_default="")
    )
    op.add_column("sign_in", sa.Column("plan_id", KEY, nullable=True))
    op.add_column(
        "sign_in", sa.Column("method", sa.String(length=40), nullable=False, server_default="")
    )
    op.add_column(
        "sign_in", sa.Column("acr", sa.String(length=120), nullable=False, server_default="")
    )
    op.add_column("sign_in", sa.Column("proved_at", UtcDateTime(), nullable=True))
    op.add_column(
        "sign_in", sa.Column("device", sa.String(length=120), nullable=False, server_default="")
    )
    op.add_column(
        "sign_in", sa.Column("provider", sa.String(length=40), nullable=False, server_default="")
    )
    op.add_column(
        "sign_in",
        sa.Column("provider_subject", sa.String(length=255), nullable=False, server_default=""),
    )
    op.add_column(
        "sign_in",
        sa.Column("provider_session", sa.String(length=255), nullable=False, server_default=""),
    )
    op.add_column(
        "sign_in",
        sa.Column("ended_because", sa.String(length=40), nullable=False, server_default=""),
    )
    op.create_index(
        "ix_sign_in_provider", "sign_in", ["provider", "provider_session"], unique=False
    )


def _identity() -> None:
    op.create_table(
        "identity",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("party_id", KEY, nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_identity_municipality_id_party_id",
        "identity",
        ["municipality_id", "party_id"],
        unique=False,
    )
    op.create_index(
        "uq_identity_subject", "identity", ["municipality_id", "provider", "subject"], unique=True
    )


def _authenticator() -> None:
    op.create_table(
        "authenticator",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("party_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("credential_id", sa.Text(), nullable=True),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_authenticator_municipality_id_party_id_kind",
        "authenticator",
        ["municipality_id", "party_id", "kind"],
        unique=False,
    )
    op.create_index("uq_authenticator_credential", "authenticator", ["credential_id"], unique=True)


def _spent_token() -> None:
    op.create_table(
        "spent_token",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("ix_spent_token_expires_at", "spent_token", ["expires_at"], unique=False)


def _failed_try() -> None:
    op.create_table(
        "failed_try",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key_digest", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_failed_try_key_digest_at", "failed_try", ["key_digest", "at"], unique=False)


def _break_glass() -> None:
    op.create_table(
        "break_glass",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("party_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=True),
        sa.Column("sign_in_id", KEY, nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("until_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("reviewed_at", UtcDateTime(), nullable=True),
        sa.Column("reviewed_by", KEY, nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"]),
        sa.ForeignKeyConstraint(["reviewed_by"], ["party.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_break_glass_municipality_id_party_id_until_at",
        "break_glass",
        ["municipality_id", "party_id", "until_at"],
        unique=False,
    )
    op.create_index(
        "ix_break_glass_municipality_id_plan_id",
        "break_glass",
        ["municipality_id", "plan_id"],
        unique=False,
    )


def _log_review() -> None:
    op.create_table(
        "log_review",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("finished_by", KEY, nullable=True),
        sa.ForeignKeyConstraint(["finished_by"], ["party.id"]),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_log_review_municipality_id_month",
        "log_review",
        ["municipality_id", "month"],
        unique=True,
    )


def _log_finding() -> None:
    op.create_table(
        "log_finding",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("review_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("party_id", KEY, nullable=True),
        sa.Column("plan_id", KEY, nullable=True),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("first_at", UtcDateTime(), nullable=True),
        sa.Column("last_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by", KEY, nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["party.id"]),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_log_finding_municipality_id_review_id",
        "log_finding",
        ["municipality_id", "review_id"],
        unique=False,
    )


def _data_request() -> None:
    op.create_table(
        "data_request",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("party_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", KEY, nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by", KEY, nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["answered_by"], ["party.id"]),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"]),
        sa.ForeignKeyConstraint(["recorded_by"], ["party.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_data_request_municipality_id_party_id",
        "data_request",
        ["municipality_id", "party_id"],
        unique=False,
    )


def _home_address() -> None:
    op.create_table(
        "home_address",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("party_id", KEY, nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("postcode", sa.String(length=10), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", KEY, nullable=True),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"]),
        sa.ForeignKeyConstraint(["recorded_by"], ["party.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_home_address_municipality_id_party_id",
        "home_address",
        ["municipality_id", "party_id"],
        unique=True,
    )


def _health_note() -> None:
    op.create_table(
        "health_note",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("written_by", KEY, nullable=True),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"]),
        sa.ForeignKeyConstraint(["written_by"], ["party.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_health_note_municipality_id_plan_id",
        "health_note",
        ["municipality_id", "plan_id"],
        unique=False,
    )
