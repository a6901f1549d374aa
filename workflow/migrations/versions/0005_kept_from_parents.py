"""a consent that a child of 12 to 15 asked not to tell the parents of; only the schema lives here."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    kept: sa.Column[bool] = sa.Column(
        "kept_from_parents", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("consent", kept)
