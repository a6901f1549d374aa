"""Words that a form showed masked and sent back: what stands below the mask is never overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from workflow.record.access.protected_addresses import MASKED, mask_of
from workflow.rules.engine.denials import BadInput


def shows_mask(values: Mapping[str, Any]) -> bool:
    """Whether any of the values holds the sign that stands for something hidden."""
    return any(isinstance(value, str) and MASKED in value for value in values.values())


def unmask(
    conn: Connection,
    plan_id: str,
    stored: Mapping[str, Any],
    values: Mapping[str, Any],
    now: datetime,
) -> dict[str, Any]:
    """The values with the stored words where they came back as they were shown.

    Raises BadInput (masked_words) for other words around the sign: what it hides would be lost.
    """
    mask = mask_of(conn, plan_id, now) if shows_mask(values) else None
    if not mask:
        return dict(values)
    changed = {name: v for name, v in values.items() if isinstance(v, str) and MASKED in v}
    same = {
        name: stored.get(name) for name, v in changed.items() if mask(stored.get(name) or "") == v
    }
    lost = [name for name in changed if name not in same]
    if lost:
        raise BadInput([(name, "masked_words", {}) for name in lost])
    return {**values, **same}
