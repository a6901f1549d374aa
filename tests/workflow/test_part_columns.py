"""Tests that a part of a plan gives its shape's fields, and that a declaration which does not fit is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.servers.databases import Database
from tests.workflow.world import make_world
from workflow.record.models import Base, Deadline, Event, EventBody, Goal, Meeting, Tenure
from workflow.record.part_columns import (
    FAMILIES,
    GATHERED,
    Elsewhere,
    Parsed,
    PartsQuery,
    PlanPart,
    UnfitPart,
)
from workflow.record.plan_parts import PARTS, event_text, read_parts
from workflow.record.plan_shapes import (
    EventView,
    GoalView,
    Mark,
    MeetingView,
    PartyId,
    Prose,
    marked_fields,
)
from workflow.rules.scopes import scopes_of


@dataclass(frozen=True, slots=True)
class Small:
    """A goal in short."""

    id: str
    words: Prose
