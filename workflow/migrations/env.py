"""Alembic's entry: runs the migrations on the connection it is given, inside that connection's transaction."""

from __future__ import annotations

from alembic import context

from workflow.record.models import Base

connection = context.config.attributes.get("connection")
context.configure(
    connection=connection, target_metadata=Base.metadata, render_as_batch=False, compare_type=True
)
with context.begin_transaction():
    context.run_migrations()
