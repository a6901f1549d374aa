"""more time for an answer about data, told with a reason; only the schema lives here."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.record.models.base import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    for table in ("wish", "data_request"):
        op.add_column(table, sa.Column("longer_at", UtcDateTime(), nullable=True))
        op.add_column(
            table, sa.Column("longer_because", sa.Text(), nullable=False, server_default="")
        )
