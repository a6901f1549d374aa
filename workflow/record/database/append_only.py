"""Triggers that keep events and traces from being changed, in each database's own words."""

from __future__ import annotations

from collections.abc import Sequence

APPEND_ONLY = (
    "event",
    "event_body",
    "municipal_event",
    "head_leaf",
    "access",
    "access_seal",
    "erasure",
)
ERASABLE = ("event", "event_body")
# An erasure is written open, and its receipt closes it once; nothing else of it ever changes.
FIXED_IN_ERASURE = (
    "id",
    "plan_id",
    "event_id",
    "reason",
    "basis",
    "asked_by",
    "confirmed_by",
    "from_seq",
    "until_seq",
    "erased_at",
)


def _receipt_given(equal: str) -> str:
    """True where an update gives an open erasure its receipt and changes nothing else."""
    kept = " AND ".join(f"NEW.{name} {equal} OLD.{name}" for name in FIXED_IN_ERASURE)
    return f"(OLD.receipt = '' AND NEW.receipt <> '' AND {kept})"


def _sqlite(table: str) -> Sequence[str]:
    erasure = "(SELECT 1 FROM erasure WHERE plan_id = OLD.plan_id AND receipt = '')"
    free = erasure if table in ERASABLE else "(SELECT 1 WHERE 0)"
    unless = f"WHEN NOT {_receipt_given('IS')} " if table == "erasure" else ""
    return (
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {unless}"
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        f"WHEN NOT EXISTS {free} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    )


def _postgresql(table: str) -> Sequence[str]:
    free = (
        "EXISTS (SELECT 1 FROM erasure WHERE plan_id = OLD.plan_id AND receipt = '')"
        if table in ERASABLE
        else "false"
    )
    update = f"IF TG_OP = 'UPDATE' AND {_receipt_given('IS NOT DISTINCT FROM')} THEN RETURN NEW; END IF; "
    return (
        f"CREATE FUNCTION {table}_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' AND {free} THEN RETURN OLD; END IF; "
        f"{update if table == 'erasure' else ''}"
        f"RAISE EXCEPTION '{table} is append-only'; END $$",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_guard()",
    )


def trigger_statements(dialect: str) -> list[str]:
    """The triggers that refuse UPDATE, and DELETE without an open erasure: not even the program rewrites them."""
    make = _sqlite if dialect == "sqlite" else _postgresql
    return [statement for table in APPEND_ONLY for statement in make(table)]
