"""The whole schema at once: there is no installation before it whose tables would have to be changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.record.database.append_only import trigger_statements
from workflow.record.models.base import KEY, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "access",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=True),
        sa.Column("party_id", KEY, nullable=True),
        sa.Column("unit_id", KEY, nullable=True),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=False),
        sa.Column("substitute_for", KEY, nullable=True),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("plan_ids", sa.Text(), nullable=False),
        sa.Column("crossing_id", KEY, nullable=True),
        sa.Column("elsewhere", sa.String(length=400), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access")),
    )
    op.create_index(op.f("ix_access_plan_id_at"), "access", ["plan_id", "at"], unique=False)
    op.create_index("ix_access_seal", "access", ["at"], unique=False)
    op.create_table(
        "access_seal",
        sa.Column("id", KEY, nullable=False),
        sa.Column("hour", UtcDateTime(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_seal")),
    )
    op.create_index(op.f("ix_access_seal_hour"), "access_seal", ["hour"], unique=True)
    op.create_table(
        "closing_day",
        sa.Column("id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing_day")),
    )
    op.create_index(op.f("ix_closing_day_day"), "closing_day", ["day"], unique=True)
    op.create_table(
        "failed_try",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key_digest", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_try")),
    )
    op.create_index(
        op.f("ix_failed_try_key_digest_at"), "failed_try", ["key_digest", "at"], unique=False
    )
    op.create_table(
        "head_leaf",
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("head_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "seq", name=op.f("pk_head_leaf")),
    )
    op.create_index(op.f("ix_head_leaf_head_seq"), "head_leaf", ["head_seq"], unique=False)
    op.create_table(
        "signed_head",
        sa.Column("id", KEY, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("signature", sa.String(length=120), nullable=False),
        sa.Column("mailed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_head")),
    )
    op.create_index(op.f("ix_signed_head_seq"), "signed_head", ["seq"], unique=True)
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "inbox",
        sa.Column("neighbour_code", sa.String(length=4), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("crossing_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("begun", sa.Integer(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("arrived_at", UtcDateTime(), nullable=False),
        sa.Column("applied_at", UtcDateTime(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", UtcDateTime(), nullable=False),
        sa.Column("failure", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("neighbour_code", "id", name=op.f("pk_inbox")),
    )
    op.create_index(op.f("ix_inbox_crossing_id"), "inbox", ["crossing_id"], unique=False)
    op.create_index(
        "ix_inbox_due",
        "inbox",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("state <> 'applied'"),
        sqlite_where=sa.text("state <> 'applied'"),
    )
    op.create_table(
        "municipal_event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("plan_id", KEY, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipal_event")),
    )
    op.create_index(
        op.f("ix_municipal_event_plan_id"), "municipal_event", ["plan_id"], unique=False
    )
    op.create_index(op.f("ix_municipal_event_seq"), "municipal_event", ["seq"], unique=True)
    op.create_table(
        "municipality",
        sa.Column("sole", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("decision_model", sa.String(length=1), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("retention_years", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("chain_seq", sa.Integer(), nullable=False),
        sa.Column("chain_head", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.CheckConstraint("sole = 1", name=op.f("ck_municipality_sole")),
        sa.PrimaryKeyConstraint("sole", name=op.f("pk_municipality")),
    )
    op.create_table(
        "neighbour",
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("public_key", sa.String(length=100), nullable=False),
        sa.Column("courier", sa.String(length=40), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("until_at", UtcDateTime(), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_neighbour")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", KEY, nullable=False),
        sa.Column("crossing_id", KEY, nullable=False),
        sa.Column("neighbour_code", sa.String(length=4), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", UtcDateTime(), nullable=False),
        sa.Column("delivered_at", UtcDateTime(), nullable=True),
        sa.Column("failure", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
        sqlite_where=sa.text("state = 'waiting'"),
    )
    op.create_index("uq_outbox_said", "outbox", ["crossing_id", "kind"], unique=True)
    op.create_table(
        "party",
        sa.Column("id", KEY, nullable=False),
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
        sa.Column("reminders_asked_at", UtcDateTime(), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("digest_at", sa.String(length=5), nullable=False),
        sa.Column("quiet_from", sa.String(length=5), nullable=False),
        sa.Column("quiet_until", sa.String(length=5), nullable=False),
        sa.Column("protection", sa.String(length=40), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("deactivated_at", UtcDateTime(), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
    )
    op.create_index("ix_party_email", "party", ["email"], unique=False)
    op.create_index(op.f("ix_party_sort_key"), "party", ["sort_key"], unique=False)
    op.create_index(
        "uq_party_national_id",
        "party",
        ["national_id_hmac"],
        unique=True,
        postgresql_where=sa.text("national_id_hmac <> ''"),
        sqlite_where=sa.text("national_id_hmac <> ''"),
    )
    op.create_table(
        "spent_token",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_spent_token")),
    )
    op.create_index(op.f("ix_spent_token_expires_at"), "spent_token", ["expires_at"], unique=False)
    op.create_table(
        "unit",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("parent_id", KEY, nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
    )
    op.create_index(op.f("ix_unit_kind"), "unit", ["kind"], unique=False)
    op.create_table(
        "absence",
        sa.Column("id", KEY, nullable=False),
        sa.Column("party_id", KEY, nullable=False),
        sa.Column("substitute_id", KEY, nullable=True),
        sa.Column("from_at", UtcDateTime(), nullable=False),
        sa.Column("until_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", KEY, nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_absence_party_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["party.id"], name=op.f("fk_absence_recorded_by")),
        sa.ForeignKeyConstraint(
            ["substitute_id"], ["party.id"], name=op.f("fk_absence_substitute_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(op.f("ix_absence_party_id"), "absence", ["party_id"], unique=False)
    op.create_index(op.f("ix_absence_substitute_id"), "absence", ["substitute_id"], unique=False)
    op.create_table(
        "authenticator",
        sa.Column("id", KEY, nullable=False),
        sa.Column("party_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("credential_id", sa.Text(), nullable=True),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_authenticator_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authenticator")),
    )
    op.create_index(
        op.f("ix_authenticator_party_id_kind"), "authenticator", ["party_id", "kind"], unique=False
    )
    op.create_index("uq_authenticator_credential", "authenticator", ["credential_id"], unique=True)
    op.create_table(
        "break_glass",
        sa.Column("id", KEY, nullable=False),
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
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_break_glass_party_id")),
        sa.ForeignKeyConstraint(
            ["reviewed_by"], ["party.id"], name=op.f("fk_break_glass_reviewed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break_glass")),
    )
    op.create_index(
        op.f("ix_break_glass_party_id_until_at"),
        "break_glass",
        ["party_id", "until_at"],
        unique=False,
    )
    op.create_index(op.f("ix_break_glass_plan_id"), "break_glass", ["plan_id"], unique=False)
    op.create_table(
        "credential",
        sa.Column("id", KEY, nullable=False),
        sa.Column("party_id", KEY, nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_credential_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
    )
    op.create_index(op.f("ix_credential_party_id"), "credential", ["party_id"], unique=True)
    op.create_table(
        "crossing",
        sa.Column("id", KEY, nullable=False),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("neighbour_code", sa.String(length=4), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("plan_id", KEY, nullable=True),
        sa.Column("offer_id", KEY, nullable=True),
        sa.Column("unit_id", KEY, nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("summary_digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("offered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by", KEY, nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("released_at", UtcDateTime(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=True),
        sa.Column("received_number", sa.String(length=12), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("residence_disputed", sa.Boolean(), nullable=False),
        sa.Column("rests_on_old", sa.Boolean(), nullable=False),
        sa.Column("coordinator_id", KEY, nullable=True),
        sa.Column("said_yes", sa.Boolean(), nullable=False),
        sa.Column("coordinator_name", sa.String(length=200), nullable=False),
        sa.Column("coordinator_phone", sa.String(length=20), nullable=False),
        sa.Column("unit_name", sa.String(length=200), nullable=False),
        sa.Column("national_id_hmac", sa.String(length=64), nullable=False),
        sa.Column("no_national_id", sa.Boolean(), nullable=False),
        sa.Column("package_sha256", sa.String(length=64), nullable=False),
        sa.Column("reminded_at", UtcDateTime(), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["party.id"], name=op.f("fk_crossing_answered_by")
        ),
        sa.ForeignKeyConstraint(
            ["coordinator_id"], ["party.id"], name=op.f("fk_crossing_coordinator_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_crossing_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crossing")),
    )
    op.create_index(op.f("ix_crossing_plan_id"), "crossing", ["plan_id"], unique=False)
    op.create_index(op.f("ix_crossing_side_state"), "crossing", ["side", "state"], unique=False)
    op.create_index(
        "uq_crossing_open",
        "crossing",
        ["plan_id"],
        unique=True,
        postgresql_where=sa.text("side = 'sender' AND state = 'offered'"),
        sqlite_where=sa.text("side = 'sender' AND state = 'offered'"),
    )
    op.create_table(
        "data_request",
        sa.Column("id", KEY, nullable=False),
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
        sa.Column("longer_at", UtcDateTime(), nullable=True),
        sa.Column("longer_because", sa.Text(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["party.id"], name=op.f("fk_data_request_answered_by")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_data_request_party_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["party.id"], name=op.f("fk_data_request_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_request")),
    )
    op.create_index(op.f("ix_data_request_party_id"), "data_request", ["party_id"], unique=False)
    op.create_index(op.f("ix_data_request_plan_id"), "data_request", ["plan_id"], unique=False)
    op.create_table(
        "deadline_policy",
        sa.Column("id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.Column("made_by", KEY, nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("applied_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["party.id"], name=op.f("fk_deadline_policy_made_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_deadline_policy_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_policy")),
    )
    op.create_index(
        op.f("ix_deadline_policy_unit_id_valid_from"),
        "deadline_policy",
        ["unit_id", "valid_from"],
        unique=False,
    )
    op.create_table(
        "erasure",
        sa.Column("id", KEY, nullable=False),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    op.create_index(op.f("ix_erasure_plan_id"), "erasure", ["plan_id"], unique=False)
    op.create_table(
        "home_address",
        sa.Column("id", KEY, nullable=False),
        sa.Column("party_id", KEY, nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("postcode", sa.String(length=10), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", KEY, nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_home_address_party_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["party.id"], name=op.f("fk_home_address_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_home_address")),
    )
    op.create_index(op.f("ix_home_address_party_id"), "home_address", ["party_id"], unique=True)
    op.create_table(
        "correction",
        sa.Column("id", KEY, nullable=False),
        sa.Column("party_id", KEY, nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("before_hmac", sa.String(length=64), nullable=False),
        sa.Column("national_id_hmac", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", KEY, nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("confirmer_id", KEY, nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["party.id"], name=op.f("fk_correction_asked_by")),
        sa.ForeignKeyConstraint(
            ["confirmer_id"], ["party.id"], name=op.f("fk_correction_confirmer_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_correction_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index(
        op.f("ix_correction_confirmer_id"), "correction", ["confirmer_id"], unique=False
    )
    op.create_index(op.f("ix_correction_party_id"), "correction", ["party_id"], unique=False)
    op.create_table(
        "identity",
        sa.Column("id", KEY, nullable=False),
        sa.Column("party_id", KEY, nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_identity_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
    )
    op.create_index(op.f("ix_identity_party_id"), "identity", ["party_id"], unique=False)
    op.create_index("uq_identity_subject", "identity", ["provider", "subject"], unique=True)
    op.create_table(
        "invitation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("party_id", KEY, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("plan_id", KEY, nullable=True),
        sa.Column("made_by", KEY, nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_invitation_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_table(
        "log_finding",
        sa.Column("id", KEY, nullable=False),
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
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["party.id"], name=op.f("fk_log_finding_answered_by")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_log_finding_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_finding")),
    )
    op.create_index(op.f("ix_log_finding_review_id"), "log_finding", ["review_id"], unique=False)
    op.create_table(
        "log_review",
        sa.Column("id", KEY, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("finished_by", KEY, nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["finished_by"], ["party.id"], name=op.f("fk_log_review_finished_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_review")),
    )
    op.create_index(op.f("ix_log_review_month"), "log_review", ["month"], unique=True)
    op.create_table(
        "message",
        sa.Column("id", KEY, nullable=False),
        sa.Column("recipient_id", KEY, nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("gateway_id", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["party.id"], name=op.f("fk_message_recipient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index(
        op.f("ix_message_recipient_id_created_at"),
        "message",
        ["recipient_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "notice",
        sa.Column("id", KEY, nullable=False),
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
        sa.Column("acknowledged_at", UtcDateTime(), nullable=True),
        sa.Column("snoozed_until", UtcDateTime(), nullable=True),
        sa.Column("snooze_reason", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["party.id"], name=op.f("fk_notice_recipient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index(
        "ix_notice_answered",
        "notice",
        ["deadline_id", "recipient_id"],
        unique=False,
        postgresql_where=sa.text("acknowledged_at IS NOT NULL OR snoozed_until IS NOT NULL"),
        sqlite_where=sa.text("acknowledged_at IS NOT NULL OR snoozed_until IS NOT NULL"),
    )
    op.create_index(op.f("ix_notice_plan_id"), "notice", ["plan_id"], unique=False)
    op.create_index(
        op.f("ix_notice_recipient_id_read_at"), "notice", ["recipient_id", "read_at"], unique=False
    )
    op.create_index("uq_notice_cause", "notice", ["cause", "recipient_id"], unique=True)
    op.create_table(
        "plan",
        sa.Column("id", KEY, nullable=False),
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
        sa.Column("salt", sa.String(length=32), nullable=False),
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
        op.f("ix_plan_responsible_party_id_state"),
        "plan",
        ["responsible_party_id", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_plan_state_last_activity_at"), "plan", ["state", "last_activity_at"], unique=False
    )
    op.create_index(op.f("ix_plan_unit_id_state"), "plan", ["unit_id", "state"], unique=False)
    op.create_index("uq_plan_number", "plan", ["number"], unique=True)
    op.create_index(
        "uq_plan_open_person",
        "plan",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'closed' AND person_id IS NOT NULL AND shadow = 0"),
        sqlite_where=sa.text("state <> 'closed' AND person_id IS NOT NULL AND shadow = 0"),
    )
    op.create_table(
        "representation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("representative_id", KEY, nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=False),
        sa.Column("acts", sa.Text(), nullable=False),
        sa.Column("from_at", UtcDateTime(), nullable=False),
        sa.Column("until_at", UtcDateTime(), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["party.id"], name=op.f("fk_representation_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["representative_id"], ["party.id"], name=op.f("fk_representation_representative_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_representation")),
    )
    op.create_index(
        op.f("ix_representation_person_id"), "representation", ["person_id"], unique=False
    )
    op.create_index(
        op.f("ix_representation_representative_id"),
        "representation",
        ["representative_id"],
        unique=False,
    )
    op.create_table(
        "sign_in",
        sa.Column("id", KEY, nullable=False),
        sa.Column("party_id", KEY, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("beside_plan_id", KEY, nullable=True),
        sa.Column("plan_id", KEY, nullable=True),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("acr", sa.String(length=120), nullable=False),
        sa.Column("proved_at", UtcDateTime(), nullable=True),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("provider_subject", sa.String(length=255), nullable=False),
        sa.Column("provider_session", sa.String(length=255), nullable=False),
        sa.Column("ended_because", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_sign_in_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    op.create_index(op.f("ix_sign_in_party_id"), "sign_in", ["party_id"], unique=False)
    op.create_index(
        "ix_sign_in_provider", "sign_in", ["provider", "provider_session"], unique=False
    )
    op.create_table(
        "staff_role",
        sa.Column("id", KEY, nullable=False),
        sa.Column("party_id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("from_at", UtcDateTime(), nullable=False),
        sa.Column("until_at", UtcDateTime(), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_staff_role_party_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_staff_role_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_role")),
    )
    op.create_index(
        op.f("ix_staff_role_party_id_role"), "staff_role", ["party_id", "role"], unique=False
    )
    op.create_index(
        op.f("ix_staff_role_unit_id_role"), "staff_role", ["unit_id", "role"], unique=False
    )
    op.create_table(
        "webhook",
        sa.Column("id", KEY, nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("secret", sa.String(length=120), nullable=False),
        sa.Column("made_by", KEY, nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["party.id"], name=op.f("fk_webhook_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_index(op.f("ix_webhook_ended_at"), "webhook", ["ended_at"], unique=False)
    op.create_table(
        "agreement",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("event_id", KEY, nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("how", sa.String(length=40), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", KEY, nullable=True),
        sa.Column("objected_at", UtcDateTime(), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_agreement_plan_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["party.id"], name=op.f("fk_agreement_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
    )
    op.create_index(op.f("ix_agreement_plan_id"), "agreement", ["plan_id"], unique=False)
    op.create_table(
        "complaint",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=True),
        sa.Column("assessed_by", KEY, nullable=True),
        sa.Column("forwarded_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessed_by"], ["party.id"], name=op.f("fk_complaint_assessed_by")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_complaint_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
    )
    op.create_index(op.f("ix_complaint_plan_id"), "complaint", ["plan_id"], unique=False)
    op.create_table(
        "consent",
        sa.Column("id", KEY, nullable=False),
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
        sa.Column("scopes", sa.String(length=120), nullable=False),
        sa.Column("given_as", sa.String(length=40), nullable=False),
        sa.Column("document_id", KEY, nullable=True),
        sa.Column("kept_from_parents", sa.Boolean(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["giver_id"], ["party.id"], name=op.f("fk_consent_giver_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_consent_plan_id")),
        sa.ForeignKeyConstraint(["receiver_id"], ["party.id"], name=op.f("fk_consent_receiver_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["party.id"], name=op.f("fk_consent_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(
        op.f("ix_consent_plan_id_receiver_id"), "consent", ["plan_id", "receiver_id"], unique=False
    )
    op.create_table(
        "deadline",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", KEY, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("base_on", sa.Date(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("due_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("paused_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_deadline_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline")),
    )
    op.create_index(
        "ix_deadline_due",
        "deadline",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('open', 'paused')"),
        sqlite_where=sa.text("state IN ('open', 'paused')"),
    )
    op.create_index(
        op.f("ix_deadline_plan_id_state"), "deadline", ["plan_id", "state"], unique=False
    )
    op.create_index(
        "uq_deadline_open",
        "deadline",
        ["subject_id", "code"],
        unique=True,
        postgresql_where=sa.text("state IN ('open', 'paused')"),
        sqlite_where=sa.text("state IN ('open', 'paused')"),
    )
    op.create_table(
        "decision",
        sa.Column("id", KEY, nullable=False),
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
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["party.id"], name=op.f("fk_decision_made_by")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_decision_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_plan_id"), "decision", ["plan_id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", KEY, nullable=False),
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
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_delivery_notice_id")),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["party.id"], name=op.f("fk_delivery_recipient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_index(
        "ix_delivery_stuck",
        "delivery",
        ["state"],
        unique=False,
        postgresql_where=sa.text("state IN ('failed', 'unknown')"),
        sqlite_where=sa.text("state IN ('failed', 'unknown')"),
    )
    op.create_index(
        "ix_delivery_to_send",
        "delivery",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('waiting', 'sending')"),
        sqlite_where=sa.text("state IN ('waiting', 'sending')"),
    )
    op.create_index("uq_delivery_notice_channel", "delivery", ["notice_id", "channel"], unique=True)
    op.create_table(
        "document",
        sa.Column("id", KEY, nullable=False),
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
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_document_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_index(op.f("ix_document_plan_id"), "document", ["plan_id"], unique=False)
    op.create_table(
        "event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("step_name", sa.String(length=40), nullable=False),
        sa.Column("subject_id", KEY, nullable=False),
        sa.Column("actor_id", KEY, nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_event_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index("uq_event_plan_seq", "event", ["plan_id", "seq"], unique=True)
    op.create_table(
        "event_body",
        sa.Column("event_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_event_body_plan_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_body")),
    )
    op.create_table(
        "goal",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("own_words", sa.Text(), nullable=False),
        sa.Column("clarified", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_goal_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
    )
    op.create_index(op.f("ix_goal_plan_id_position"), "goal", ["plan_id", "position"], unique=False)
    op.create_table(
        "health_note",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("written_by", KEY, nullable=True),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_health_note_plan_id")),
        sa.ForeignKeyConstraint(
            ["written_by"], ["party.id"], name=op.f("fk_health_note_written_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_note")),
    )
    op.create_index(op.f("ix_health_note_plan_id"), "health_note", ["plan_id"], unique=False)
    op.create_table(
        "measure",
        sa.Column("id", KEY, nullable=False),
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
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["accountable_id"], ["party.id"], name=op.f("fk_measure_accountable_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_measure_plan_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["party.id"], name=op.f("fk_measure_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure")),
    )
    op.create_index(
        op.f("ix_measure_accountable_id_state"),
        "measure",
        ["accountable_id", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_measure_plan_id_position"), "measure", ["plan_id", "position"], unique=False
    )
    op.create_table(
        "meeting",
        sa.Column("id", KEY, nullable=False),
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
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["chair_id"], ["party.id"], name=op.f("fk_meeting_chair_id")),
        sa.ForeignKeyConstraint(
            ["minute_taker_id"], ["party.id"], name=op.f("fk_meeting_minute_taker_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_meeting_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    op.create_index(
        op.f("ix_meeting_plan_id_starts_at"), "meeting", ["plan_id", "starts_at"], unique=False
    )
    op.create_table(
        "offer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", KEY, nullable=False),
        sa.Column("from_state", sa.String(length=40), nullable=False),
        sa.Column("from_party_id", KEY, nullable=True),
        sa.Column("to_party_id", KEY, nullable=True),
        sa.Column("to_unit_id", KEY, nullable=True),
        sa.Column("to_code", sa.String(length=4), nullable=True),
        sa.Column("to_name", sa.String(length=200), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by", KEY, nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("discharge_on", sa.Date(), nullable=True),
        sa.Column("asked_because", sa.Text(), nullable=False),
        sa.Column("first_appointment", sa.Text(), nullable=False),
        sa.Column("gaps", sa.Text(), nullable=False),
        sa.Column("asked_step", sa.String(length=40), nullable=False),
        sa.Column("asked_form", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["answered_by"], ["party.id"], name=op.f("fk_offer_answered_by")),
        sa.ForeignKeyConstraint(
            ["from_party_id"], ["party.id"], name=op.f("fk_offer_from_party_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_offer_plan_id")),
        sa.ForeignKeyConstraint(["to_party_id"], ["party.id"], name=op.f("fk_offer_to_party_id")),
        sa.ForeignKeyConstraint(["to_unit_id"], ["unit.id"], name=op.f("fk_offer_to_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
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
    op.create_index(op.f("ix_offer_plan_id"), "offer", ["plan_id"], unique=False)
    op.create_index(
        "uq_offer_open",
        "offer",
        ["subject_id", "kind"],
        unique=True,
        postgresql_where=sa.text("outcome = ''"),
        sqlite_where=sa.text("outcome = ''"),
    )
    op.create_table(
        "participant",
        sa.Column("id", KEY, nullable=False),
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
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_participant_party_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_participant_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
    )
    op.create_index(
        op.f("ix_participant_party_id_left_at"),
        "participant",
        ["party_id", "left_at"],
        unique=False,
    )
    op.create_index(op.f("ix_participant_plan_id"), "participant", ["plan_id"], unique=False)
    op.create_table(
        "pause",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_pause_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause")),
    )
    op.create_index(op.f("ix_pause_plan_id"), "pause", ["plan_id"], unique=False)
    op.create_table(
        "sub_plan",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("owner_system", sa.String(length=120), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("responsible", sa.String(length=120), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_sub_plan_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sub_plan")),
    )
    op.create_index(op.f("ix_sub_plan_plan_id"), "sub_plan", ["plan_id"], unique=False)
    op.create_table(
        "tenure",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("party_id", KEY, nullable=True),
        sa.Column("unit_id", KEY, nullable=True),
        sa.Column("from_at", UtcDateTime(), nullable=False),
        sa.Column("until_at", UtcDateTime(), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_tenure_party_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_tenure_plan_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_tenure_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenure")),
    )
    op.create_index(
        op.f("ix_tenure_party_id_until_at"), "tenure", ["party_id", "until_at"], unique=False
    )
    op.create_index(
        "uq_tenure_open",
        "tenure",
        ["plan_id", "role"],
        unique=True,
        postgresql_where=sa.text("until_at IS NULL"),
        sqlite_where=sa.text("until_at IS NULL"),
    )
    op.create_table(
        "wish",
        sa.Column("id", KEY, nullable=False),
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
        sa.Column("longer_at", UtcDateTime(), nullable=True),
        sa.Column("longer_because", sa.Text(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["answered_by"], ["party.id"], name=op.f("fk_wish_answered_by")),
        sa.ForeignKeyConstraint(
            ["from_party_id"], ["party.id"], name=op.f("fk_wish_from_party_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_wish_plan_id")),
        sa.ForeignKeyConstraint(["to_party_id"], ["party.id"], name=op.f("fk_wish_to_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wish")),
    )
    op.create_index(
        op.f("ix_wish_plan_id_answered_at"), "wish", ["plan_id", "answered_at"], unique=False
    )
    op.create_table(
        "ladder_step",
        sa.Column("id", KEY, nullable=False),
        sa.Column("deadline_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("due_version", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("party_id", KEY, nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["deadline_id"], ["deadline.id"], name=op.f("fk_ladder_step_deadline_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_ladder_step_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ladder_step")),
    )
    op.create_index(
        op.f("ix_ladder_step_deadline_id_n"), "ladder_step", ["deadline_id", "n"], unique=False
    )
    op.create_index(
        "ix_ladder_step_due",
        "ladder_step",
        ["at"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL"),
        sqlite_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "measure_helper",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("measure_id", KEY, nullable=False),
        sa.Column("party_id", KEY, nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["measure_id"], ["measure.id"], name=op.f("fk_measure_helper_measure_id")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["party.id"], name=op.f("fk_measure_helper_party_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_measure_helper_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_helper")),
    )
    op.create_index(
        op.f("ix_measure_helper_measure_id"), "measure_helper", ["measure_id"], unique=False
    )
    op.create_index(
        op.f("ix_measure_helper_party_id"), "measure_helper", ["party_id"], unique=False
    )
    op.create_table(
        "meeting_party",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("meeting_id", KEY, nullable=False),
        sa.Column("party_id", KEY, nullable=False),
        sa.Column("reply", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("stand_in", sa.String(length=120), nullable=False),
        sa.Column("came", sa.String(length=40), nullable=False),
        sa.Column("called_at", UtcDateTime(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_party_meeting_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_meeting_party_party_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_meeting_party_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_party")),
    )
    op.create_index(
        op.f("ix_meeting_party_meeting_id"), "meeting_party", ["meeting_id"], unique=False
    )
    op.create_index(op.f("ix_meeting_party_party_id"), "meeting_party", ["party_id"], unique=False)
    for statement in trigger_statements(op.get_bind().dialect.name):
        op.execute(statement)
