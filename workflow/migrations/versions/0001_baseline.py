"""baseline; only the schema lives here."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.record.dialect import trigger_statements
from workflow.record.models.base import KEY, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "municipality",
        sa.Column("id", KEY, nullable=False),
        sa.Column("number", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("decision_model", sa.String(length=1), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipality")),
        sa.UniqueConstraint("number", name=op.f("uq_municipality_number")),
    )
    op.create_table(
        "access",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=True),
        sa.Column("party_id", KEY, nullable=True),
        sa.Column("unit_id", KEY, nullable=True),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=False),
        sa.Column("substitute_for", KEY, nullable=True),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("plan_ids", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_access_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access")),
    )
    op.create_index(
        op.f("ix_access_municipality_id_plan_id_at"),
        "access",
        ["municipality_id", "plan_id", "at"],
        unique=False,
    )
    op.create_index("ix_access_seal", "access", ["at"], unique=False)
    op.create_table(
        "access_seal",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("hour", UtcDateTime(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_access_seal_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_seal")),
    )
    op.create_index(
        op.f("ix_access_seal_municipality_id_hour"),
        "access_seal",
        ["municipality_id", "hour"],
        unique=True,
    )
    op.create_table(
        "closing_day",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_closing_day_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing_day")),
    )
    op.create_index(
        op.f("ix_closing_day_municipality_id_day"),
        "closing_day",
        ["municipality_id", "day"],
        unique=True,
    )
    op.create_table(
        "party",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sort_key", sa.String(length=240), nullable=False),
        sa.Column("national_id_hmac", sa.String(length=64), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("organisation", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("reminders", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("deactivated_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_party_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
    )
    op.create_index("ix_party_email", "party", ["email"], unique=False)
    op.create_index(
        op.f("ix_party_municipality_id_sort_key"),
        "party",
        ["municipality_id", "sort_key"],
        unique=False,
    )
    op.create_index(
        "uq_party_national_id",
        "party",
        ["municipality_id", "national_id_hmac"],
        unique=True,
        postgresql_where=sa.text("national_id_hmac <> ''"),
        sqlite_where=sa.text("national_id_hmac <> ''"),
    )
    op.create_table(
        "unit",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("parent_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_unit_municipality_id")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
    )
    op.create_index(
        op.f("ix_unit_municipality_id_kind"), "unit", ["municipality_id", "kind"], unique=False
    )
    op.create_table(
        "absence",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("party_id", KEY, nullable=False),
        sa.Column("substitute_id", KEY, nullable=True),
        sa.Column("from_at", UtcDateTime(), nullable=False),
        sa.Column("until_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_absence_municipality_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_absence_party_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["party.id"], name=op.f("fk_absence_recorded_by")),
        sa.ForeignKeyConstraint(
            ["substitute_id"], ["party.id"], name=op.f("fk_absence_substitute_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(
        op.f("ix_absence_municipality_id_party_id"),
        "absence",
        ["municipality_id", "party_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_absence_municipality_id_substitute_id"),
        "absence",
        ["municipality_id", "substitute_id"],
        unique=False,
    )
    op.create_table(
        "credential",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("party_id", KEY, nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_credential_municipality_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_credential_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
    )
    op.create_index(
        op.f("ix_credential_municipality_id_party_id"),
        "credential",
        ["municipality_id", "party_id"],
        unique=True,
    )
    op.create_table(
        "erasure",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("event_id", KEY, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("asked_by", KEY, nullable=True),
        sa.Column("confirmed_by", KEY, nullable=True),
        sa.Column("from_seq", sa.Integer(), nullable=False),
        sa.Column("until_seq", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.String(length=64), nullable=False),
        sa.Column("erased_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["party.id"], name=op.f("fk_erasure_asked_by")),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["party.id"], name=op.f("fk_erasure_confirmed_by")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_erasure_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    op.create_index(
        op.f("ix_erasure_municipality_id_plan_id"),
        "erasure",
        ["municipality_id", "plan_id"],
        unique=False,
    )
    op.create_table(
        "invitation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("party_id", KEY, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_invitation_municipality_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_invitation_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_table(
        "message",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("recipient_id", KEY, nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_message_municipality_id")
        ),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["party.id"], name=op.f("fk_message_recipient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index(
        op.f("ix_message_municipality_id_recipient_id_created_at"),
        "message",
        ["municipality_id", "recipient_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "notice",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=True),
        sa.Column("recipient_id", KEY, nullable=False),
        sa.Column("cause", sa.String(length=80), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("subject_id", KEY, nullable=True),
        sa.Column("deadline_id", KEY, nullable=True),
        sa.Column("due_version", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("substitute_for", KEY, nullable=True),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_notice_municipality_id")
        ),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["party.id"], name=op.f("fk_notice_recipient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index(
        op.f("ix_notice_municipality_id_plan_id"),
        "notice",
        ["municipality_id", "plan_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_notice_municipality_id_recipient_id_read_at"),
        "notice",
        ["municipality_id", "recipient_id", "read_at"],
        unique=False,
    )
    op.create_index(
        "uq_notice_cause", "notice", ["municipality_id", "cause", "recipient_id"], unique=True
    )
    op.create_table(
        "plan",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("close_reason", sa.String(length=40), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("shadow", sa.Integer(), nullable=False),
        sa.Column("duplicate_of", KEY, nullable=True),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("source_name", sa.String(length=200), nullable=False),
        sa.Column("predecessor_id", KEY, nullable=True),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("service_unit_id", KEY, nullable=True),
        sa.Column("responsible_unit_id", KEY, nullable=False),
        sa.Column("responsible_party_id", KEY, nullable=True),
        sa.Column("reporter_id", KEY, nullable=True),
        sa.Column("reported_at", UtcDateTime(), nullable=False),
        sa.Column("person_knows", sa.String(length=40), nullable=False),
        sa.Column("reach_person", sa.Text(), nullable=False),
        sa.Column("wish_coordinator", sa.Text(), nullable=False),
        sa.Column("wish_asked_at", UtcDateTime(), nullable=True),
        sa.Column("informal", sa.Boolean(), nullable=False),
        sa.Column("retroactive", sa.Boolean(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("resting", sa.String(length=40), nullable=False),
        sa.Column("rested_at", UtcDateTime(), nullable=True),
        sa.Column("frozen", sa.Boolean(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("most_important", sa.Text(), nullable=False),
        sa.Column("limits", sa.Text(), nullable=False),
        sa.Column("service_aim", sa.Text(), nullable=False),
        sa.Column("ground_rules", sa.Text(), nullable=False),
        sa.Column("pen_holder", sa.String(length=40), nullable=False),
        sa.Column("next_review_on", sa.Date(), nullable=True),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("last_activity_at", UtcDateTime(), nullable=False),
        sa.Column("transition_on", sa.Date(), nullable=True),
        sa.Column("transition_kind", sa.String(length=40), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_plan_municipality_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["party.id"], name=op.f("fk_plan_person_id")),
        sa.ForeignKeyConstraint(["reporter_id"], ["party.id"], name=op.f("fk_plan_reporter_id")),
        sa.ForeignKeyConstraint(
            ["responsible_party_id"], ["party.id"], name=op.f("fk_plan_responsible_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["responsible_unit_id"], ["unit.id"], name=op.f("fk_plan_responsible_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["service_unit_id"], ["unit.id"], name=op.f("fk_plan_service_unit_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plan_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
    )
    op.create_index(
        op.f("ix_plan_municipality_id_responsible_party_id_state"),
        "plan",
        ["municipality_id", "responsible_party_id", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_plan_municipality_id_state_last_activity_at"),
        "plan",
        ["municipality_id", "state", "last_activity_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_plan_municipality_id_unit_id_state"),
        "plan",
        ["municipality_id", "unit_id", "state"],
        unique=False,
    )
    op.create_index("uq_plan_number", "plan", ["municipality_id", "number"], unique=True)
    op.create_index(
        "uq_plan_open_person",
        "plan",
        ["municipality_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'closed' AND person_id IS NOT NULL AND shadow = 0"),
        sqlite_where=sa.text("state <> 'closed' AND person_id IS NOT NULL AND shadow = 0"),
    )
    op.create_table(
        "representation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("representative_id", KEY, nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=False),
        sa.Column("acts", sa.Text(), nullable=False),
        sa.Column("from_at", UtcDateTime(), nullable=False),
        sa.Column("until_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_representation_municipality_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["party.id"], name=op.f("fk_representation_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["representative_id"], ["party.id"], name=op.f("fk_representation_representative_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_representation")),
    )
    op.create_index(
        op.f("ix_representation_municipality_id_person_id"),
        "representation",
        ["municipality_id", "person_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_representation_municipality_id_representative_id"),
        "representation",
        ["municipality_id", "representative_id"],
        unique=False,
    )
    op.create_table(
        "sign_in",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("party_id", KEY, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("beside_plan_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_sign_in_municipality_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_sign_in_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    op.create_index(
        op.f("ix_sign_in_municipality_id_party_id"),
        "sign_in",
        ["municipality_id", "party_id"],
        unique=False,
    )
    op.create_table(
        "staff_role",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("party_id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("from_at", UtcDateTime(), nullable=False),
        sa.Column("until_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_staff_role_municipality_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_staff_role_party_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_staff_role_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_role")),
    )
    op.create_index(
        op.f("ix_staff_role_municipality_id_party_id_role"),
        "staff_role",
        ["municipality_id", "party_id", "role"],
        unique=False,
    )
    op.create_index(
        op.f("ix_staff_role_municipality_id_unit_id_role"),
        "staff_role",
        ["municipality_id", "unit_id", "role"],
        unique=False,
    )
    op.create_table(
        "agreement",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("event_id", KEY, nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("how", sa.String(length=40), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", KEY, nullable=True),
        sa.Column("objected_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_agreement_municipality_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_agreement_plan_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["party.id"], name=op.f("fk_agreement_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
    )
    op.create_index(
        op.f("ix_agreement_municipality_id_plan_id"),
        "agreement",
        ["municipality_id", "plan_id"],
        unique=False,
    )
    op.create_table(
        "complaint",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=True),
        sa.Column("assessed_by", KEY, nullable=True),
        sa.Column("forwarded_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessed_by"], ["party.id"], name=op.f("fk_complaint_assessed_by")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_complaint_municipality_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_complaint_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
    )
    op.create_index(
        op.f("ix_complaint_municipality_id_plan_id"),
        "complaint",
        ["municipality_id", "plan_id"],
        unique=False,
    )
    op.create_table(
        "consent",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("giver_id", KEY, nullable=True),
        sa.Column("receiver_id", KEY, nullable=True),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("from_at", UtcDateTime(), nullable=False),
        sa.Column("until_at", UtcDateTime(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("last_discussed_on", sa.Date(), nullable=True),
        sa.Column("discuss_again_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("recorded_by", KEY, nullable=True),
        sa.ForeignKeyConstraint(["giver_id"], ["party.id"], name=op.f("fk_consent_giver_id")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_consent_municipality_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_consent_plan_id")),
        sa.ForeignKeyConstraint(["receiver_id"], ["party.id"], name=op.f("fk_consent_receiver_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["party.id"], name=op.f("fk_consent_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(
        op.f("ix_consent_municipality_id_plan_id_receiver_id"),
        "consent",
        ["municipality_id", "plan_id", "receiver_id"],
        unique=False,
    )
    op.create_table(
        "deadline",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", KEY, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("due_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("paused_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_deadline_municipality_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_deadline_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline")),
    )
    op.create_index(
        "ix_deadline_due",
        "deadline",
        ["municipality_id", "due_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('open', 'paused')"),
        sqlite_where=sa.text("state IN ('open', 'paused')"),
    )
    op.create_index(
        op.f("ix_deadline_municipality_id_plan_id_state"),
        "deadline",
        ["municipality_id", "plan_id", "state"],
        unique=False,
    )
    op.create_index(
        "uq_deadline_open",
        "deadline",
        ["municipality_id", "subject_id", "code"],
        unique=True,
        postgresql_where=sa.text("state IN ('open', 'paused')"),
        sqlite_where=sa.text("state IN ('open', 'paused')"),
    )
    op.create_table(
        "decision",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("regime", sa.String(length=40), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("made_by", KEY, nullable=True),
        sa.Column("retroactive", sa.Boolean(), nullable=False),
        sa.Column("why_long", sa.Text(), nullable=False),
        sa.Column("why_coordinated", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.String(length=300), nullable=False),
        sa.Column("notified_on", sa.Date(), nullable=True),
        sa.Column("notified_how", sa.String(length=40), nullable=False),
        sa.Column("appeal_until", sa.Date(), nullable=True),
        sa.Column("document_id", KEY, nullable=True),
        sa.Column("archive_case", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["party.id"], name=op.f("fk_decision_made_by")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_decision_municipality_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_decision_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(
        op.f("ix_decision_municipality_id_plan_id"),
        "decision",
        ["municipality_id", "plan_id"],
        unique=False,
    )
    op.create_table(
        "delivery",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("notice_id", KEY, nullable=False),
        sa.Column("recipient_id", KEY, nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("message_id", KEY, nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", UtcDateTime(), nullable=False),
        sa.Column("claimed_at", UtcDateTime(), nullable=True),
        sa.Column("claimed_by", sa.String(length=40), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_delivery_municipality_id")
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_delivery_notice_id")),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["party.id"], name=op.f("fk_delivery_recipient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_index(
        "ix_delivery_to_send",
        "delivery",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('waiting', 'sending')"),
        sqlite_where=sa.text("state IN ('waiting', 'sending')"),
    )
    op.create_index(
        "uq_delivery_notice_channel",
        "delivery",
        ["municipality_id", "notice_id", "channel"],
        unique=True,
    )
    op.create_table(
        "document",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("event_id", KEY, nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("template_version", sa.Integer(), nullable=False),
        sa.Column("mime", sa.String(length=80), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_document_municipality_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_document_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_index(
        op.f("ix_document_municipality_id_plan_id"),
        "document",
        ["municipality_id", "plan_id"],
        unique=False,
    )
    op.create_table(
        "event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("row_id", sa.String(length=40), nullable=False),
        sa.Column("subject_id", KEY, nullable=False),
        sa.Column("actor_id", KEY, nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_event_municipality_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_event_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index(
        "uq_event_plan_seq", "event", ["municipality_id", "plan_id", "seq"], unique=True
    )
    op.create_table(
        "event_body",
        sa.Column("event_id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_event_body_municipality_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_event_body_plan_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_body")),
    )
    op.create_table(
        "goal",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("own_words", sa.Text(), nullable=False),
        sa.Column("clarified", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_goal_municipality_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_goal_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
    )
    op.create_index(
        op.f("ix_goal_municipality_id_plan_id_position"),
        "goal",
        ["municipality_id", "plan_id", "position"],
        unique=False,
    )
    op.create_table(
        "measure",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("goal_id", KEY, nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("close_reason", sa.String(length=40), nullable=False),
        sa.Column("proposed_by", KEY, nullable=True),
        sa.Column("accountable_id", KEY, nullable=True),
        sa.Column("not_before", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_time", sa.Time(), nullable=True),
        sa.Column("original_due_on", sa.Date(), nullable=True),
        sa.Column("when_occasion", sa.Boolean(), nullable=False),
        sa.Column("look_again_on", sa.Date(), nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("agreed_consequence", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("condition_by", sa.String(length=120), nullable=False),
        sa.Column("service_decision_ref", sa.String(length=120), nullable=False),
        sa.Column("unmet_code", sa.String(length=40), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("evaluated_on", sa.Date(), nullable=True),
        sa.Column("rating", sa.String(length=40), nullable=False),
        sa.Column("result_words", sa.Text(), nullable=False),
        sa.Column("way_of_working", sa.Text(), nullable=False),
        sa.Column("system_code", sa.String(length=40), nullable=False),
        sa.Column("after_id", KEY, nullable=True),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("due_version", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["accountable_id"], ["party.id"], name=op.f("fk_measure_accountable_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_measure_municipality_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_measure_plan_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["party.id"], name=op.f("fk_measure_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure")),
    )
    op.create_index(
        op.f("ix_measure_municipality_id_accountable_id_state"),
        "measure",
        ["municipality_id", "accountable_id", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_measure_municipality_id_plan_id_position"),
        "measure",
        ["municipality_id", "plan_id", "position"],
        unique=False,
    )
    op.create_table(
        "meeting",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("chair_id", KEY, nullable=True),
        sa.Column("minute_taker_id", KEY, nullable=True),
        sa.Column("agenda", sa.Text(), nullable=False),
        sa.Column("written_view", sa.Text(), nullable=False),
        sa.Column("support_person", sa.String(length=120), nullable=False),
        sa.Column("called_at", UtcDateTime(), nullable=True),
        sa.Column("short_notice_reason", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("person_present", sa.String(length=40), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["chair_id"], ["party.id"], name=op.f("fk_meeting_chair_id")),
        sa.ForeignKeyConstraint(
            ["minute_taker_id"], ["party.id"], name=op.f("fk_meeting_minute_taker_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_meeting_municipality_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_meeting_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    op.create_index(
        op.f("ix_meeting_municipality_id_plan_id_starts_at"),
        "meeting",
        ["municipality_id", "plan_id", "starts_at"],
        unique=False,
    )
    op.create_table(
        "offer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", KEY, nullable=False),
        sa.Column("from_state", sa.String(length=40), nullable=False),
        sa.Column("from_party_id", KEY, nullable=True),
        sa.Column("to_party_id", KEY, nullable=True),
        sa.Column("to_unit_id", KEY, nullable=True),
        sa.Column("to_municipality_id", KEY, nullable=True),
        sa.Column("to_name", sa.String(length=200), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by", KEY, nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("discharge_on", sa.Date(), nullable=True),
        sa.Column("first_appointment", sa.Text(), nullable=False),
        sa.Column("gaps", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["answered_by"], ["party.id"], name=op.f("fk_offer_answered_by")),
        sa.ForeignKeyConstraint(
            ["from_party_id"], ["party.id"], name=op.f("fk_offer_from_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_offer_municipality_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_offer_plan_id")),
        sa.ForeignKeyConstraint(["to_party_id"], ["party.id"], name=op.f("fk_offer_to_party_id")),
        sa.ForeignKeyConstraint(["to_unit_id"], ["unit.id"], name=op.f("fk_offer_to_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    op.create_index(
        op.f("ix_offer_municipality_id_plan_id"),
        "offer",
        ["municipality_id", "plan_id"],
        unique=False,
    )
    op.create_index(
        "ix_offer_open_to_party",
        "offer",
        ["to_party_id"],
        unique=False,
        postgresql_where=sa.text("outcome = ''"),
        sqlite_where=sa.text("outcome = ''"),
    )
    op.create_index(
        "ix_offer_open_to_unit",
        "offer",
        ["to_unit_id"],
        unique=False,
        postgresql_where=sa.text("outcome = ''"),
        sqlite_where=sa.text("outcome = ''"),
    )
    op.create_index(
        "uq_offer_open",
        "offer",
        ["municipality_id", "subject_id", "kind"],
        unique=True,
        postgresql_where=sa.text("outcome = ''"),
        sqlite_where=sa.text("outcome = ''"),
    )
    op.create_table(
        "participant",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("party_id", KEY, nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=120), nullable=False),
        sa.Column("organisation", sa.String(length=120), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("can_do", sa.Text(), nullable=False),
        sa.Column("companion_of", KEY, nullable=True),
        sa.Column("from_at", UtcDateTime(), nullable=False),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        sa.Column("leave_code", sa.String(length=40), nullable=False),
        sa.Column("leave_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_participant_municipality_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_participant_party_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_participant_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
    )
    op.create_index(
        op.f("ix_participant_municipality_id_party_id_left_at"),
        "participant",
        ["municipality_id", "party_id", "left_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_participant_municipality_id_plan_id"),
        "participant",
        ["municipality_id", "plan_id"],
        unique=False,
    )
    op.create_table(
        "pause",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_pause_municipality_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_pause_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause")),
    )
    op.create_index(
        op.f("ix_pause_municipality_id_plan_id"),
        "pause",
        ["municipality_id", "plan_id"],
        unique=False,
    )
    op.create_table(
        "sub_plan",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("owner_system", sa.String(length=120), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("responsible", sa.String(length=120), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_sub_plan_municipality_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_sub_plan_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sub_plan")),
    )
    op.create_index(
        op.f("ix_sub_plan_municipality_id_plan_id"),
        "sub_plan",
        ["municipality_id", "plan_id"],
        unique=False,
    )
    op.create_table(
        "tenure",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("party_id", KEY, nullable=True),
        sa.Column("unit_id", KEY, nullable=True),
        sa.Column("from_at", UtcDateTime(), nullable=False),
        sa.Column("until_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_tenure_municipality_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_tenure_party_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_tenure_plan_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_tenure_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenure")),
    )
    op.create_index(
        op.f("ix_tenure_municipality_id_party_id_until_at"),
        "tenure",
        ["municipality_id", "party_id", "until_at"],
        unique=False,
    )
    op.create_index(
        "uq_tenure_open",
        "tenure",
        ["municipality_id", "plan_id", "role"],
        unique=True,
        postgresql_where=sa.text("until_at IS NULL"),
        sqlite_where=sa.text("until_at IS NULL"),
    )
    op.create_table(
        "wish",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("subject_id", KEY, nullable=True),
        sa.Column("from_party_id", KEY, nullable=True),
        sa.Column("to_party_id", KEY, nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by", KEY, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["answered_by"], ["party.id"], name=op.f("fk_wish_answered_by")),
        sa.ForeignKeyConstraint(
            ["from_party_id"], ["party.id"], name=op.f("fk_wish_from_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_wish_municipality_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_wish_plan_id")),
        sa.ForeignKeyConstraint(["to_party_id"], ["party.id"], name=op.f("fk_wish_to_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wish")),
    )
    op.create_index(
        op.f("ix_wish_municipality_id_plan_id_answered_at"),
        "wish",
        ["municipality_id", "plan_id", "answered_at"],
        unique=False,
    )
    op.create_table(
        "ladder_step",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("deadline_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("due_version", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["deadline_id"], ["deadline.id"], name=op.f("fk_ladder_step_deadline_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_ladder_step_municipality_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_ladder_step_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ladder_step")),
    )
    op.create_index(
        "ix_ladder_step_due",
        "ladder_step",
        ["at"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL"),
        sqlite_where=sa.text("done_at IS NULL"),
    )
    op.create_index(
        op.f("ix_ladder_step_municipality_id_deadline_id_n"),
        "ladder_step",
        ["municipality_id", "deadline_id", "n"],
        unique=False,
    )
    op.create_table(
        "measure_helper",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("measure_id", KEY, nullable=False),
        sa.Column("party_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["measure_id"], ["measure.id"], name=op.f("fk_measure_helper_measure_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_measure_helper_municipality_id")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["party.id"], name=op.f("fk_measure_helper_party_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_measure_helper_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_helper")),
    )
    op.create_index(
        op.f("ix_measure_helper_municipality_id_measure_id"),
        "measure_helper",
        ["municipality_id", "measure_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_measure_helper_municipality_id_party_id"),
        "measure_helper",
        ["municipality_id", "party_id"],
        unique=False,
    )
    op.create_table(
        "meeting_party",
        sa.Column("id", KEY, nullable=False),
        sa.Column("municipality_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("meeting_id", KEY, nullable=False),
        sa.Column("party_id", KEY, nullable=False),
        sa.Column("reply", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("stand_in", sa.String(length=120), nullable=False),
        sa.Column("came", sa.String(length=40), nullable=False),
        sa.Column("called_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_party_meeting_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_meeting_party_municipality_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_meeting_party_party_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_meeting_party_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_party")),
    )
    op.create_index(
        op.f("ix_meeting_party_municipality_id_meeting_id"),
        "meeting_party",
        ["municipality_id", "meeting_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_meeting_party_municipality_id_party_id"),
        "meeting_party",
        ["municipality_id", "party_id"],
        unique=False,
    )
    for statement in trigger_statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    """Take this step back."""
    op.drop_index(op.f("ix_meeting_party_municipality_id_party_id"), table_name="meeting_party")
    op.drop_index(op.f("ix_meeting_party_municipality_id_meeting_id"), table_name="meeting_party")
    op.drop_table("meeting_party")
    op.drop_index(op.f("ix_measure_helper_municipality_id_party_id"), table_name="measure_helper")
    op.drop_index(op.f("ix_measure_helper_municipality_id_measure_id"), table_name="measure_helper")
    op.drop_table("measure_helper")
    op.drop_index(op.f("ix_ladder_step_municipality_id_deadline_id_n"), table_name="ladder_step")
    op.drop_index(
        "ix_ladder_step_due",
        table_name="ladder_step",
        postgresql_where=sa.text("done_at IS NULL"),
        sqlite_where=sa.text("done_at IS NULL"),
    )
    op.drop_table("ladder_step")
    op.drop_index(op.f("ix_wish_municipality_id_plan_id_answered_at"), table_name="wish")
    op.drop_table("wish")
    op.drop_index(
        "uq_tenure_open",
        table_name="tenure",
        postgresql_where=sa.text("until_at IS NULL"),
        sqlite_where=sa.text("until_at IS NULL"),
    )
    op.drop_index(op.f("ix_tenure_municipality_id_party_id_until_at"), table_name="tenure")
    op.drop_table("tenure")
    op.drop_index(op.f("ix_sub_plan_municipality_id_plan_id"), table_name="sub_plan")
    op.drop_table("sub_plan")
    op.drop_index(op.f("ix_pause_municipality_id_plan_id"), table_name="pause")
    op.drop_table("pause")
    op.drop_index(op.f("ix_participant_municipality_id_plan_id"), table_name="participant")
    op.drop_index(op.f("ix_participant_municipality_id_party_id_left_at"), table_name="participant")
    op.drop_table("participant")
    op.drop_index(
        "uq_offer_open",
        table_name="offer",
        postgresql_where=sa.text("outcome = ''"),
        sqlite_where=sa.text("outcome = ''"),
    )
    op.drop_index(
        "ix_offer_open_to_unit",
        table_name="offer",
        postgresql_where=sa.text("outcome = ''"),
        sqlite_where=sa.text("outcome = ''"),
    )
    op.drop_index(
        "ix_offer_open_to_party",
        table_name="offer",
        postgresql_where=sa.text("outcome = ''"),
        sqlite_where=sa.text("outcome = ''"),
    )
    op.drop_index(op.f("ix_offer_municipality_id_plan_id"), table_name="offer")
    op.drop_table("offer")
    op.drop_index(op.f("ix_meeting_municipality_id_plan_id_starts_at"), table_name="meeting")
    op.drop_table("meeting")
    op.drop_index(op.f("ix_measure_municipality_id_plan_id_position"), table_name="measure")
    op.drop_index(op.f("ix_measure_municipality_id_accountable_id_state"), table_name="measure")
    op.drop_table("measure")
    op.drop_index(op.f("ix_goal_municipality_id_plan_id_position"), table_name="goal")
    op.drop_table("goal")
    op.drop_table("event_body")
    op.drop_index("uq_event_plan_seq", table_name="event")
    op.drop_table("event")
    op.drop_index(op.f("ix_document_municipality_id_plan_id"), table_name="document")
    op.drop_table("document")
    op.drop_index("uq_delivery_notice_channel", table_name="delivery")
    op.drop_index(
        "ix_delivery_to_send",
        table_name="delivery",
        postgresql_where=sa.text("state IN ('waiting', 'sending')"),
        sqlite_where=sa.text("state IN ('waiting', 'sending')"),
    )
    op.drop_table("delivery")
    op.drop_index(op.f("ix_decision_municipality_id_plan_id"), table_name="decision")
    op.drop_table("decision")
    op.drop_index(
        "uq_deadline_open",
        table_name="deadline",
        postgresql_where=sa.text("state IN ('open', 'paused')"),
        sqlite_where=sa.text("state IN ('open', 'paused')"),
    )
    op.drop_index(op.f("ix_deadline_municipality_id_plan_id_state"), table_name="deadline")
    op.drop_index(
        "ix_deadline_due",
        table_name="deadline",
        postgresql_where=sa.text("state IN ('open', 'paused')"),
        sqlite_where=sa.text("state IN ('open', 'paused')"),
    )
    op.drop_table("deadline")
    op.drop_index(op.f("ix_consent_municipality_id_plan_id_receiver_id"), table_name="consent")
    op.drop_table("consent")
    op.drop_index(op.f("ix_complaint_municipality_id_plan_id"), table_name="complaint")
    op.drop_table("complaint")
    op.drop_index(op.f("ix_agreement_municipality_id_plan_id"), table_name="agreement")
    op.drop_table("agreement")
    op.drop_index(op.f("ix_staff_role_municipality_id_unit_id_role"), table_name="staff_role")
    op.drop_index(op.f("ix_staff_role_municipality_id_party_id_role"), table_name="staff_role")
    op.drop_table("staff_role")
    op.drop_index(op.f("ix_sign_in_municipality_id_party_id"), table_name="sign_in")
    op.drop_table("sign_in")
    op.drop_index(
        op.f("ix_representation_municipality_id_representative_id"), table_name="representation"
    )
    op.drop_index(op.f("ix_representation_municipality_id_person_id"), table_name="representation")
    op.drop_table("representation")
    op.drop_index(
        "uq_plan_open_person",
        table_name="plan",
        postgresql_where=sa.text("state <> 'closed' AND person_id IS NOT NULL AND shadow = 0"),
        sqlite_where=sa.text("state <> 'closed' AND person_id IS NOT NULL AND shadow = 0"),
    )
    op.drop_index("uq_plan_number", table_name="plan")
    op.drop_index(op.f("ix_plan_municipality_id_unit_id_state"), table_name="plan")
    op.drop_index(op.f("ix_plan_municipality_id_state_last_activity_at"), table_name="plan")
    op.drop_index(op.f("ix_plan_municipality_id_responsible_party_id_state"), table_name="plan")
    op.drop_table("plan")
    op.drop_index("uq_notice_cause", table_name="notice")
    op.drop_index(op.f("ix_notice_municipality_id_recipient_id_read_at"), table_name="notice")
    op.drop_index(op.f("ix_notice_municipality_id_plan_id"), table_name="notice")
    op.drop_table("notice")
    op.drop_index(op.f("ix_message_municipality_id_recipient_id_created_at"), table_name="message")
    op.drop_table("message")
    op.drop_table("invitation")
    op.drop_index(op.f("ix_erasure_municipality_id_plan_id"), table_name="erasure")
    op.drop_table("erasure")
    op.drop_index(op.f("ix_credential_municipality_id_party_id"), table_name="credential")
    op.drop_table("credential")
    op.drop_index(op.f("ix_absence_municipality_id_substitute_id"), table_name="absence")
    op.drop_index(op.f("ix_absence_municipality_id_party_id"), table_name="absence")
    op.drop_table("absence")
    op.drop_index(op.f("ix_unit_municipality_id_kind"), table_name="unit")
    op.drop_table("unit")
    op.drop_index(
        "uq_party_national_id",
        table_name="party",
        postgresql_where=sa.text("national_id_hmac <> ''"),
        sqlite_where=sa.text("national_id_hmac <> ''"),
    )
    op.drop_index(op.f("ix_party_municipality_id_sort_key"), table_name="party")
    op.drop_index("ix_party_email", table_name="party")
    op.drop_table("party")
    op.drop_index(op.f("ix_closing_day_municipality_id_day"), table_name="closing_day")
    op.drop_table("closing_day")
    op.drop_index(op.f("ix_access_seal_municipality_id_hour"), table_name="access_seal")
    op.drop_table("access_seal")
    op.drop_index("ix_access_seal", table_name="access")
    op.drop_index(op.f("ix_access_municipality_id_plan_id_at"), table_name="access")
    op.drop_table("access")
    op.drop_table("municipality")
    op.drop_table("heartbeat")
